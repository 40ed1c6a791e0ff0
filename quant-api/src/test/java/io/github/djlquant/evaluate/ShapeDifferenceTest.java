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
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.GateThresholds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Outputs that have as many rows as the model finds something. */
class ShapeDifferenceTest {

    private static PairedBatch batch(
            int rows, Map<String, Tensor> source, Map<String, Tensor> quantized) {
        return new PairedBatch(
                new Feed(Map.of("x", Tensor.ofFloats(new float[rows], rows, 1)), rows, 7),
                source,
                quantized);
    }

    private static Evaluation of(PairedBatch... batches) {
        PairedTally comparison = PairedTallyTest.tally(null, Optional.empty(), TaskHints.NONE);
        for (PairedBatch batch : batches) {
            comparison.add(batch);
        }
        return comparison.result(true, List.of());
    }

    private static Map<String, Tensor> found(float[] boxes, float[] scores, long[] labels) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("boxes", Tensor.ofFloats(boxes, labels.length, 4));
        outputs.put("labels", Tensor.ofLongs(labels, labels.length));
        outputs.put("scores", Tensor.ofFloats(scores, labels.length));
        return outputs;
    }

    @Test
    void whatDetectorsFindIsMatchedWhateverItsNumber() {
        Map<String, Tensor> source =
                found(
                        new float[] {0, 0, 10, 10, 20, 20, 30, 40, 50, 50, 60, 60},
                        new float[] {0.9f, 0.8f, 0.3f},
                        new long[] {1, 2, 1});
        // The first box moved a little, the second became another class, the third is gone.
        Map<String, Tensor> quantized =
                found(
                        new float[] {0, 1, 10, 10, 20, 20, 30, 40},
                        new float[] {0.9f, 0.7f},
                        new long[] {1, 1});

        Evaluation evaluation = of(batch(1, source, quantized), batch(1, quantized, source));

        Detections found = evaluation.detections().orElseThrow();
        assertThat(found.outputs()).containsExactly("boxes", "scores", "labels");
        assertThat(found.source()).isEqualTo(5);
        assertThat(found.quantized()).isEqualTo(5);
        assertThat(found.matched()).isEqualTo(2);
        assertThat(found.agreement()).isCloseTo(1.8 / (0.9 + 0.8 + 0.3 + 0.9 + 0.7), within(1e-6));
        assertThat(evaluation.outputs()).isEmpty();
        assertThat(Gate.failures(evaluation, GateThresholds.DEFAULT))
                .singleElement()
                .asString()
                .contains("boxes, scores, labels: the boxes of both models agree by 0.5000");
        assertThat(Gate.failures(evaluation, GateThresholds.DEFAULT.withMinDetections(0.4)))
                .isEmpty();
    }

    /** Cosines of rows that changed places would refuse it. */
    @Test
    void boxesThatChangedPlacesAreTheSameBoxes() {
        float[] boxes = {10, 10, 4, 4, 0.9f, 1, 30, 30, 4, 8, 0.8f, 2};
        float[] swapped = {30, 30, 4, 8, 0.85f, 2, 10, 10, 4, 4, 0.8f, 1};
        Evaluation evaluation =
                of(
                        batch(
                                1,
                                Map.of("out", Tensor.ofFloats(boxes, 1, 2, 6)),
                                Map.of("out", Tensor.ofFloats(swapped, 1, 2, 6))));

        assertThat(evaluation.detections().orElseThrow().agreement()).isEqualTo(1);
        assertThat(evaluation.outputs()).isEmpty();
    }

    /** Scores of raw anchors come in any order. */
    @Test
    void rawAnchorsAreNumbersLikeOthers() {
        Map<String, Tensor> anchors =
                found(
                        new float[] {0, 0, 10, 10, 20, 20, 30, 40},
                        new float[] {0.1f, 0.7f},
                        new long[] {1, 1});
        Map<String, Tensor> byChance =
                found(
                        new float[] {0, 0, 10, 10, 20, 20, 30, 40},
                        new float[] {0.7f, 0.1f},
                        new long[] {1, 1});
        Evaluation evaluation = of(batch(1, byChance, byChance), batch(1, anchors, anchors));

        assertThat(evaluation.detections()).isEmpty();
        assertThat(evaluation.outputs()).extracting(OutputError::output).contains("boxes");
    }

    @Test
    void numbersInRowsOfSixAreNoBoxesByThemselves() {
        Tensor forecast =
                Tensor.ofFloats(new float[] {1, 2, 3, 4, 9, 1.5f, 1, 2, 3, 4, 8, 2.5f}, 1, 2, 6);
        Evaluation evaluation = of(batch(1, Map.of("y", forecast), Map.of("y", forecast)));
        assertThat(evaluation.detections()).isEmpty();
        assertThat(evaluation.outputs()).hasSize(1);
    }

    /** The indices that a suppression of overlaps selects, fewer or more than there are samples. */
    @Test
    void indicesOfAnyNumberAreNoSequences() {
        Map<String, Tensor> source = new LinkedHashMap<>();
        source.put("scores", Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2));
        source.put("selected", Tensor.ofLongs(new long[] {0, 0, 5}, 1, 3));
        Map<String, Tensor> quantized = new LinkedHashMap<>(source);
        quantized.put("selected", Tensor.ofLongs(new long[] {0, 0, 5, 0, 0, 6}, 2, 3));

        Evaluation evaluation = of(batch(4, source, quantized), batch(4, source, source));

        assertThat(evaluation.divergences()).isEmpty();
        ShapeDifference shape = evaluation.shapes().get(0);
        assertThat(shape.toString())
                .isEqualTo(
                        "selected: the shape differs in 1 of 2 batches, first at sample 7 ([1,3],"
                                + " quantized [2,3])");
        assertThat(Gate.failures(evaluation, GateThresholds.DEFAULT))
                .as("the scores were compared")
                .isEmpty();
    }

    @Test
    void numbersThatCannotBeComparedFailWithAWord() {
        Evaluation evaluation =
                of(
                        batch(
                                2,
                                Map.of("y", Tensor.ofFloats(new float[6], 2, 3)),
                                Map.of("y", Tensor.ofFloats(new float[8], 2, 4))));

        assertThat(evaluation.outputs()).isEmpty();
        assertThat(Gate.failures(evaluation, GateThresholds.DEFAULT))
                .singleElement()
                .asString()
                .contains("y: the shape differs", "give a detector");
    }

    @Test
    void nothingFoundByBothIsAgreement() {
        Map<String, Tensor> nothing = found(new float[0], new float[0], new long[0]);
        Map<String, Tensor> one =
                found(new float[] {0, 0, 1, 1}, new float[] {0.5f}, new long[] {1});
        assertThat(of(batch(1, nothing, one), batch(1, nothing, nothing)).detections())
                .hasValueSatisfying(found -> assertThat(found.agreement()).isZero());
    }
}
