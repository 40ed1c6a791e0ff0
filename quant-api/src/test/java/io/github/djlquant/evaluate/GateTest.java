/*
 * Copyright 2026 The djl-quant authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License"); you may not use this file except
 * in compliance with the License. You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software distributed under the License
 * is distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express
 * or implied. See the License for the specific language governing permissions and limitations under
 * the License.
 */
package io.github.djlquant.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.recipe.GateThresholds;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GateTest {

    private static final GateThresholds THRESHOLDS = GateThresholds.DEFAULT;

    private static List<String> failures(
            boolean realData, boolean classScores, double cosine, double flips) {
        OutputError output = new OutputError("y", 200, 10, cosine, 1, classScores, flips, 0);
        return Gate.failures(
                new Evaluation(List.of(output), 200, realData, Optional.empty(), Optional.empty()),
                THRESHOLDS);
    }

    @Test
    void seesCollapseOnInputsMadeFromTheSignatureWhateverTheOutputMeans() {
        for (boolean classScores : new boolean[] {false, true}) {
            assertThat(failures(false, classScores, 0.01, 1))
                    .singleElement()
                    .asString()
                    .contains("mean cosine 0.0100 is below 0.5000");
        }
    }

    @Test
    void judgesNothingElseOnInputsMadeFromTheSignature() {
        assertThat(failures(false, true, 0.6, 1)).isEmpty();
        assertThat(failures(false, false, 0.6, 0)).isEmpty();
    }

    @Test
    void judgesCosineAndFlipsOfClassScoresOnRealData() {
        assertThat(failures(true, true, 0.999, 0.01)).isEmpty();
        assertThat(failures(true, true, 0.97, 0.2)).hasSize(2);
        assertThat(failures(true, false, 0.97, 0.2)).hasSize(1);
    }

    private static Evaluation good() {
        return scores(0.01);
    }

    private static Evaluation measured(String name, double before, double after, double reach) {
        double drop = after - before;
        return good().with()
                .optMetrics(
                        List.of(
                                new Metric(
                                        name,
                                        before,
                                        after,
                                        false,
                                        drop,
                                        new ConfidenceInterval(drop - reach, drop + reach),
                                        "bootstrap",
                                        Optional.empty(),
                                        200)))
                .build();
    }

    @Test
    void judgesTheMainMetricByItsOwnScale() {
        assertThat(Gate.failures(measured("perplexity", 50, 50.3, 0.1), THRESHOLDS)).isEmpty();
        assertThat(Gate.failures(measured("perplexity", 50, 51, 0.1), THRESHOLDS))
                .singleElement()
                .asString()
                .contains("perplexity became worse from 50.0000 to 51.0000");
        assertThat(Gate.failures(measured("perplexity", 50, 51, 2), THRESHOLDS))
                .as("as well by chance")
                .isEmpty();
    }

    /** As labels give them: the second one is not judged in the place of the first. */
    @Test
    void topOneIsJudgedAsTheAccuracyAndNoOtherMetricAfterIt() {
        for (String second : new String[] {"top-5", "macro-F1"}) {
            for (double drop : new double[] {0.005, 0.03}) {
                Evaluation evaluation =
                        new Evaluation(
                                        good().outputs(),
                                        2000,
                                        true,
                                        Optional.of(
                                                new Evaluation.Accuracy(
                                                        2000, 1600, Math.round(2000 * drop), 0)),
                                        Optional.empty())
                                .with()
                                .optMetrics(List.of(fallen("top-1", drop), fallen(second, 0.04)))
                                .build();

                assertThat(Gate.judge(evaluation, THRESHOLDS).checks())
                        .filteredOn(check -> check.name().equals("drop"))
                        .singleElement()
                        .satisfies(
                                check -> {
                                    assertThat(check.subject()).isEqualTo("top-1");
                                    assertThat(check.passed()).isEqualTo(drop < 0.01);
                                });
            }
        }
    }

    private static Metric fallen(String name, double drop) {
        return new Metric(
                name,
                0.8,
                0.8 - drop,
                true,
                drop,
                new ConfidenceInterval(drop - 0.001, drop + 0.001),
                "bootstrap",
                Optional.empty(),
                2000);
    }

    @Test
    void aShareAboveItsLimitOnTooFewSamplesIsNotPassedOver() {
        for (long samples : new long[] {40, 400}) {
            OutputError output = new OutputError("y", samples, 30, 0.999, 1, true, 0.1, 0);
            Evaluation evaluation =
                    new Evaluation(
                            List.of(output), samples, true, Optional.empty(), Optional.empty());
            GateResult result = Gate.judge(evaluation, THRESHOLDS);
            assertThat(result.passed()).isEqualTo(samples == 40);
            if (samples == 40) {
                assertThat(result.warnings())
                        .containsExactly(
                                "y: 10.00 % of the answers changed, above 5.00 %, but 40 are too"
                                        + " few to tell from chance");
            } else {
                assertThat(result.failures())
                        .containsExactly("y: 10.00 % of the answers changed, above 5.00 %");
                assertThat(result.warnings()).isEmpty();
            }
        }
        assertThat(Gate.judge(good(), THRESHOLDS).warnings()).isEmpty();
    }

    @Test
    void judgesNoiseAndSpeedOnlyIfAsked() {
        Evaluation evaluation =
                good().with()
                        .optLatency(new LatencyRatio(100, 120, 0.8, 0.83, 0.86, 100, 1))
                        .build();

        GateResult byDefault = Gate.judge(evaluation, THRESHOLDS);
        assertThat(byDefault.passed()).isTrue();
        assertThat(byDefault.warnings()).singleElement().asString().startsWith("SLOWER");

        assertThat(Gate.judge(evaluation, THRESHOLDS.withMinSqnr(35).withMinSpeedup(1)).checks())
                .filteredOn(check -> !check.passed())
                .extracting(GateResult.Check::name)
                .containsExactlyInAnyOrder("sqnr", "speedup");
    }

    @Test
    void whatWasAskedForAndNotMeasuredFails() {
        assertThat(Gate.judge(good(), THRESHOLDS).passed()).as("unmeasured defaults").isTrue();
        assertThat(Gate.judge(good(), THRESHOLDS.requiringDrop()).failures())
                .containsExactly("drop has a limit and was not measured: give labels or targets");
        assertThat(Gate.judge(measured("mae", 1, 1, 0.1), THRESHOLDS.requiringDrop()).passed())
                .isTrue();
        GateThresholds asked =
                THRESHOLDS.withMinSpeedup(9).requiring(EnumSet.of(GateThresholds.Limit.SLICE_DROP));
        assertThat(Gate.judge(good(), asked).checks())
                .filteredOn(check -> !check.passed())
                .extracting(GateResult.Check::name)
                .containsExactlyInAnyOrder("slice-drop", "speedup");
    }

    @Test
    void whatIsNamedAndCantBeMeasuredFails() {
        Evaluation nothing =
                new Evaluation(List.of(), 200, true, Optional.empty(), Optional.empty());
        GateThresholds named =
                THRESHOLDS.withMinSqnr(20).requiring(EnumSet.allOf(GateThresholds.Limit.class));
        assertThat(Gate.judge(nothing, THRESHOLDS).passed()).as("nothing is named").isTrue();
        assertThat(Gate.judge(nothing, named).checks())
                .filteredOn(check -> !check.passed())
                .extracting(GateResult.Check::name)
                .containsExactlyInAnyOrder(
                        "flips",
                        "cosine",
                        "drop",
                        "divergence",
                        "detections",
                        "slice-drop",
                        "sqnr");
        assertThat(Gate.judge(good(), named).checks())
                .filteredOn(check -> !check.passed())
                .extracting(GateResult.Check::name)
                .containsExactlyInAnyOrder("drop", "divergence", "detections", "slice-drop");
    }

    @Test
    void aDropWithoutAnIntervalIsJudgedItself() {
        for (double drop : new double[] {0.005, 0.02}) {
            Metric unknown =
                    new Metric(
                            "spearman",
                            0.9,
                            0.9 - drop,
                            true,
                            drop,
                            ConfidenceInterval.UNKNOWN,
                            "too few samples",
                            Optional.empty(),
                            1);
            Evaluation evaluation = good().with().optMetrics(List.of(unknown)).build();
            assertThat(Gate.judge(evaluation, THRESHOLDS).passed()).isEqualTo(drop < 0.01);
        }
    }

    @Test
    void errorsBelowOneAreJudgedByTheirOwnScale() {
        assertThat(Gate.failures(measured("mse", 0.0004, 0.009, 1e-5), THRESHOLDS)).hasSize(1);
        assertThat(Gate.failures(measured("mse", 0.0004, 0.000401, 1e-7), THRESHOLDS)).isEmpty();
    }

    /** A model whose only output is text has no cosine that could fall. */
    @Test
    void judgesGeneratedTextByItsTokens() {
        Evaluation words = new Evaluation(List.of(), 200, true, Optional.empty(), Optional.empty());
        for (long tokens : new long[] {200, 20_000}) {
            Evaluation parted =
                    words.with()
                            .optDivergences(
                                    List.of(
                                            new Divergences(
                                                    "tokens",
                                                    200,
                                                    200,
                                                    Optional.empty(),
                                                    Optional.of(
                                                            new Divergences.Tokens(tokens, 200)),
                                                    List.of())))
                            .build();
            // Every sequence parts: at its first token, or at its hundredth.
            assertThat(Gate.failures(parted, THRESHOLDS)).hasSize(tokens == 200 ? 1 : 0);
            assertThat(Gate.failures(parted, THRESHOLDS.withMaxDivergence(0.005)))
                    .singleElement()
                    .asString()
                    .contains("of the tokens became others", "200 of 200 sequences differ");
        }
    }

    @Test
    void whatIsNoNumberFails() {
        OutputError output =
                new OutputError(
                        "y",
                        200,
                        Double.NaN,
                        Double.NaN,
                        1,
                        false,
                        0,
                        0,
                        Optional.of(3L),
                        Optional.empty());
        Evaluation evaluation =
                new Evaluation(List.of(output), 200, true, Optional.empty(), Optional.empty())
                        .with()
                        .optMetrics(
                                List.of(
                                        measured("mae", 1, 1, 0.1).metrics().get(0),
                                        Metric.undefined(
                                                "spearman", 0.9, true, 200, Optional.of(17L))))
                        .build();
        GateThresholds thresholds = THRESHOLDS.withMinSqnr(20);
        assertThat(Gate.judge(evaluation, thresholds).checks())
                .filteredOn(check -> !check.passed())
                .extracting(GateResult.Check::name)
                .containsExactly("cosine", "sqnr", "drop");
        assertThat(Gate.failures(evaluation, thresholds))
                .last()
                .asString()
                .isEqualTo(
                        "spearman is 0.9000 of the source, and not defined for the quantized model,"
                                + " first at sample 17");
    }

    @Test
    void namesTheSampleThatIsNotFinite() {
        OutputError output =
                new OutputError(
                        "y", 200, 30, 1, 1, false, 0, 2, Optional.of(31L), Optional.empty());
        assertThat(
                        Gate.failures(
                                new Evaluation(
                                        List.of(output),
                                        200,
                                        true,
                                        Optional.empty(),
                                        Optional.empty()),
                                THRESHOLDS))
                .containsExactly("y: 2 elements became NaN or infinite, first in sample 31");
    }

    /** A single changed answer of 200 is 0.5 %: below that a limit says no more than "none". */
    @Test
    void aLimitFinerThanTheSamplesIsTold() {
        GateThresholds fine = new GateThresholds(0.001, 0.5, 1);
        Evaluation none = scores(0);
        assertThat(Gate.judge(none, fine).passed()).isTrue();
        assertThat(Gate.judge(none, fine).warnings())
                .containsExactly(
                        "y: 0.00 % of the answers changed, within 0.10 %; a single one of 200 is"
                                + " 0.50 %, so that limit takes 1000 samples");
        GateResult one = Gate.judge(scores(1 / 200.0), fine);
        assertThat(one.failures()).singleElement().asString().contains("takes 1000 samples");
        assertThat(one.advice().get(0))
                .isEqualTo(
                        "judge flips on at least 1000 samples, or by a limit that 200 can reach");
        assertThat(Gate.judge(none, new GateThresholds(0, 0.5, 1)).warnings())
                .as("none at all is a limit that can be judged")
                .isEmpty();
    }

    private static Evaluation scores(double flips) {
        OutputError output = new OutputError("y", 200, 30, 0.999, 1, true, flips, 0);
        return new Evaluation(List.of(output), 200, true, Optional.empty(), Optional.empty());
    }

    @Test
    void namesLayersAndRangesThatDoNotFit() {
        LayerError guilty =
                new LayerError(
                        "v",
                        "conv7",
                        7,
                        5,
                        20,
                        0.7,
                        Optional.of(new LayerError.RangeUse(-1, 1, -3, 4, 0.2)),
                        Optional.of(50.0));
        Evaluation evaluation = good().with().optLayers(List.of(guilty)).build();
        GateResult result = Gate.judge(evaluation, new GateThresholds(0, 1, 0));
        assertThat(result.culprits())
                .extracting(GateResult.Culprit::kind)
                .containsExactly(
                        GateResult.Culprit.Kind.LAYER,
                        GateResult.Culprit.Kind.RANGE,
                        GateResult.Culprit.Kind.OUTLIER);
        assertThat(result.toString())
                .contains("conv7", "20.0 % of the values lie outside", "exclude conv7");
    }

    /** Of 25 values the 8th and the 18th hold the median with 95.7 %, of 9 the 2nd and the 8th. */
    @Test
    void mediansHaveIntervalsFromOrderStatistics() {
        assertThat(PairedRatio.least(25)).isEqualTo(7);
        assertThat(PairedRatio.least(9)).isEqualTo(1);
        assertThat(PairedRatio.least(6)).isZero();
        PairedRatio ratio = PairedRatio.of(new double[] {9, 1, 2, 8, 3, 7, 4, 6, 5});
        assertThat(ratio.median()).isEqualTo(5);
        assertThat(ratio.interval()).isEqualTo(new ConfidenceInterval(2, 8));
    }
}
