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

import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.ModelEvaluator.Part;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many samples the layers are looked at with. */
class LayerRowsTest {

    private static final int ROW = 16 * 12 * 12;
    private static final int LOUD = 170;

    @TempDir private Path folder;
    private Path source;
    private Path quantized;

    @BeforeEach
    void quantize() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 16, 12, 12)
                        .random("w", 16, 16, 3, 3)
                        .node("Conv", "c", "x", "w")
                        .with("pads", 1, 1, 1, 1)
                        .node("Relu", "r", "c")
                        .random("v", 16, 16, 3, 3)
                        .node("Conv", "y", "r", "v")
                        .with("pads", 1, 1, 1, 1)
                        .output("y")
                        .build();
        OnnxBackend backend = new OnnxBackend();
        source = folder.resolve("float.onnx");
        backend.write(graph, backend.target(Target.Name.ANY), source);
        quantized =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optCalibration(data(-1))
                        .optLatency(false)
                        .optIgnoreGate(true)
                        .build()
                        .quantize(source, folder.resolve("int8.onnx"))
                        .file();
    }

    /** One sample that calibration did not see the like of, behind many that it did. */
    private static CalibrationData data(int loud) {
        Random random = new Random(5);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int first = 0; first < 320; first += 8) {
            float[] x = new float[8 * ROW];
            for (int i = 0; i < x.length; i++) {
                boolean isLoud = first + i / ROW == loud;
                x[i] = (2 * random.nextFloat() - 1) * (isLoud ? 10 : 1);
            }
            feeds.add(Map.of("x", Tensor.ofFloats(x, 8, 16, 12, 12)));
        }
        return CalibrationData.ofFeeds(feeds);
    }

    private ModelEvaluator.Builder evaluator() {
        return ModelEvaluator.builder()
                .setModels(source, quantized)
                .setData(data(LOUD))
                .optParts(Set.of(Part.LAYERS));
    }

    @Test
    void whatOneSampleInHundredsDoesIsSeen() {
        Evaluation evaluation = evaluator().build().evaluate();
        Coverage coverage = evaluation.coverage().orElseThrow();
        assertThat(coverage.samples()).isEqualTo(256);
        assertThat(coverage.calibrationSamples()).isEqualTo(320);
        assertThat(coverage.exceeded()).isEqualTo(coverage.values()).isPositive();
        assertThat(evaluation.layers())
                .filteredOn(layer -> layer.range().isPresent())
                .allSatisfy(
                        layer -> assertThat(layer.range().orElseThrow().max()).isGreaterThan(5));
    }

    @Test
    void theUserLimitsThem() {
        Evaluation evaluation = evaluator().optLayerRows(LOUD).build().evaluate();
        assertThat(evaluation.coverage().orElseThrow().samples()).isEqualTo(LOUD);
        assertThat(evaluation.layers())
                .filteredOn(layer -> layer.value().equals("x"))
                .singleElement()
                .satisfies(input -> assertThat(input.range().orElseThrow().max()).isLessThan(2));
    }
}
