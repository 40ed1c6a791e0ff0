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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose signature takes any batch, and whose Reshape takes the one of their export. */
class FixedBatchTest {

    private static final int SIZE = 8;

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    private static Graph exportedWith(int rows) {
        return GraphBuilder.onnx(17)
                .input("x", -1, 4, SIZE, SIZE)
                .random("w", 16, 4, 3, 3)
                .random("v", 16 * 36, 256)
                .longs("shape", rows, 16 * 36)
                .node("Conv", "a", "x", "w")
                .node("Relu", "r", "a")
                .node("Reshape", "flat", "r", "shape")
                .node("MatMul", "y", "flat", "v")
                .output("y")
                .build();
    }

    private QuantizedModel quantize(Graph graph, Recipe recipe, int batch, int rows) {
        Path source = folder.resolve("float.onnx");
        backend.write(graph, backend.target(Target.Name.ANY), source);
        Quantizer.Builder quantizer =
                Quantizer.builder()
                        .optRecipe(recipe)
                        .optCalibration(
                                CalibrationData.ofFeeds(
                                        List.of(
                                                Map.of(
                                                        "x",
                                                        GraphBuilder.random(
                                                                new Random(5),
                                                                rows,
                                                                4,
                                                                SIZE,
                                                                SIZE)))))
                        .optLatency(true);
        if (batch > 0) {
            quantizer.optBatchSize(batch);
        }
        return quantizer.build().quantize(source, folder.resolve("int8.onnx"));
    }

    @Test
    void aModelOfSingleRowsIsFoundOutAndToldAbout() {
        QuantizedModel model = quantize(exportedWith(1), Recipe.staticInt8(), 0, 40);
        assertThat(model.warnings())
                .anySatisfy(
                        w ->
                                assertThat(w)
                                        .contains(
                                                "of the batches that were tried",
                                                "batches of 1 row only",
                                                "node flat",
                                                "--batch 1")
                                        .doesNotContain("--batch N"));
        assertThat(model.provenance().calibrationSamples()).isEqualTo(40);
        assertThat(model.evaluation().sqnr()).isGreaterThan(20);
        assertThat(backend.read(model.file()).inputs()).isEqualTo(exportedWith(1).inputs());
    }

    @Test
    void soIsAModelOfOtherBatches() {
        QuantizedModel model = quantize(exportedWith(6), Recipe.staticInt8(), 0, 40);
        assertThat(model.warnings())
                .anySatisfy(w -> assertThat(w).contains("batches of 6 rows only", "--batch 6"));
        assertThat(model.provenance().calibrationSamples()).isEqualTo(36);
        assertThat(model.evaluation().sqnr()).isGreaterThan(20);
        assertThat(backend.read(model.file()).inputs()).isEqualTo(exportedWith(6).inputs());
    }

    @Test
    void whoSaysItIsNotTold() {
        for (int rows : new int[] {1, 6}) {
            QuantizedModel model = quantize(exportedWith(rows), Recipe.staticInt8(), rows, 40);
            assertThat(model.warnings()).noneMatch(w -> w.contains("whatever its signature says"));
            model.file().toFile().delete();
            model.file().resolveSibling("int8.quant.json").toFile().delete();
        }
    }

    @Test
    void withoutCalibrationVerificationFindsItOut() {
        QuantizedModel model = quantize(exportedWith(6), Recipe.dynamicInt8(), 0, 40);
        assertThat(model.warnings()).anyMatch(w -> w.contains("batches of 6 rows only"));
    }

    @Test
    void dataThatDontFitAreNoMatterOfTheBatch() {
        Path source = folder.resolve("float.onnx");
        Graph broken =
                GraphBuilder.onnx(17)
                        .input("x", -1, -1)
                        .random("w", 16, 8)
                        .node("MatMul", "y", "x", "w")
                        .output("y")
                        .build();
        backend.write(broken, backend.target(Target.Name.ANY), source);
        Quantizer quantizer =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optCalibration(GraphBuilder.randomBatches(3, "x", 2, 17))
                        .build();
        assertThatThrownBy(() -> quantizer.quantize(source, folder.resolve("int8.onnx")))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("ONNX Runtime refuses this batch");
    }
}
