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

import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the runtime renames is told by the names of the file. */
class ReadBackExecutionTest {

    private static final int CHANNELS = 32;

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    private static GraphBuilder quantizedInput() {
        return GraphBuilder.onnx(17)
                .input("x", 1, CHANNELS, 8, 8)
                .floats("scale", 0.02f)
                .constant("zero", Tensor.ofInts(DataType.UINT8, new int[] {128}))
                .node("QuantizeLinear", "x.q", "x", "scale", "zero")
                .node("DequantizeLinear", "x.dq", "x.q", "scale", "zero")
                .constant("w.q", weights(1))
                .constant("w.zero", Tensor.ofInts(DataType.INT8, new int[] {0}))
                .node("DequantizeLinear", "w", "w.q", "scale", "w.zero");
    }

    private static Tensor weights(int size) {
        int[] values =
                new Random(5).ints((long) CHANNELS * CHANNELS * size * size, -127, 128).toArray();
        return Tensor.ofInts(DataType.INT8, values, CHANNELS, CHANNELS, size, size);
    }

    private List<Execution.Kernel> kernels(GraphBuilder graph) {
        Path file = folder.resolve("model.onnx");
        backend.write(graph.build(), backend.target(Target.Name.ANY), file);
        return backend.explain(file).kernels();
    }

    private static void assertFallen(List<Execution.Kernel> kernels, String node) {
        assertThat(kernels)
                .as("%s", kernels)
                .anySatisfy(
                        kernel -> {
                            assertThat(kernel.name()).isEqualTo(node);
                            assertThat(kernel.int8()).isFalse();
                            assertThat(kernel.remark()).startsWith("float");
                        });
    }

    @Test
    void aConvolutionWithoutAQuantizedOutput() {
        assertFallen(kernels(quantizedInput().node("Conv", "y", "x.dq", "w").output("y")), "y");
    }

    @Test
    void aConvolutionWithItsActivation() {
        assertFallen(
                kernels(
                        quantizedInput()
                                .node("Conv", "c", "x.dq", "w")
                                .node("Relu", "y", "c")
                                .output("y")),
                "c");
    }

    @Test
    void aConvolutionInBlockedLayout() {
        GraphBuilder graph = quantizedInput().random("v", CHANNELS, CHANNELS, 3, 3);
        assertFallen(kernels(graph.node("Conv", "y", "x.dq", "v").output("y")), "y");
    }

    @Test
    void severalInBlockedLayoutWithActivationAndPooling() {
        List<Execution.Kernel> kernels =
                kernels(
                        quantizedInput()
                                .random("v", CHANNELS, CHANNELS, 3, 3)
                                .node("Conv", "c", "x.dq", "v")
                                .node("Relu", "r", "c")
                                .node("Conv", "d", "r", "v")
                                .node("Relu", "s", "d")
                                .node("MaxPool", "y", "s")
                                .with("kernel_shape", 2, 2)
                                .output("y"));
        assertFallen(kernels, "c");
        assertFallen(kernels, "d");
    }

    @Test
    void aConvolutionWithSumAndActivation() {
        assertFallen(
                kernels(
                        quantizedInput()
                                .node("Conv", "c", "x.dq", "w")
                                .node("Conv", "d", "c", "w")
                                .node("Add", "s", "d", "c")
                                .node("Relu", "y", "s")
                                .output("y")),
                "d");
    }

    @Test
    void aMatrixProductWithItsBias() {
        assertFallen(
                kernels(
                        GraphBuilder.onnx(17)
                                .input("x", 4, CHANNELS)
                                .random("w", CHANNELS, CHANNELS)
                                .random("b", CHANNELS)
                                .node("MatMul", "m", "x", "w")
                                .node("Add", "s", "m", "b")
                                .node("Relu", "y", "s")
                                .output("y")),
                "m");
    }

    @Test
    void keepsTheNamesOfIntegerKernels() {
        assertThat(
                        kernels(
                                quantizedInput()
                                        .node("Conv", "c", "x.dq", "w")
                                        .node("QuantizeLinear", "c.q", "c", "scale", "zero")
                                        .node("DequantizeLinear", "y", "c.q", "scale", "zero")
                                        .output("y")))
                .filteredOn(Execution.Kernel::int8)
                .extracting(Execution.Kernel::name)
                .containsExactly("c");
    }
}
