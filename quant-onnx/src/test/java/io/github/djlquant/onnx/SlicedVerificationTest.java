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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.GateException;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.evaluate.Slicing;
import io.github.djlquant.evaluate.Task;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quantizing looks at the same slices and flips as an evaluation. */
class SlicedVerificationTest {

    private static final int ROWS = 200;

    @TempDir private Path folder;
    private final OnnxBackend backend = new OnnxBackend();
    private Path source;
    private Map<String, Tensor> images;

    @BeforeEach
    void write() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 3, 8, 8)
                        .random("w", 16, 3, 3, 3)
                        .node("Conv", "c", "x", "w")
                        .node("GlobalAveragePool", "p", "c")
                        .node("Flatten", "f", "p")
                        .random("m", 16, 4)
                        .node("MatMul", "logits", "f", "m")
                        .output("logits")
                        .build();
        source = folder.resolve("float.onnx");
        backend.write(graph, backend.target(Target.Name.ANY), source);
        images = Map.of("x", GraphBuilder.random(new Random(3), ROWS, 3, 8, 8));
    }

    /** What the float model answers is right. */
    private Labels labels() {
        try (GraphRunner runner = backend.open(source, RunOptions.DEFAULT)) {
            float[] scores = runner.run(images).get("logits").toFloats();
            int[] labels = new int[ROWS];
            for (int row = 0; row < ROWS; row++) {
                for (int i = 1; i < 4; i++) {
                    labels[row] =
                            scores[4 * row + i] > scores[4 * row + labels[row]] ? i : labels[row];
                }
            }
            return Labels.of(labels);
        }
    }

    private Quantizer.Builder quantizer(double maxSliceDrop, double maxFlips) {
        return Quantizer.builder()
                .optRecipe(
                        Recipe.staticInt8()
                                .withGate(
                                        new GateThresholds(maxFlips, 0.5, 1)
                                                .withMaxSliceDrop(maxSliceDrop)))
                .optCalibration(CalibrationData.ofFeeds(List.of(images)))
                .optLatency(false);
    }

    @Test
    void aRecipeMayLimitTheDropOfSlices() {
        Evaluation evaluation =
                quantizer(1, 1)
                        .optLabels(labels())
                        .build()
                        .quantize(source, folder.resolve("int8.onnx"))
                        .evaluation();
        assertThat(evaluation.slices())
                .extracting(Slices::by)
                .containsExactly("label", "brightness", "contrast");
        assertThat(evaluation.gate().orElseThrow().checks())
                .extracting(GateResult.Check::name)
                .contains("slice-drop");
        assertThat(evaluation.accuracy().orElseThrow().source()).isEqualTo(1);
        assertThat(evaluation.flipped().get(0).samples()).isEqualTo(ROWS);
    }

    /** Also without labels: a flip is then what counts. */
    @Test
    void aRefusalHoldsTheFlipsThemselves() {
        assertThatThrownBy(
                        () -> quantizer(1, 0).build().quantize(source, folder.resolve("int8.onnx")))
                .isInstanceOfSatisfying(
                        GateException.class,
                        refused -> {
                            Evaluation evaluation = refused.evaluation().orElseThrow();
                            assertThat(evaluation.flipped().get(0).worst())
                                    .isNotEmpty()
                                    .allMatch(flip -> flip.input().orElseThrow().png().isPresent());
                            assertThat(evaluation.slices())
                                    .extracting(Slices::metric)
                                    .containsExactly("agreement", "agreement");
                        });
    }

    @Test
    void theUserMaySayHowToVerify() {
        Evaluation evaluation =
                quantizer(1, 0)
                        .optVerification(
                                with ->
                                        with.optTask(Task.EMBEDDING)
                                                .optSlices(
                                                        Slicing.byFunction(
                                                                "parity",
                                                                (batch, row) ->
                                                                        row % 2 == 0
                                                                                ? "even"
                                                                                : "odd")))
                        .build()
                        .quantize(source, folder.resolve("int8.onnx"))
                        .evaluation();
        assertThat(evaluation.flipped()).as("an embedding has no answers").isEmpty();
        assertThat(evaluation.slices())
                .extracting(Slices::by)
                .containsExactly("parity", "brightness", "contrast");
        assertThat(evaluation.slices()).extracting(Slices::metric).containsOnly("cosine");
    }
}
