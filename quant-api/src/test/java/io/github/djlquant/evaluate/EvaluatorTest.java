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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.GateThresholds;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EvaluatorTest {

    /** A "model" that yields a function of its input, so that errors are known in closed form. */
    private static GraphRunner model(UnaryOperator<Tensor> function) {
        return new GraphRunner() {
            @Override
            public Map<String, Tensor> run(Map<String, Tensor> feeds) {
                return Map.of("y", function.apply(feeds.get("x")));
            }

            @Override
            public void close() {}
        };
    }

    private static UnaryOperator<Tensor> scaled(float factor) {
        return tensor -> {
            float[] values = tensor.toFloats();
            for (int i = 0; i < values.length; i++) {
                values[i] *= factor;
            }
            return Tensor.ofFloats(values, tensor.shape().toArray());
        };
    }

    private static LabelledBatch batch(int[] labels, long columns, float... values) {
        return new LabelledBatch(
                Map.of("x", Tensor.ofFloats(values, values.length / columns, columns)), labels);
    }

    private static Evaluation compare(UnaryOperator<Tensor> quantized, LabelledBatch... batches) {
        return Evaluator.compare(
                model(t -> t), model(quantized), List.of(batches).iterator(), true);
    }

    @Test
    void equalOutputsAreInfinitelyGood() {
        Evaluation evaluation = compare(t -> t, batch(null, 2, 1, 2, 3, 4));
        assertThat(evaluation.sqnr()).isInfinite();
        assertThat(evaluation.cosine()).isEqualTo(1, within(1e-12));
        assertThat(evaluation.flips()).isZero();
        assertThat(evaluation.samples()).isEqualTo(2);
        assertThat(Gate.failures(evaluation, GateThresholds.DEFAULT)).isEmpty();
    }

    @Test
    void sqnrIsPooledOverBatches() {
        // y = 0.9 x everywhere: noise is 1 % of the signal, whatever the size of the batches'
        // values.
        Evaluation evaluation =
                compare(scaled(0.9f), batch(null, 2, 1, 2), batch(null, 2, 100, 200));
        assertThat(evaluation.sqnr()).isEqualTo(20, within(1e-4));
        assertThat(evaluation.outputs().get(0).maxError()).isEqualTo(20, within(1e-4));
    }

    @Test
    void flipsAndAccuracyArePaired() {
        // Negation moves the largest score of each row.
        Evaluation evaluation =
                compare(scaled(-1), batch(new int[] {1, 1, 0}, 2, 1, 2, 1, 2, 1, 2));
        assertThat(evaluation.flips()).isEqualTo(1);
        Evaluation.Accuracy accuracy = evaluation.accuracy().orElseThrow();
        assertThat(accuracy.source()).isEqualTo(2 / 3.0);
        assertThat(accuracy.quantized()).isEqualTo(1 / 3.0);
        assertThat(accuracy.lost()).isEqualTo(2);
        assertThat(accuracy.gained()).isEqualTo(1);
    }

    @Test
    void theGateCatchesCollapseAndNewNaN() {
        float[] rows = new float[400];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i % 2 == 0 ? 1 : 2;
        }
        Evaluation flipped = compare(scaled(-1), batch(null, 2, rows));
        assertThat(Gate.failures(flipped, GateThresholds.DEFAULT))
                .anyMatch(f -> f.contains("100.00 % of the answers changed"));
        Evaluation broken = compare(scaled(Float.NaN), batch(null, 2, 1, 2));
        assertThat(Gate.failures(broken, GateThresholds.DEFAULT))
                .anyMatch(f -> f.contains("2 elements became NaN or infinite"));
    }

    @Test
    void aFewFlipsOfAFewSamplesProveNothing() {
        UnaryOperator<Tensor> flipFirst =
                tensor -> {
                    float[] values = tensor.toFloats();
                    values[0] = 2.001f;
                    return Tensor.ofFloats(values, tensor.shape().toArray());
                };
        Evaluation evaluation =
                compare(
                        flipFirst,
                        batch(null, 2, 1.999f, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2));
        assertThat(evaluation.flips()).isEqualTo(1 / 8.0);
        assertThat(Gate.failures(evaluation, GateThresholds.DEFAULT)).isEmpty();
    }

    @Test
    void normalizedEmbeddingsAreNoClassScores() {
        Evaluation evaluation = compare(scaled(0.99f), batch(null, 2, 0.6f, 0.8f, 0.8f, 0.6f));
        assertThat(evaluation.outputs().get(0).classScores()).isFalse();
        assertThat(
                        compare(scaled(0.99f), batch(null, 2, 0.6f, 0.8f, 3, 4))
                                .outputs()
                                .get(0)
                                .classScores())
                .isTrue();
    }

    @Test
    void nothingToCompareIsAnError() {
        assertThatThrownBy(() -> compare(t -> t)).isInstanceOf(CalibrationException.class);
    }

    @Test
    void anotherShapeIsAnError() {
        assertThatThrownBy(
                        () ->
                                compare(
                                        t -> t.reshape(io.github.djlquant.graph.Shape.of(4)),
                                        batch(null, 2, 1, 2, 3, 4)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("expected [2,2], found [4]");
    }

    @Test
    void interruptionStops() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> compare(t -> t, batch(null, 2, 1, 2)))
                .isInstanceOf(QuantizationCancelledException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void latencyRatioHoldsItsMedian() {
        LatencyRatio ratio =
                Latency.measure(
                        model(t -> t),
                        model(t -> t),
                        Map.of("x", Tensor.ofFloats(new float[] {1, 2}, 1, 2)),
                        1,
                        50);
        assertThat(ratio.low()).isLessThanOrEqualTo(ratio.ratio());
        assertThat(ratio.high()).isGreaterThanOrEqualTo(ratio.ratio());
        assertThat(ratio.calls()).isPositive();
    }

    @Test
    void wilsonIntervalMatchesPublishedValues() {
        // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I: 15 of
        // 148.
        ConfidenceInterval interval = ConfidenceInterval.wilson(15, 148);
        assertThat(interval.low()).isEqualTo(0.0624, within(5e-5));
        assertThat(interval.high()).isEqualTo(0.1605, within(5e-5));
    }
}
