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
package io.github.djlquant.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Detections;
import io.github.djlquant.evaluate.Divergences;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Flips;
import io.github.djlquant.evaluate.LayerError;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.OperatorShare;
import io.github.djlquant.evaluate.Operators;
import io.github.djlquant.evaluate.OutputError;
import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.recipe.GateThresholds;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class QuantAssertionsTest {

    private static final Evaluation EVALUATION =
            new Evaluation(
                    List.of(new OutputError("logits", 1000, 30, 0.995, 0.1, true, 0.015, 0)),
                    1000,
                    true,
                    Optional.of(new Evaluation.Accuracy(1000, 800, 30, 10)),
                    Optional.empty());

    @Test
    void whatHoldsPasses() {
        QuantAssertions.assertThat(EVALUATION)
                .flipsBelow(0.02)
                .cosineAbove(0.99)
                .sqnrAbove(29)
                .accuracyDropBelow(0.01)
                .passes(GateThresholds.DEFAULT);
    }

    @Test
    void whatDoesNotHoldFailsWithTheFigures() {
        fails(() -> QuantAssertions.assertThat(EVALUATION).flipsBelow(0.01), "1.50 %");
        fails(() -> QuantAssertions.assertThat(EVALUATION).cosineAbove(0.999), "0.9950");
        fails(() -> QuantAssertions.assertThat(EVALUATION).sqnrAbove(40), "30.0 dB");
        fails(
                () -> QuantAssertions.assertThat(EVALUATION).accuracyDropBelow(0.005),
                "by at least 0.80 points");
        fails(
                () ->
                        QuantAssertions.assertThat(EVALUATION)
                                .passes(new GateThresholds(0.01, 0.9, 0.1)),
                "1.50 % of the answers changed, above 1.00 %");
    }

    @Test
    void whatWasNotMeasuredFails() {
        fails(() -> QuantAssertions.assertThat(EVALUATION).isFasterThanSource(1), "not measured");
        fails(() -> QuantAssertions.assertThat(EVALUATION).noSliceDropsMoreThan(1), "no slices");
    }

    /** Text, boxes, a number per sample, sizes, operators and layers. */
    private static Evaluation everything() {
        return new Evaluation(
                        List.of(
                                new OutputError(
                                        "logits",
                                        200,
                                        30,
                                        1,
                                        0.1,
                                        false,
                                        0,
                                        0,
                                        Optional.empty(),
                                        Optional.of(0.98))),
                        200,
                        true,
                        Optional.empty(),
                        Optional.empty())
                .with()
                .optMetrics(
                        List.of(
                                new Metric(
                                        "f1",
                                        0.9,
                                        0.88,
                                        true,
                                        0.02,
                                        new ConfidenceInterval(0.015, 0.025),
                                        "by hand",
                                        Optional.empty(),
                                        200)))
                .optDivergences(
                        List.of(new Divergences("text", 50, 2, Optional.empty(), List.of())))
                .optDetections(new Detections(List.of(), 200, 9, 8, 7, 0.9))
                .optSubject(
                        new Subject(
                                "a.onnx",
                                400,
                                "b.onnx",
                                100,
                                "engine",
                                "tool",
                                "data",
                                "",
                                Optional.empty(),
                                Optional.empty()))
                .optOperators(
                        new Operators(
                                "engine",
                                "by hand",
                                List.of(
                                        new OperatorShare(
                                                "conv",
                                                "Conv",
                                                "QLinearConv",
                                                true,
                                                false,
                                                "",
                                                Optional.of(0.7),
                                                Optional.of(7.0)),
                                        new OperatorShare(
                                                "head",
                                                "Gemm",
                                                "Gemm",
                                                false,
                                                true,
                                                "no range",
                                                Optional.of(0.3),
                                                Optional.of(3.0)))))
                .optLayers(
                        List.of(
                                new LayerError(
                                        "v",
                                        "conv",
                                        1,
                                        20,
                                        5,
                                        0.99,
                                        Optional.empty(),
                                        Optional.empty())))
                .build();
    }

    @Test
    void whatThePageShowsCanBeRequired() {
        QuantAssertions.assertThat(everything())
                .concordanceAbove(0.97)
                .tokensChangedBelow(0.05)
                .boxesAgreeAbove(0.89)
                .dropBelow("f1", 0.016)
                .isSmallerThanSource(4)
                .timeOnIntegersAbove(0.69)
                .noLayerLosesMoreThan(5);
        fails(() -> QuantAssertions.assertThat(everything()).concordanceAbove(0.98), "0.9800");
        fails(() -> QuantAssertions.assertThat(everything()).tokensChangedBelow(0.04), "4.00 %");
        fails(() -> QuantAssertions.assertThat(everything()).boxesAgreeAbove(0.9), "0.9000");
        fails(() -> QuantAssertions.assertThat(everything()).dropBelow("f1", 0.015), "0.0200");
        fails(() -> QuantAssertions.assertThat(everything()).isSmallerThanSource(4.1), "4.00x");
        fails(() -> QuantAssertions.assertThat(everything()).timeOnIntegersAbove(0.7), "70.0 %");
        fails(() -> QuantAssertions.assertThat(everything()).noLayerLosesMoreThan(4.9), "conv");
        fails(() -> QuantAssertions.assertThat(everything()).nothingFellBack(), "head: no range");
    }

    @Test
    void whatThePageDoesNotShowFails() {
        for (ThrowingCallable assertion :
                List.<ThrowingCallable>of(
                        () -> QuantAssertions.assertThat(EVALUATION).concordanceAbove(0),
                        () -> QuantAssertions.assertThat(EVALUATION).tokensChangedBelow(1),
                        () -> QuantAssertions.assertThat(EVALUATION).boxesAgreeAbove(0),
                        () -> QuantAssertions.assertThat(EVALUATION).dropBelow("f1", 1),
                        () -> QuantAssertions.assertThat(EVALUATION).isSmallerThanSource(0),
                        () -> QuantAssertions.assertThat(EVALUATION).timeOnIntegersAbove(0),
                        () -> QuantAssertions.assertThat(EVALUATION).nothingFellBack(),
                        () -> QuantAssertions.assertThat(EVALUATION).noLayerLosesMoreThan(99))) {
            fails(assertion, "logits");
        }
    }

    private static Evaluation chosenClasses() {
        return new Evaluation(List.of(), 200, true, Optional.empty(), Optional.empty())
                .with()
                .optFlipped(
                        List.of(
                                new Flips(
                                        "logits' classes",
                                        200,
                                        2,
                                        0,
                                        0,
                                        List.of(),
                                        List.of(),
                                        List.of())))
                .optWarnings(List.of("logits"))
                .build();
    }

    @Test
    void chosenClassesHaveFlipsAndNoNumbers() {
        Evaluation chosen = chosenClasses();
        QuantAssertions.assertThat(chosen).flipsBelow(0.02);
        for (ThrowingCallable assertion :
                List.<ThrowingCallable>of(
                        () -> QuantAssertions.assertThat(chosen).flipsBelow(0.01),
                        () -> QuantAssertions.assertThat(chosen).cosineAbove(0.5),
                        () -> QuantAssertions.assertThat(chosen).sqnrAbove(1))) {
            assertThatThrownBy(assertion).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void slicesThatAreAllTooSmallSayNothing() {
        fails(() -> QuantAssertions.assertThat(sliced(0, true)).noSliceDropsMoreThan(1), "small");
        fails(
                () -> QuantAssertions.assertThat(sliced(Double.NaN, false)).noSliceDropsMoreThan(1),
                "time night");
        QuantAssertions.assertThat(sliced(0, false)).noSliceDropsMoreThan(0.1);
    }

    private static Evaluation sliced(double drop, boolean tooSmall) {
        Slice slice =
                new Slice(
                        "night",
                        tooSmall ? 3 : 100,
                        0.9,
                        0.9 - drop,
                        drop,
                        ConfidenceInterval.UNKNOWN,
                        0,
                        Optional.empty(),
                        tooSmall);
        return EVALUATION
                .with()
                .optSlices(
                        List.of(
                                new Slices(
                                        "time",
                                        Slices.Kind.METADATA,
                                        "top-1",
                                        "Holm",
                                        30,
                                        List.of(slice),
                                        0)))
                .build();
    }

    private static void fails(ThrowingCallable assertion, String part) {
        assertThatThrownBy(assertion)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(part)
                .hasMessageContaining("logits");
    }
}
