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
package io.github.djlquant.onnx.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.testkit.LoudSkip;
import io.github.djlquant.testkit.RealFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The other runtimes answer, and the emulated CPU shows the saturation that pair-safe weights
 * avoid.
 */
class ForeignRuntimeIT {

    private static final int CHANNELS = 16;

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    /** All products are the same, so the exact sum is CHANNELS * 255 * weight. */
    private Path convolution(int weight) {
        int[] weights = new int[CHANNELS];
        Arrays.fill(weights, weight);
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("x_scale", Tensor.ofFloat(1));
        constants.put("x_zero", Tensor.ofInts(DataType.UINT8, new int[] {0}));
        constants.put("w", Tensor.ofInts(DataType.INT8, weights, 1, CHANNELS, 1, 1));
        constants.put("w_scale", Tensor.ofFloat(1));
        constants.put("w_zero", Tensor.ofInts(DataType.INT8, new int[] {0}));
        constants.put("y_scale", Tensor.ofFloat(exactSum(weight) / 200f));
        constants.put("y_zero", Tensor.ofInts(DataType.UINT8, new int[] {0}));
        ValueType bytes = new ValueType.TensorType(DataType.UINT8, Shape.of(1, CHANNELS, 4, 4));
        Graph graph =
                new Graph(
                        "saturation",
                        List.of(new Value("x", bytes)),
                        List.of(new Value("y", new ValueType.TensorType(DataType.UINT8, null))),
                        List.of(
                                new Node(
                                        "conv",
                                        OpType.onnx("QLinearConv"),
                                        List.of(
                                                "x", "x_scale", "x_zero", "w", "w_scale", "w_zero",
                                                "y_scale", "y_zero"),
                                        List.of("y"),
                                        Map.of(
                                                "kernel_shape",
                                                new Attribute.IntsAttribute(List.of(1L, 1L))))),
                        constants,
                        Map.of(),
                        Map.of(OpType.ONNX, 13L),
                        Map.of(),
                        Map.of());
        Path file = folder.resolve("conv" + weight + ".onnx");
        backend.write(graph, backend.target(Target.Name.ANY), file);
        return file;
    }

    private static int exactSum(int weight) {
        return CHANNELS * 255 * weight;
    }

    private static Map<String, Tensor> brightest() {
        int[] elements = new int[CHANNELS * 16];
        Arrays.fill(elements, 255);
        return Map.of("x", Tensor.ofInts(DataType.UINT8, elements, 1, CHANNELS, 4, 4));
    }

    @Test
    void productsOfLargeWeightsSaturateWithoutVnni() {
        int[] emulated =
                ForeignRuntime.WITHOUT_VNNI.run(convolution(127), brightest()).get("y").toInts();

        assertThat(emulated).as("32767 instead of 2 * 255 * 127").containsOnly(101);
    }

    @Test
    void theSameWeightsAreExactWithVnni() {
        LoudSkip.unless(CpuClass.here() == CpuClass.X86_VNNI, "this CPU has no VNNI");

        assertThat(ForeignRuntime.PLAIN.run(convolution(127), brightest()).get("y").toInts())
                .containsOnly(200);
    }

    @ParameterizedTest
    @EnumSource
    void pairSafeWeightsAreExactEverywhere(ForeignRuntime runtime) {
        assertThat(runtime.run(convolution(64), brightest()).get("y").toInts()).containsOnly(200);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOWEST_RUNTIME", "WITHOUT_VNNI"})
    void aFloatModelAnswersTheSameElsewhere(ForeignRuntime runtime) {
        Path model = RealFiles.find("cifar10/resnet20_cifar10.onnx");
        float[] pixels = new float[3 * 32 * 32];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) Math.sin(i);
        }
        Map<String, Tensor> feeds = Map.of("input", Tensor.ofFloats(pixels, 1, 3, 32, 32));
        float[] expected;
        try (GraphRunner runner = backend.open(model, RunOptions.DEFAULT)) {
            expected = runner.run(feeds).get("logits").toFloats();
        }

        float[] actual = runtime.run(model, feeds).get("logits").toFloats();
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).as("logit " + i).isCloseTo(expected[i], offset(1e-3f));
        }
    }

    @Test
    void whatTheOtherJvmPrintsIsInTheError() throws IOException {
        Path broken = Files.write(folder.resolve("broken.onnx"), new byte[] {1, 2, 3});

        assertThatThrownBy(() -> ForeignRuntime.PLAIN.run(broken, brightest()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("exit code")
                .hasMessageContaining("broken.onnx")
                .hasMessageContaining("OrtException");
    }
}
