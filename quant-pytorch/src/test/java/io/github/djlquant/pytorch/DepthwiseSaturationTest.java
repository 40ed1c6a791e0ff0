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

import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.write.AtenGraph;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.AnswerComparison;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FBGEMM's depthwise kernel adds neighbours in 16 bits, on CPUs with 8-bit dot products too. */
class DepthwiseSaturationTest {

    @TempDir private Path folder;

    /** Mostly the largest element of the range, as behind a Relu6. */
    private static Map<String, Tensor> feeds(int channels, int seed) {
        Random random = new Random(seed);
        float[] elements = new float[4 * channels * 8 * 8];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = random.nextInt(10) == 0 ? random.nextFloat() : 1;
        }
        return Map.of("x", Tensor.ofFloats(elements, 4, channels, 8, 8));
    }

    /** Weights of one size and either sign: two neighbours of one sign would saturate. */
    private Path network(int channels) {
        Random random = new Random(channels);
        float[] weights = new float[channels * 9];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextBoolean() ? 0.1f : -0.1f;
        }
        PyTorchBackend backend = new PyTorchBackend();
        Path file = folder.resolve("depthwise.pt");
        List<Integer> one = List.of(1, 1);
        backend.write(
                new AtenGraph("depthwise")
                        .input("x")
                        .constant("w", Tensor.ofFloats(weights, channels, 1, 3, 3))
                        .call("aten::conv2d", "y", "x", "w", null, one, one, one, channels)
                        .output("y"),
                backend.target(Target.Name.ANY),
                file);
        return file;
    }

    private static float[] answers(Path file, int channels) {
        try (GraphRunner runner = new PyTorchBackend().open(file, RunOptions.DEFAULT)) {
            return runner.run(feeds(channels, 99)).values().iterator().next().toFloats();
        }
    }

    /** From 101 groups on the engine x86 takes FBGEMM, below oneDNN. */
    @ParameterizedTest
    @ValueSource(ints = {64, 128})
    void saturatesOnNoCpu(int channels) {
        Path source = network(channels);
        Path file =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optTarget(Target.Name.HERE)
                        .optLatency(false)
                        .optIgnoreGate(true)
                        .optCalibration(CalibrationData.ofFeeds(List.of(feeds(channels, 1))))
                        .build()
                        .quantize(source, folder.resolve("int8.pt"))
                        .file();
        assertThat(AnswerComparison.sqnr(answers(source, channels), answers(file, channels)))
                .as("SQNR")
                .isGreaterThan(35);
    }
}
