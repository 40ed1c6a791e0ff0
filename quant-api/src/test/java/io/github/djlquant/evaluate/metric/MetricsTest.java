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
package io.github.djlquant.evaluate.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.PairedBatch;
import io.github.djlquant.evaluate.PairedMetric;
import io.github.djlquant.evaluate.Targets;
import io.github.djlquant.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The expected figures were computed by hand or with exact fractions, not by this code. */
class MetricsTest {

    private static PairedBatch batch(long first, float[][] source, float[][] quantized) {
        int rows = source.length;
        return new PairedBatch(
                new Feed(Map.of("x", Tensor.ofFloats(new float[rows], rows, 1)), rows, first),
                Map.of("y", tensor(source)),
                Map.of("y", tensor(quantized)));
    }

    private static Tensor tensor(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        }
        return Tensor.ofFloats(flat, rows.length, rows[0].length);
    }

    /** One row of scores for each answer, the answer the highest. */
    private static float[][] answers(int classes, int... answers) {
        float[][] rows = new float[answers.length][classes];
        for (int i = 0; i < answers.length; i++) {
            rows[i][answers[i]] = 1;
        }
        return rows;
    }

    private static float[][] numbers(double... values) {
        return Arrays.stream(values)
                .mapToObj(value -> new float[] {(float) value})
                .toArray(float[][]::new);
    }

    private static Metric of(PairedMetric metric, PairedBatch... batches) {
        for (PairedBatch batch : batches) {
            metric.add(batch);
        }
        return metric.result().orElseThrow();
    }

    @Test
    void accuracyIsTestedByMcNemar() {
        int[] labels = new int[100];
        int[] source = new int[100];
        int[] quantized = new int[100];
        // Of 100 right answers of class 0: 16 lost; and 6 gained.
        Arrays.fill(quantized, 0, 16, 1);
        Arrays.fill(source, 16, 22, 1);

        Metric metric =
                of(
                        Metrics.topK(Labels.of(labels), 1),
                        batch(0, answers(3, source), answers(3, quantized)));

        assertThat(metric.source()).isEqualTo(0.94);
        assertThat(metric.quantized()).isEqualTo(0.84);
        assertThat(metric.drop()).isCloseTo(0.1, within(1e-12));
        // 2 P(X <= 6) of Binomial(22, 1/2) = 0.0524788
        assertThat(metric.test().orElseThrow().pValue()).isCloseTo(0.0524788, within(1e-6));
        assertThat(metric.interval()).isEqualTo(ConfidenceInterval.ofPairedShares(16, 6, 100));
    }

    /** That nothing changed here does not say that nothing ever will. */
    @Test
    void sharesHaveAWidthWhereNothingChanged() {
        int[] answers = new int[200];
        Arrays.fill(answers, 0, 90, 1);
        Labels labels = Labels.of(answers);
        float[][] scores = answers(3, answers);
        ConfidenceInterval nothing = ConfidenceInterval.ofPairedShares(0, 0, 200);
        assertThat(nothing.high()).isBetween(0.018, 0.019);
        for (PairedMetric metric :
                List.of(
                        Metrics.topK(labels, 1),
                        Metrics.f1(labels),
                        Metrics.precision(labels),
                        Metrics.recall(labels))) {
            Metric unchanged = of(metric, batch(0, scores, scores));
            assertThat(unchanged.drop()).isZero();
            assertThat(unchanged.interval()).isEqualTo(nothing);
        }
    }

    @Test
    void theKHighestCount() {
        float[][] scores = {{0.1f, 0.5f, 0.4f}, {0.9f, 0.05f, 0.05f}};
        Metric metric = of(Metrics.topK(Labels.of(2, 2), 2), batch(0, scores, scores));
        assertThat(metric.name()).isEqualTo("top-2");
        // Of equal scores the first counts as the higher.
        assertThat(metric.source()).isEqualTo(0.5);
    }

    @Test
    void classesAreAveraged() {
        int[] labels = {0, 0, 0, 1, 1, 2};
        int[] source = {0, 0, 1, 1, 1, 2};
        int[] quantized = {0, 1, 1, 1, 2, 2};
        PairedBatch first =
                batch(
                        0,
                        answers(4, Arrays.copyOf(source, 3)),
                        answers(4, Arrays.copyOf(quantized, 3)));
        PairedBatch second =
                batch(
                        3,
                        answers(4, Arrays.copyOfRange(source, 3, 6)),
                        answers(4, Arrays.copyOfRange(quantized, 3, 6)));

        // Source: class 0 P 1, R 2/3; class 1 P 2/3, R 1; class 2 P 1, R 1; no label 3.
        Metric precision = of(Metrics.precision(Labels.of(labels)), first, second);
        assertThat(precision.source()).isCloseTo((1 + 2 / 3.0 + 1) / 3, within(1e-12));
        Metric recall = of(Metrics.recall(Labels.of(labels)), first, second);
        assertThat(recall.source()).isCloseTo((2 / 3.0 + 1 + 1) / 3, within(1e-12));
        // Quantized: F1 of class 0: 2*1/(1+3), of class 1: 2*1/(3+2), of class 2: 2*1/(2+1).
        Metric f1 = of(Metrics.f1(Labels.of(labels)), first, second);
        assertThat(f1.quantized()).isCloseTo((0.5 + 0.4 + 2 / 3.0) / 3, within(1e-12));
        assertThat(f1.interval().low()).isLessThan(f1.drop());
        assertThat(f1.interval().high()).isGreaterThan(f1.drop());
    }

    @Test
    void ranksAndNumbersCorrelate() {
        double[] targets = {3, 1, 4, 1, 5, 9, 2, 6};
        double[] answers = {2, 7, 1, 8, 2, 8, 1, 8};
        PairedBatch batch = batch(0, numbers(answers), numbers(targets));

        Metric spearman = of(Metrics.spearman(Targets.of(targets)), batch);
        Metric pearson = of(Metrics.pearson(Targets.of(targets)), batch);

        assertThat(spearman.source()).isCloseTo(0.19885368120992464, within(1e-9));
        assertThat(spearman.quantized()).isCloseTo(1, within(1e-12));
        assertThat(pearson.source()).isCloseTo(0.20965531907301213, within(1e-9));
        assertThat(pearson.samples()).isEqualTo(8);
    }

    @Test
    void constantAnswersHaveNoCorrelation() {
        PairedMetric metric = Metrics.spearman(Targets.of(1, 2, 3));
        metric.add(batch(0, numbers(1, 1, 1), numbers(1, 2, 3)));
        assertThat(metric.result()).isEmpty();
    }

    @Test
    void pairsMayComeInAnyOrder() {
        // Samples 2i and 2i + 1 are a pair; here they come as 3, 0, 2, 1, 4, 5.
        float[][] vectors = {{0, 1}, {1, 0}, {1, 0}, {1, 0}, {1, 1}, {1, 0}};
        Feed feed =
                new Feed(
                        Map.of("x", Tensor.ofFloats(new float[6], 6, 1)),
                        6,
                        0,
                        List.of(3L, 0L, 2L, 1L, 4L, 5L));
        PairedBatch batch =
                new PairedBatch(feed, Map.of("y", tensor(vectors)), Map.of("y", tensor(vectors)));
        // Cosines: pair 0: 1, pair 1: 0, pair 2: 0.707. The same order as the scores.
        Metric metric = of(Metrics.pairSpearman(Targets.of(5, 1, 3)), batch);
        assertThat(metric.source()).isCloseTo(1, within(1e-12));
    }

    @Test
    void perplexityIsThatOfTheNextToken() {
        // Two tokens of equal score: each next token has probability 1/2.
        Tensor tokens = Tensor.ofLongs(new long[] {0, 1, 0, 9}, 1, 4);
        float[] even = new float[4 * 2];
        float[] sure = {0, (float) Math.log(3), (float) Math.log(3), 0, 0, 0, 0, 0};
        PairedBatch batch =
                new PairedBatch(
                        new Feed(Map.of("ids", tokens), 1, 0),
                        Map.of("y", Tensor.ofFloats(even, 1, 4, 2)),
                        Map.of("y", Tensor.ofFloats(sure, 1, 4, 2)));
        Metric metric = of(Metrics.perplexity("ids", 9), batch);
        assertThat(metric.source()).isCloseTo(2, within(1e-6));
        // Both next tokens have probability 3/4.
        assertThat(metric.quantized()).isCloseTo(4 / 3.0, within(1e-6));
        assertThat(metric.drop()).isNegative();
    }

    @Test
    void theBootstrapAgreesWithTheFormulaOfAMean() {
        int n = 2000;
        Random random = new Random(1);
        double[] noise = random.doubles(n, -1, 1).toArray();
        float[][] source = numbers(IntStream.range(0, n).mapToDouble(i -> 1).toArray());
        float[][] quantized = numbers(Arrays.stream(noise).map(x -> 1 - 0.05 + x).toArray());
        Metric metric =
                of(
                        Metrics.mean("mine", true, (batch, answers, row) -> answers.get(row, 0)),
                        batch(0, source, quantized));
        // The standard error of the mean of a uniform number on [-1, 1] is 1 / sqrt(3 n).
        double reach = 1.96 / Math.sqrt(3.0 * n);
        assertThat(metric.interval().high() - metric.interval().low())
                .isCloseTo(2 * reach, within(0.3 * reach));
        assertThat(metric.test().orElseThrow().pValue()).isLessThan(0.05);
    }

    @Test
    void averagePrecisionIsThatOfCoco() {
        Box truth = new Box(0, 1, 0, 0, 10, 10);
        Box near = new Box(0, 0.9, 0, 0, 10, 9);
        Box far = new Box(0, 0.95, 20, 20, 30, 30);
        List<List<Box>> source = List.of(List.of(near), List.of(near));
        List<List<Box>> quantized = List.of(List.of(near, far), List.of());
        Map<Long, List<Box>> right = Map.of(0L, List.of(truth), 1L, List.of(truth));
        float[][] one = numbers(1, 1);
        float[][] two = numbers(2, 2);
        Detector detector =
                (outputs, row) ->
                        (outputs.get("y").toFloats()[0] == 1 ? source : quantized).get(row);
        Metric metric = of(Metrics.meanAveragePrecision(detector, right, 0.5), batch(0, one, two));
        assertThat(near.overlap(truth)).isCloseTo(0.9, within(1e-12));
        assertThat(metric.source()).isEqualTo(1);
        // A false box first, then one of two true ones: precision 1/2 up to recall 1/2, then 0;
        // of the recalls 0, 0.01 ... 1 there are 51 up to 1/2.
        assertThat(metric.quantized()).isCloseTo(0.5 * 51 / 101, within(1e-12));
    }

    @Test
    void labelsThatNoScoreStandsForAreRefused() {
        PairedMetric metric = Metrics.f1(Labels.of(0, 7));
        assertThatThrownBy(() -> metric.add(batch(0, answers(3, 0, 0), answers(3, 0, 0))))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("the label 7");
    }

    @Test
    void aFigureThatTheQuantizedModelLostIsNotLeftOut() {
        float[][] wanted = numbers(1, 2, 3);
        Targets targets = Targets.of(1, 2, 4);
        Metric error =
                of(Metrics.meanAbsoluteError(targets), batch(0, wanted, numbers(1, Double.NaN, 3)));
        assertThat(error.source()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(error.quantized()).isNaN();
        assertThat(error.undefinedAt()).contains(1L);
        Metric rank = of(Metrics.spearman(targets), batch(0, wanted, numbers(1, Double.NaN, 3)));
        assertThat(rank.undefinedAt()).contains(1L);
        Metric constant = of(Metrics.pearson(targets), batch(0, wanted, numbers(2, 2, 2)));
        assertThat(constant.quantized()).as("of numbers that are all the same").isNaN();
        assertThat(constant.undefinedAt()).isEmpty();
    }

    @Test
    void whatTheSourceItselfDoesNotKnowIsAnError() {
        PairedBatch batch = batch(5, numbers(Double.NaN), numbers(1));
        PairedMetric error = Metrics.meanAbsoluteError(Targets.of(new double[6]));
        assertThatThrownBy(() -> error.add(batch))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("source model's mean absolute error is not finite")
                .hasMessageContaining("sample 5");
    }

    @Test
    void aScoreThatIsNaNIsNotTheHighest() {
        float[][] scores = {{Float.NaN, 0.5f}, {Float.NaN, Float.NaN}};
        float[][] sure = {{1, 0}, {1, 0}};
        assertThat(of(Metrics.topK(Labels.of(0, 0), 1), batch(0, sure, scores)).quantized())
                .isZero();
        assertThat(of(Metrics.topK(Labels.of(0, 0), 2), batch(0, sure, scores)).quantized())
                .isZero();
    }
}
