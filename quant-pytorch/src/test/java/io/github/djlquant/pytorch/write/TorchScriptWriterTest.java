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
package io.github.djlquant.pytorch.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.TorchArchive;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a graph looks like as a program, and that libtorch runs it. */
class TorchScriptWriterTest {

    private static final Target ANY = new Target("any", null, true, "2.7.1");

    @TempDir private Path folder;

    @Test
    void everyNodeIsAStatement() {
        Graph graph =
                new AtenGraph("resnet.Tiny")
                        .input("x")
                        .constant(
                                "layer1.0.conv1.weight", Tensor.ofFloats(new float[9], 1, 1, 3, 3))
                        .constant("CONSTANTS.c0", Tensor.ofFloat(2))
                        .call(
                                "aten::conv2d",
                                "layer1.0.out",
                                "x",
                                "layer1.0.conv1.weight",
                                null,
                                List.of(1, 1),
                                List.of(1, 1),
                                List.of(1, 1),
                                1)
                        .call("aten::mul", "m", "layer1.0.out", "CONSTANTS.c0")
                        .call("aten::size", "n", "m", 0)
                        .call("prim::ListConstruct", "shape", "n", -1)
                        .call("aten::view", "y", "m", "shape")
                        .output("y");

        assertThat(program(graph))
                .isEqualTo(
                        """
                        class resnet_Tiny(Module):
                          __parameters__ = ["layer1_0_conv1_weight", ]
                          __buffers__ = []
                          training : bool
                          layer1_0_conv1_weight : Tensor
                          def forward(self: __torch__.resnet_Tiny,
                            x: Tensor):
                            layer1_0_out = torch.conv2d(x, self.layer1_0_conv1_weight, None, [1, 1], [1, 1], [1, 1], 1)
                            m = torch.mul(layer1_0_out, CONSTANTS.c0)
                            n = torch.size(m, 0)
                            shape = [n, -1]
                            y = torch.view(m, shape)
                            return y
                        """);
    }

    @Test
    void namesNeitherCollideNorBecomeCode() throws IOException {
        String evil = "x)\n    return torch.zeros([1])\n  def g(self";
        Graph graph =
                new AtenGraph("M(Module):\n  evil")
                        .input("a.b")
                        .input("a_b")
                        .constant("torch", Tensor.ofFloat(3))
                        .constant("training", Tensor.ofFloat(5))
                        .call("aten::mul", "self", "a.b", "torch")
                        .call("aten::mul", "torch_1", "a_b", "training")
                        .call("aten::add", evil, "self", "torch_1")
                        .output(evil);
        Path file = write(graph);

        try (LoadedArchive loaded = new LoadedArchive(file)) {
            assertThat(loaded.run(Tensor.ofFloat(1), Tensor.ofFloat(10)).get(0))
                    .containsExactly(53);
        }
    }

    @Test
    void sameGraphSameBytes() throws IOException {
        Graph graph =
                new AtenGraph("M")
                        .input("x")
                        .constant("w", Tensor.ofFloats(new float[] {1, 2}, 2))
                        .metadata("djl-quant", "{}")
                        .metadata("a", "b")
                        .call("aten::add", "y", "x", "w")
                        .output("y");
        byte[] once = Files.readAllBytes(write(graph));

        assertThat(Files.readAllBytes(write(graph))).isEqualTo(once);
    }

    @Test
    void metadataTravelsAsExtraFiles() {
        Graph graph =
                new AtenGraph("M")
                        .input("x")
                        .metadata("djl-quant", "{\"recipe\": 1}")
                        .metadata("torchscript.extra.labels.txt", "cat")
                        .metadata("torchscript.note", "stays here")
                        .call("aten::relu", "y", "x")
                        .output("y");

        assertThat(TorchScriptWriter.archive(graph).extra())
                .hasSize(2)
                .hasEntrySatisfying("djl-quant", b -> assertText(b, "{\"recipe\": 1}"))
                .hasEntrySatisfying("labels.txt", b -> assertText(b, "cat"));
    }

    @Test
    void branchesAndLoopsKeepTheirBodies() throws IOException {
        Graph then = body(List.of(), call("aten::neg", "t", "x"), "t");
        Graph otherwise = body(List.of(), call("aten::relu", "e", "x"), "e");
        // Two carried values that change places show that all change at once.
        Graph loop = body(List.of("i", "p", "q"), call("aten::add", "s", "p", "q"), "", "q", "s");
        Graph graph =
                new AtenGraph("M")
                        .input("x")
                        .input("n")
                        .call("aten::Int", "k", "n")
                        .call("aten::gt", "c", "k", 2)
                        .node(
                                new Node(
                                        "if",
                                        new OpType("prim", "If"),
                                        List.of("c"),
                                        List.of("b"),
                                        Map.of(
                                                "then",
                                                new Attribute.GraphAttribute(then),
                                                "else",
                                                new Attribute.GraphAttribute(otherwise))))
                        .node(
                                new Call(
                                                new OpType("prim", "Loop"),
                                                List.of(
                                                        Argument.of("k"),
                                                        Argument.literal(true),
                                                        Argument.of("x"),
                                                        Argument.of("b")))
                                        .node("loop", List.of("p_out", "q_out"))
                                        .withAttribute("body", new Attribute.GraphAttribute(loop)))
                        .call("aten::sub", "y", "p_out", "q_out")
                        .output("y");

        try (LoadedArchive loaded = new LoadedArchive(write(graph))) {
            // 3 runs from (2, -2): (-2, 0), (0, -2), (-2, -2).
            assertThat(loaded.run(Tensor.ofFloat(2), Tensor.ofFloat(3)).get(0)).containsExactly(0);
            // 1 run from (2, 2): (2, 4).
            assertThat(loaded.run(Tensor.ofFloat(2), Tensor.ofFloat(1)).get(0)).containsExactly(-2);
        }
    }

    @Test
    void whatHasNoLiteralIsNamed() {
        Graph graph = new AtenGraph("M").input("x").call("aten::relu", "y", "nowhere").output("y");

        assertThatThrownBy(() -> program(graph))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("nowhere");
    }

    private static Node call(String op, String output, String... reads) {
        return new AtenGraph("").call(op, output, (Object[]) reads).output().nodes().get(0);
    }

    private static Graph body(List<String> inputs, Node node, String... outputs) {
        AtenGraph body = new AtenGraph("");
        inputs.forEach(body::input);
        return body.node(node).output(outputs);
    }

    private static void assertText(io.github.djlquant.graph.Bytes bytes, String text) {
        assertThat(new String(bytes.toArray(), StandardCharsets.UTF_8)).isEqualTo(text);
    }

    private static String program(Graph graph) {
        TorchArchive archive = TorchScriptWriter.archive(graph);
        return archive.code().get("__torch__.py");
    }

    private Path write(Graph graph) throws IOException {
        Path file = Files.createTempFile(folder, "model", ".pt");
        TorchScriptWriter.write(graph, ANY, file);
        return file;
    }
}
