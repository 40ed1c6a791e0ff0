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
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.GateThresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class PairedComparisonTest {

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

    private static Tensor rows(long columns, float... values) {
        return Tensor.ofFloats(values, values.length / columns, columns);
    }

    private static Evaluation compare(UnaryOperator<Tensor> quantized, Tensor... batches) {
        return compare(quantized, null, batches);
    }

    private static Evaluation compare(
            UnaryOperator<Tensor> quantized, Labels labels, Tensor... batches) {
        List<Feed> feeds = new ArrayList<>();
        long seen = 0;
        for (Tensor batch : batches) {
            int count = (int) batch.shape().size(0);
            feeds.add(new Feed(Map.of("x", batch), count, seen));
            seen += count;
        }
        return PairedComparison.builder()
                .optLabels(labels)
                .build()
                .compare(model(t -> t), model(quantized), feeds.iterator());
    }

    @Test
    void equalOutputsAreInfinitelyGood() {
        Evaluation evaluation = compare(t -> t, rows(2, 1, 2, 3, 4));
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
        Evaluation evaluation = compare(scaled(0.9f), rows(2, 1, 2), rows(2, 100, 200));
        assertThat(evaluation.sqnr()).isEqualTo(20, within(1e-4));
        assertThat(evaluation.outputs().get(0).maxError()).isEqualTo(20, within(1e-4));
    }

    @Test
    void flipsAndAccuracyArePaired() {
        // Negation moves the largest score of each row.
        Evaluation evaluation = compare(scaled(-1), Labels.of(1, 1, 0), rows(2, 1, 2, 1, 2, 1, 2));
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
        Evaluation flipped = compare(scaled(-1), rows(2, rows));
        assertThat(Gate.failures(flipped, GateThresholds.DEFAULT))
                .anyMatch(f -> f.contains("100.00 % of the answers changed"));
        Evaluation broken = compare(scaled(Float.NaN), rows(2, 1, 2));
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
                compare(flipFirst, rows(2, 1.999f, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2));
        assertThat(evaluation.flips()).isEqualTo(1 / 8.0);
        assertThat(Gate.failures(evaluation, GateThresholds.DEFAULT)).isEmpty();
    }

    @Test
    void normalizedEmbeddingsAreNoClassScores() {
        Evaluation evaluation = compare(scaled(0.99f), rows(2, 0.6f, 0.8f, 0.8f, 0.6f));
        assertThat(evaluation.outputs().get(0).classScores()).isFalse();
        assertThat(compare(scaled(0.99f), rows(2, 0.6f, 0.8f, 3, 4)).outputs().get(0).classScores())
                .isTrue();
    }

    @Test
    void nothingToCompareIsAnError() {
        assertThatThrownBy(() -> compare(t -> t)).isInstanceOf(CalibrationException.class);
    }

    @Test
    void aMissingOutputIsAnError() {
        assertThatThrownBy(
                        () ->
                                PairedComparison.builder()
                                        .build()
                                        .compare(
                                                model(t -> t),
                                                renamed(),
                                                List.of(new Feed(Map.of("x", rows(1, 2)), 1, 0))
                                                        .iterator()))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("the quantized model lacks an output")
                .hasMessageContaining("output y");
    }

    private static GraphRunner renamed() {
        return new GraphRunner() {
            @Override
            public Map<String, Tensor> run(Map<String, Tensor> feeds) {
                return Map.of("z", feeds.get("x"));
            }

            @Override
            public void close() {}
        };
    }

    /** What nobody chose, verification and evaluation alike look at. */
    @Test
    void slicesFollowFromLabelsAndImages() {
        int[] images = new int[40 * 3 * 2 * 2];
        for (int i = 0; i < images.length; i++) {
            images[i] = i % 17;
        }
        slicesFollow(Tensor.ofInts(DataType.UINT8, images, 40, 3, 2, 2));
        slicesFollow(
                Tensor.ofFloats(
                        Tensor.ofInts(DataType.UINT8, images, images.length).toFloats(),
                        40,
                        3,
                        2,
                        2));
    }

    private static void slicesFollow(Tensor batch) {
        UnaryOperator<Tensor> scores =
                t -> Tensor.ofFloats(java.util.Arrays.copyOf(t.toFloats(), 80), 40, 2);
        Evaluation evaluation =
                PairedComparison.builder()
                        .optLabels(Labels.of(new int[40]))
                        .build()
                        .compare(
                                model(scores),
                                model(scores),
                                List.of(new Feed(Map.of("x", batch), 40, 0)).iterator());
        assertThat(evaluation.slices())
                .extracting(Slices::by)
                .containsExactly("label", "brightness", "contrast");
        assertThat(evaluation.slices().get(1).slices())
                .as("brightness of %s", batch.dataType())
                .hasSize(4);
        assertThat(evaluation.metrics())
                .extracting(Metric::name)
                .containsExactly("top-1", "f1", "precision", "recall");
    }

    @Test
    void interruptionStops() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> compare(t -> t, rows(2, 1, 2)))
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
