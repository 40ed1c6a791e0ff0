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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.write.AtenGraph;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A float archive that this project wrote is a source as any other: optimize first, then quantize.
 */
class WrittenSourceTest {

    @Test
    void isQuantizedUnderTheNamesOfItsFirstSource(@TempDir Path folder) {
        float[] weights = new float[256 * 256];
        Random random = new Random(3);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian() * 0.1f;
        }
        Graph graph =
                new AtenGraph("M")
                        .input("x/in")
                        .constant("w", Tensor.ofFloats(weights, 256, 256))
                        .call("aten::linear", "y/out", "x/in", "w", null)
                        .output("y/out");
        PyTorchBackend backend = new PyTorchBackend();
        Path written = folder.resolve("float.pt");
        backend.write(graph, backend.target(Target.Name.ANY), written);
        CalibrationData rows = rows(backend, written, weights);
        Path optimized = folder.resolve("optimized.pt");
        Quantizer.builder()
                .optRecipe(Recipe.optimize())
                .optLatency(false)
                .optCalibration(rows)
                .build()
                .quantize(written, optimized);

        for (Path source : List.of(written, optimized)) {
            QuantizedModel made =
                    Quantizer.builder()
                            .optRecipe(Recipe.dynamicInt8())
                            .optLatency(false)
                            .optOverwrite(true)
                            .optCalibration(rows(backend, source, weights))
                            .build()
                            .quantize(source, folder.resolve("int8.pt"));

            assertThat(made.evaluation().sqnr()).isGreaterThan(30);
            assertThat(made.execution().summary()).contains("linear_dynamic");
            assertThat(made.provenance().sourceName()).isEqualTo(source.getFileName().toString());
        }
    }

    private static CalibrationData rows(PyTorchBackend backend, Path source, float... values) {
        return CalibrationData.ofFeeds(
                List.of(
                        Map.of(
                                backend.read(source).inputs().get(0).name(),
                                Tensor.ofFloats(Arrays.copyOf(values, 4 * 256), 4, 256))));
    }
}
