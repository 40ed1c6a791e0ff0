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
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.TorchArchive;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.op.ResultForm;
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
    void aBranchHandsOnWhatItsBodyMade() throws IOException {
        Graph then = new AtenGraph("").call("aten::neg", "t", "x").output("t");
        Graph otherwise = new AtenGraph("").output("x");
        Graph graph =
                new AtenGraph("M")
                        .input("x")
                        .call("aten::Float", "f", "x")
                        .call("aten::gt", "c", "f", 2.0)
                        .node(
                                new Node(
                                        "if",
                                        PrimOps.IF,
                                        List.of("c"),
                                        List.of("b"),
                                        Map.of(
                                                PrimOps.THEN,
                                                new Attribute.GraphAttribute(then),
                                                PrimOps.ELSE,
                                                new Attribute.GraphAttribute(otherwise))))
                        .output("b");

        try (LoadedArchive loaded = new LoadedArchive(write(graph))) {
            assertThat(loaded.run(Tensor.ofFloat(3)).get(0)).containsExactly(-3);
            assertThat(loaded.run(Tensor.ofFloat(1)).get(0)).containsExactly(1);
        }
    }

    /** Two values that change places show that everything changes at once. */
    @Test
    void aCountedLoopRunsSoOften() throws IOException {
        Graph round =
                new AtenGraph("")
                        .input("i")
                        .input("p")
                        .input("q")
                        .call("aten::add", "s", "p", "q")
                        .call("prim::Constant", "more", true)
                        .output("more", "q", "s");
        Graph graph = loop(round, Argument.of("k"));

        assertThat(program(graph)).contains("for i in range(k):");
        try (LoadedArchive loaded = new LoadedArchive(write(graph))) {
            // From (2, -2): (-2, 0), (0, -2), (-2, -2).
            assertThat(loaded.run(Tensor.ofFloat(2), Tensor.ofFloat(3)).get(0)).containsExactly(0);
            assertThat(loaded.run(Tensor.ofFloat(2), Tensor.ofFloat(1)).get(0)).containsExactly(-2);
        }
    }

    @Test
    void aConditionalLoopEndsAtItsConditionOrBound() throws IOException {
        Graph round =
                new AtenGraph("")
                        .input("i")
                        .input("p")
                        .input("q")
                        .call("aten::add", "s", "p", 1.0)
                        .call("aten::add", "u", "q", "i")
                        .call("aten::Float", "f", "s")
                        .call("aten::lt", "more", "f", 10.0)
                        .output("more", "s", "u");

        Graph endless = loop(round, Argument.literal(Long.MAX_VALUE));
        assertThat(program(endless)).contains("while condition:");
        try (LoadedArchive loaded = new LoadedArchive(write(endless))) {
            // Four rounds: p = 6 + 4, q = -6 + 0 + 1 + 2 + 3.
            assertThat(loaded.run(Tensor.ofFloat(6), Tensor.ofFloat(0)).get(0)).containsExactly(10);
        }
        try (LoadedArchive loaded = new LoadedArchive(write(loop(round, Argument.of("k"))))) {
            // Two rounds: p = 6 + 2, q = -6 + 0 + 1.
            assertThat(loaded.run(Tensor.ofFloat(6), Tensor.ofFloat(2)).get(0)).containsExactly(13);
        }
    }

    /** A loop over x and -x that yields their difference. */
    private static Graph loop(Graph round, Argument bound) {
        Call call =
                new Call(
                        PrimOps.LOOP,
                        List.of(
                                bound,
                                Argument.literal(true),
                                Argument.of("x"),
                                Argument.of("negative")));
        return new AtenGraph("M")
                .input("x")
                .input("n")
                .call("aten::Int", "k", "n")
                .call("aten::neg", "negative", "x")
                .node(
                        call.node("loop", List.of("p_out", "q_out"))
                                .withAttribute(PrimOps.BODY, new Attribute.GraphAttribute(round)))
                .call("aten::sub", "y", "p_out", "q_out")
                .output("y");
    }

    @Test
    void theResultHasTheSourcesStructure() {
        Graph graph =
                new AtenGraph("M")
                        .input("x")
                        .metadata(ResultForm.METADATA_KEY, "({\"a\": $1}, [$0], None)")
                        .call("aten::relu", "y", "x")
                        .call("aten::neg", "z", "x")
                        .output("y", "z");

        assertThat(program(graph)).contains("return ({\"a\": z}, [y], None)");
    }

    @Test
    void syntaxIsWrittenAsSyntax() {
        Call empty =
                new Call(
                        PrimOps.LIST_CONSTRUCT,
                        List.of(),
                        Map.of(PrimOps.TYPE, Argument.literal("List[Tensor]")));
        Call cast =
                new Call(
                        PrimOps.UNCHECKED_CAST,
                        List.of(Argument.of("x")),
                        Map.of(PrimOps.TYPE, Argument.literal("Tensor")));
        Graph graph =
                new AtenGraph("M")
                        .input("x")
                        .node(empty.node("list", List.of("list")))
                        .node(cast.node("cast", List.of("cast")))
                        .call("prim::DictConstruct", "d", Argument.literal("k"), "cast")
                        .call("aten::__getitem__", "e", "d", Argument.literal("k"))
                        .call("aten::chunk", "a,b", "e", 2, 1)
                        .call("prim::TupleConstruct", "pair", "a", "b")
                        .call("prim::TupleUnpack", "only", "pair")
                        .output("only");

        assertThat(program(graph))
                .contains("list_1 = annotate(List[Tensor], [])")
                .contains("cast = unchecked_cast(Tensor, x)")
                .contains("d = {\"k\": cast}")
                .contains("e = d[\"k\"]")
                .contains("a, b, = torch.chunk(e, 2, 1)")
                .contains("pair = (a, b)")
                .contains("only, = pair");
    }

    @Test
    void whatHasNoLiteralIsNamed() {
        Graph graph = new AtenGraph("M").input("x").call("aten::relu", "y", "nowhere").output("y");

        assertThatThrownBy(() -> program(graph))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("nowhere");
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
