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

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.PyTorchBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReuseMemoryTest {

    private static final int CHANNELS = 4;

    @TempDir private Path folder;

    /** A layer from x to a, four channels. */
    private static AtenGraph layer() {
        return new AtenGraph("M")
                .input("x")
                .constant("w", Tensor.ofInts(DataType.INT8, new int[12], CHANNELS, 3))
                .constant("s", Tensor.ofFloats(new float[] {.1f, .1f, .1f, .1f}, CHANNELS))
                .constant("z", Tensor.ofInts(DataType.INT32, new int[CHANNELS], CHANNELS))
                .constant("b", Tensor.ofFloats(new float[] {-1, 0, 1, 2}, CHANNELS))
                .constant("each", Tensor.ofFloats(new float[] {1, 2, 3, 4}, CHANNELS))
                .constant("one", Tensor.ofFloat(2))
                .constant("rows", Tensor.ofFloats(new float[2 * CHANNELS], 2, CHANNELS))
                .constant("half", Tensor.ofFloats(new float[1], 1))
                .node(
                        new Node(
                                "pack",
                                new OpType("quantized", "linear_prepack"),
                                List.of("w", "s", "z", "b"),
                                List.of("packed"),
                                Map.of("axis", Attribute.of(0))))
                .call("quantized::linear_dynamic", "a", "x", "packed", false);
    }

    private static String source(Graph graph) {
        return TorchScriptWriter.archive(graph).code().values().iterator().next();
    }

    @Test
    void whatDiesIsWrittenOver() throws IOException {
        Graph graph =
                layer().call("aten::gelu", "g", "a")
                        .call("aten::mul", "m", "g", "each")
                        .call("aten::div", "d", "m", "one")
                        .call("aten::add", "y", "d", 0.5)
                        .output("y");

        assertThat(source(graph))
                .contains("torch.gelu_(a)", "torch.mul_(g,", "torch.div_(m,", "torch.add_(d, 0.5)");
        // gelu(-1) = -0.158655, gelu(1) = 0.841345, gelu(2) = 1.954500
        float[] found = run(graph).get(0);
        assertThat(found)
                .containsExactly(
                        new float[] {0.4206725f, 0.5f, 1.7620175f, 4.409f},
                        org.assertj.core.data.Offset.offset(1e-4f));
    }

    private List<float[]> run(Graph graph) throws IOException {
        Path file = folder.resolve("m.pt");
        TorchScriptWriter.write(graph, new Target("any", null, true, "2.7.1"), file);
        try (LoadedArchive loaded = new LoadedArchive(file)) {
            return loaded.run(Tensor.ofFloats(new float[3], 1, 3));
        }
    }

    @Test
    void whatIsReadLaterStays() {
        assertStays(layer().call("aten::relu", "r", "a").call("aten::add", "y", "r", "a"), "relu");
        assertStays(layer().call("aten::relu", "y", "a"), "relu", "y", "a");
    }

    /** The view would show what was written over its base. */
    @ParameterizedTest
    @ValueSource(strings = {"aten::t", "aten::contiguous", "aten::anything_new"})
    void whatAViewStillShowsStays(String view) {
        assertStays(
                layer().call(view, "v", "a")
                        .call("aten::relu", "r", "a")
                        .call("aten::matmul", "y", "r", "v"),
                "relu");
        assertStays(layer().call(view, "v", "a").call("aten::relu", "y", "a"), "relu", "y", "v");
    }

    @Test
    void aViewOfAViewCounts() {
        assertStays(
                layer().call("aten::t", "v", "a")
                        .call("prim::ListConstruct", "list", "v", "v")
                        .call("aten::relu", "r", "a")
                        .call("aten::cat", "c", "list", 0)
                        .call("aten::add", "y", "r", "c"),
                "relu");
    }

    @Test
    void inputsConstantsAndViewsStay() {
        assertStays(layer().call("aten::relu", "r", "x").call("aten::add", "y", "r", "a"), "relu");
        assertStays(layer().call("aten::relu", "y", "each"), "relu", "y", "a");
        assertStays(layer().call("aten::t", "v", "a").call("aten::relu", "y", "v"), "relu");
    }

    @Test
    void whatMayBeLargerThanTheOperandStays() {
        assertStays(layer().call("aten::mul", "y", "a", "rows"), "mul");
        assertStays(layer().call("aten::mul", "y", "a", "half"), "mul");
        assertStays(layer().call("aten::add", "y", "a", "x"), "add");
        assertStays(
                layer().call("aten::matmul", "p", "a", "x").call("aten::mul", "y", "p", "each"),
                "mul");
    }

    /** Training needs what it passed by. */
    @Test
    void whatCanBeTrainedStays() {
        assertThat(
                        source(
                                new AtenGraph("M")
                                        .input("x")
                                        .constant("w", Tensor.ofFloats(new float[12], 4, 3))
                                        .call("aten::linear", "a", "x", "w", null)
                                        .call("aten::relu", "y", "a")
                                        .output("y")))
                .contains("torch.relu(a)");
    }

    @Test
    void readsBackAsFunctions() throws IOException {
        Graph graph =
                layer().call("aten::relu", "r", "a").call("aten::mul", "y", "r", 2.0).output("y");
        run(graph);

        assertThat(new PyTorchBackend().read(folder.resolve("m.pt")).nodes())
                .extracting(node -> node.op().name())
                .containsExactly("linear_prepack", "linear_dynamic", "relu", "mul");
    }

    private static void assertStays(AtenGraph graph, String op, String... outputs) {
        String source = source(graph.output(outputs.length == 0 ? new String[] {"y"} : outputs));
        assertThat(source).contains("torch." + op + "(").doesNotContain("torch." + op + "_(");
    }
}
