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
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.AnswerComparison;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * DJL's basic model zoo: each network exported to both formats and compared with the Block at two
 * batch sizes; each file quantized with and without data, and run on inputs that nobody calibrated
 * on.
 */
class BlockZooIT {

    private static final List<String> ENDINGS = List.of(".onnx", ".pt");

    @TempDir private Path folder;

    /** Those that take a second or a few. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "RESNET18",
                "RESNET50",
                "MOBILENET_V1",
                "MOBILENET_V2",
                "GOOGLENET",
                "VGG11",
                "ALEXNET",
                "YOLO_V3"
            })
    void isExportedQuantizedAndRun(ZooModel model) {
        exportQuantizeAndRun(model);
    }

    @Tag("nightly")
    @ParameterizedTest
    @EnumSource
    void allAreExportedQuantizedAndRun(ZooModel model) {
        exportQuantizeAndRun(model);
    }

    private void exportQuantizeAndRun(ZooModel model) {
        Map<String, Tensor> unseen = BlockOracle.inputs(model.inputs(), 8, 6, 99);
        List<Tensor> expected;
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Block block = model.create(manager);
            assertIsFollowed(model, block);
            expected = BlockOracle.block(block, model.inputs(), unseen);
            for (String ending : ENDINGS) {
                Path file = folder.resolve("net" + ending);
                BlockExport.Result made = BlockExport.write(block, file, model.inputs(), false);

                assertThat(made.difference()).as("%s", made).isLessThan(1e-4);
                BlockOracle.assertSame(block, model.inputs(), file, model.smallestBatch(), 9);
                BlockOracle.assertSame(block, model.inputs(), file, 4, 6);
            }
        }
        for (String ending : ENDINGS) {
            for (Recipe recipe : List.of(Recipe.staticInt8(), Recipe.dynamicInt8())) {
                quantize(model, recipe, ending, unseen, expected);
            }
        }
    }

    /** The engine changes lists that SSD keeps, so that its first pass is like no other. */
    private static void assertIsFollowed(ZooModel model, Block block) {
        BlockTrace trace = new BlockTrace(block, model.inputs(), null);
        trace.graph();
        TraceMemory memory = trace.memory().orElseThrow();
        assertThat(trace.repeats(memory)).as("%s", model).isEqualTo(model != ZooModel.SSD);
    }

    private void quantize(
            ZooModel model,
            Recipe recipe,
            String ending,
            Map<String, Tensor> unseen,
            List<Tensor> expected) {
        Quantizer quantizer =
                Quantizer.builder()
                        .optRecipe(recipe)
                        .optCalibration(CalibrationData.ofFeeds(feeds(model)))
                        .optLatency(false)
                        .optIgnoreGate(true)
                        .build();
        Path source = folder.resolve("net" + ending);
        Path output = folder.resolve(recipe.name() + ending);
        int floor = model.floors().of(recipe.method(), ending);
        if (floor == 0) {
            assertThatThrownBy(() -> quantizer.quantize(source, output))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("nothing in this model can be quantized");
            return;
        }

        QuantizedModel quantized = quantizer.quantize(source, output);

        if (model == ZooModel.LARGE_LSTM) {
            assertThat(quantized.bytes())
                    .as("its weights are integers: %s", quantized)
                    .isLessThan(source.toFile().length() / 3);
        }
        assertThat(quantized.evaluation().outputs())
                .as("%s", quantized)
                .allSatisfy(o -> assertThat(o.sqnr()).as("%s", o).isGreaterThan(floor));
        List<Tensor> actual = run(output, unseen);
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            double sqnr =
                    AnswerComparison.sqnr(expected.get(i).toFloats(), actual.get(i).toFloats());
            assertThat(sqnr)
                    .as("%s %s, output %d of %s", recipe.name(), ending, i, model)
                    .isGreaterThan(floor);
        }
    }

    private static List<Tensor> run(Path file, Map<String, Tensor> feeds) {
        try (GraphRunner runner = Backends.forFile(file).open(file, RunOptions.DEFAULT)) {
            return List.copyOf(runner.run(feeds).values());
        }
    }

    private static List<Map<String, Tensor>> feeds(ZooModel model) {
        return IntStream.range(0, 8)
                .mapToObj(seed -> BlockOracle.inputs(model.inputs(), 8, 9, seed))
                .toList();
    }
}
