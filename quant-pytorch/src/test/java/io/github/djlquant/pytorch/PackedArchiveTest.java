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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.read.TorchScriptReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of an archive with packed integers inside, and what can be done with it. */
class PackedArchiveTest {

    private static final RunOptions ONE_THREAD = new RunOptions(1, true);

    private final PyTorchBackend backend = new PyTorchBackend();
    private final Target target = backend.target(Target.Name.ANY);

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void write() {
        file = folder.resolve("packed.pt");
        backend.write(graph(), target, file);
    }

    /** Input 0.5, 1 and weights 2, 4; 6, 8 times 0.25: sums 1.25 and 2.75, steps of 0.25. */
    private static Graph graph() {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("xs", Tensor.ofFloat(0.5f));
        constants.put("xz", Tensor.ofInts(DataType.UINT8, new int[] {128}));
        constants.put("w", Tensor.ofInts(DataType.INT8, new int[] {2, 4, 6, 8}, 2, 2));
        constants.put("ws", Tensor.ofFloats(new float[] {0.25f, 0.25f}, 2));
        constants.put("wz", Tensor.ofInts(DataType.INT8, new int[] {0, 0}, 2));
        constants.put("b", Tensor.ofFloats(new float[] {0, 10}, 2));
        constants.put("ys", Tensor.ofFloat(0.25f));
        constants.put("yz", Tensor.ofInts(DataType.UINT8, new int[] {0}));
        return new Graph(
                "packed",
                List.of(new Value("x", new ValueType.TensorType(DataType.FLOAT, null))),
                List.of(new Value("deep/y", new ValueType.TensorType(DataType.FLOAT, null))),
                List.of(
                        step("QuantizeLinear", "xq", "x", "xs", "xz"),
                        step("DequantizeLinear", "xd", "xq", "xs", "xz"),
                        step("DequantizeLinear", "wd", "w", "ws", "wz")
                                .withAttribute("axis", io.github.djlquant.graph.Attribute.of(0)),
                        new Call(
                                        new OpType(OpType.ATEN, "linear"),
                                        List.of(
                                                Argument.of("xd"),
                                                Argument.of("wd"),
                                                Argument.of("b")))
                                .node("deep/linear", List.of("l")),
                        step("QuantizeLinear", "yq", "l", "ys", "yz"),
                        step("DequantizeLinear", "deep/y", "yq", "ys", "yz")),
                constants,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    private static Node step(String op, String output, String... inputs) {
        return new Node(output, OpType.onnx(op), List.of(inputs), List.of(output), Map.of());
    }

    private static void assertAnswers(GraphRunner runner) {
        try (runner) {
            Map<String, Tensor> answer =
                    runner.run(Map.of("x", Tensor.ofFloats(new float[] {0.5f, 1}, 1, 2)));
            assertThat(answer.values().iterator().next().toFloats())
                    .containsExactly(new float[] {1.25f, 12.75f}, within(1e-5f));
        }
    }

    @Test
    void itRunsUnderTheNamesOfItsGraph() {
        try (GraphRunner runner = backend.open(file, ONE_THREAD)) {
            assertThat(runner.run(Map.of("x", Tensor.ofFloats(new float[2], 1, 2))))
                    .containsOnlyKeys("deep/y");
        }
        assertAnswers(backend.open(file, ONE_THREAD));
    }

    @Test
    void itTellsWhatRunsOnIntegersUnderTheNamesOfItsGraph() {
        assertThat(backend.explain(file).kernels())
                .contains(new Execution.Kernel("deep/linear", "linear", true, ""))
                .filteredOn(kernel -> !kernel.int8())
                .allMatch(kernel -> kernel.remark().equals("conversion"));
    }

    /** Packed weights are constants of the graph, so that it can be written again. */
    @Test
    void itIsReadAndWrittenAgain() {
        Graph read = backend.read(file);
        assertThat(read.constants().values())
                .anyMatch(tensor -> tensor.dataType() == DataType.INT8);
        Path again = folder.resolve("again.pt");
        backend.write(read, target, again);

        assertAnswers(backend.open(again, ONE_THREAD));
        assertAnswers(backend.open(read, ONE_THREAD));
    }

    @Test
    void itIsRefusedAsASource() {
        Graph read = backend.read(file);
        assertThatThrownBy(() -> backend.requireFits(read, target, file))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("quantized already")
                .hasMessageContaining("packed.pt");
        assertThatThrownBy(() -> TorchScriptReader.read(file))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("quantized already");
    }
}
