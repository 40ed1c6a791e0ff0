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
package io.github.djlquant.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * DJL's basic model zoo: each network exported, compared with the Block at two batch sizes, and the
 * file quantized in the ordinary way.
 */
class BlockZooIT {

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"YOLO_V3", "RESNET50", "GOOGLENET", "VGG11", "ALEXNET"})
    void isExportedAndQuantized(ZooModel model) {
        exportAndQuantize(model);
    }

    @Tag("nightly")
    @ParameterizedTest
    @EnumSource(names = {"YOLO_V3", "RESNET50", "GOOGLENET", "VGG11", "ALEXNET"})
    void isExportedAndQuantizedToo(ZooModel model) {
        exportAndQuantize(model);
    }

    private void exportAndQuantize(ZooModel model) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Block block = model.create(manager);
            for (String ending : List.of(".onnx", ".pt")) {
                Path file = folder.resolve("net" + ending);
                BlockExport.Result made = BlockExport.write(block, file, model.inputs(), false);

                assertThat(made.difference()).as("%s", made).isLessThan(1e-4);
                BlockOracle.assertSame(block, model.inputs(), file, model.smallestBatch(), 9);
                BlockOracle.assertSame(block, model.inputs(), file, 4, 6);
            }
        }
        Path file = folder.resolve("net.onnx");
        quantize(model, Recipe.dynamicInt8(), file);
        quantize(model, Recipe.staticInt8(), file);
    }

    private void quantize(ZooModel model, Recipe recipe, Path file) {
        Quantizer quantizer =
                Quantizer.builder()
                        .optRecipe(recipe)
                        .optCalibration(CalibrationData.ofFeeds(feeds(model)))
                        .optLatency(false)
                        .optIgnoreGate(true)
                        .build();
        Path output = folder.resolve(recipe.name() + ".onnx");
        int floor = model.decibels(recipe.method());
        if (floor == 0) {
            assertThatThrownBy(() -> quantizer.quantize(file, output))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("nothing in this model can be quantized");
            return;
        }

        QuantizedModel quantized = quantizer.quantize(file, output);

        assertThat(quantized.evaluation().outputs())
                .as("%s", quantized)
                .allSatisfy(o -> assertThat(o.sqnr()).as("%s", o).isGreaterThan(floor));
    }

    private static List<Map<String, Tensor>> feeds(ZooModel model) {
        return IntStream.range(0, 4)
                .mapToObj(seed -> BlockOracle.inputs(model.inputs(), 8, 9, seed))
                .toList();
    }
}
