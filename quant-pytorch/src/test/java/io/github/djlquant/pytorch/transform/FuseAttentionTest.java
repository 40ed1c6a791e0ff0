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
package io.github.djlquant.pytorch.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.AtenOpCatalog;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.write.AtenGraph;
import io.github.djlquant.pytorch.write.LoadedArchive;
import io.github.djlquant.pytorch.write.TorchScriptWriter;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.TransformContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuseAttentionTest {

    private static final Target ANY = new Target("any", null, true, "2.7.1");

    @TempDir private Path folder;

    /** Query, key and value of four axes, as views tell them, and what a mask may be. */
    private static AtenGraph operands() {
        return new AtenGraph("M")
                .input("a")
                .input("b")
                .input("c")
                .input("mask")
                .constant("factor", Tensor.ofFloat(2.5f))
                .constant("factors", Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6, 7}, 7))
                .constant("ids", Tensor.ofLongs(new long[7], 7))
                .constant("five", Tensor.ofFloats(new float[7], 1, 1, 1, 1, 7))
                .call("aten::permute", "q", "a", List.of(0, 1, 2, 3))
                .call("aten::view", "k", "b", List.of(2, 3, 7, 8))
                .call("aten::reshape", "v", "c", List.of(2, 3, 7, 4));
    }

    private static AtenGraph scores() {
        return operands()
                .call("aten::transpose", "kt", "k", -1, -2)
                .call("aten::matmul", "s", "q", "kt");
    }

    private static Graph weighed(AtenGraph graph, String scores, int axis) {
        return graph.call("aten::softmax", "p", scores, axis, null)
                .call("aten::matmul", "y", "p", "v")
                .output("y");
    }

    private static Graph attention(String scaling, Object factor, boolean masked) {
        AtenGraph graph = scores();
        String scaled = scaling.isEmpty() ? "s" : "d";
        if (!scaling.isEmpty()) {
            graph.call(scaling, "d", "s", factor);
        }
        if (masked) {
            graph.call("aten::add", "m", scaled, "mask");
        }
        return weighed(graph, masked ? "m" : scaled, -1);
    }

    private static TransformContext context() {
        return new TransformContext(AtenOpCatalog.catalog(), Recipe.dynamicInt8(), ANY);
    }

    private static Graph fuse(Graph graph) {
        return new FuseAttention().apply(graph, context());
    }

    private static void doesNotFire(Graph graph, String reason) {
        TransformContext context = context();

        assertThat(new FuseAttention().apply(graph, context)).isSameAs(graph);
        assertThat(context.notes().toString()).contains(reason);
    }

    private void computesTheSame(Graph graph) throws IOException {
        Graph fused = fuse(graph);

        assertThat(fused.nodes())
                .extracting(node -> node.op().name())
                .contains("scaled_dot_product_attention")
                .doesNotContain("matmul", "softmax", "add", "mul", "div", "transpose");
        float[] expected = run(graph);
        float[] actual = run(fused);
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
        }
    }

    @Test
    void whatIsToAnswerTheSameEverywhereKeepsItsAttention() {
        Target here = new Target("here", CpuClass.X86_VNNI, false, "2.7.1");
        TransformContext any =
                new TransformContext(AtenOpCatalog.catalog(), Recipe.dynamicInt8(), ANY);
        TransformContext tuned =
                new TransformContext(AtenOpCatalog.catalog(), Recipe.dynamicInt8(), here);
        assertThat(new FuseAttention().requires(any)).isFalse();
        assertThat(new FuseAttention().requires(tuned)).isTrue();
    }

    @Test
    void allFormsComputeTheSame() throws IOException {
        for (boolean masked : new boolean[] {false, true}) {
            computesTheSame(attention("", null, masked));
            for (Object factor : new Object[] {"factor", 2, 0.25, -1.5}) {
                computesTheSame(attention("aten::div", factor, masked));
                computesTheSame(attention("aten::mul", factor, masked));
            }
        }
    }

    @Test
    void axesCountedFromTheFrontAreTheLastOnesOfFour() throws IOException {
        AtenGraph graph =
                operands()
                        .call("aten::transpose", "kt", "k", 3, 2)
                        .call("aten::matmul", "s", "q", "kt");

        computesTheSame(weighed(graph, "s", 3));
    }

    @Test
    void anotherAxisDoesNotFire() {
        doesNotFire(weighed(scores(), "s", 1), "not taken over the last axis");
    }

    @Test
    void scoresThatAreAnOutputDoNotFire() {
        Graph graph =
                scores().call("aten::softmax", "p", "s", -1, null)
                        .call("aten::matmul", "y", "p", "v")
                        .output("y", "s");

        doesNotFire(graph, "read by nothing else makes the scores");
    }

    @Test
    void weightsThatSomethingElseReadsDoNotFire() {
        Graph graph =
                scores().call("aten::softmax", "p", "s", -1, null)
                        .call("aten::matmul", "y", "p", "v")
                        .call("aten::relu", "z", "p")
                        .output("y", "z");

        doesNotFire(graph, "its result goes elsewhere");
    }

    @Test
    void activeDropoutDoesNotFire() {
        Graph graph =
                scores().call("aten::softmax", "p", "s", -1, null)
                        .call("aten::dropout", "r", "p", 0.1, true)
                        .call("aten::matmul", "y", "r", "v")
                        .output("y");

        doesNotFire(graph, "its result goes elsewhere");
    }

    @Test
    void weightsAsTheSecondOperandDoNotFire() {
        Graph graph =
                scores().call("aten::softmax", "p", "s", -1, null)
                        .call("aten::matmul", "y", "v", "p")
                        .output("y");

        doesNotFire(graph, "its result goes elsewhere");
    }

    @Test
    void scoresThatAreConvertedDoNotFire() {
        Graph graph =
                scores().call("aten::softmax", "p", "s", -1, 7)
                        .call("aten::matmul", "y", "p", "v")
                        .output("y");

        doesNotFire(graph, "converts the scores");
    }

    @Test
    void otherAxesThanTheLastTwoOfTheKeyDoNotFire() {
        AtenGraph graph =
                operands()
                        .call("aten::transpose", "kt", "k", 1, 2)
                        .call("aten::matmul", "s", "q", "kt");

        doesNotFire(weighed(graph, "s", -1), "exchange of the key's last two axes");
    }

    @Test
    void factorsThatAreNoConstantNumberDoNotFire() {
        String reason = "factor of the scores is not one constant number";

        doesNotFire(attention("aten::mul", "mask", false), reason);
        doesNotFire(attention("aten::mul", "factors", true), reason);
        doesNotFire(attention("aten::div", 0, true), reason);
    }

    @Test
    void divisionsThatRoundDoNotFire() {
        Node division =
                new Call(
                                new OpType(OpType.ATEN, "div"),
                                List.of(Argument.of("s"), Argument.literal(2.0)),
                                Map.of(
                                        "rounding_mode",
                                        new Argument.Literal(
                                                new Attribute.StringAttribute("floor"))))
                        .node("node/d", List.of("d"));

        doesNotFire(weighed(scores().node(division), "d", -1), "not one constant number");
    }

    @Test
    void masksThatAreNotKnownToBeFloatDoNotFire() {
        String reason = "not known to be a float mask";
        AtenGraph weighted = scores();
        Node sum =
                new Call(
                                new OpType(OpType.ATEN, "add"),
                                List.of(Argument.of("s"), Argument.of("mask")),
                                Map.of("alpha", Argument.literal(2)))
                        .node("node/m", List.of("m"));

        doesNotFire(weighed(scores().call("aten::add", "m", "s", "ids"), "m", -1), reason);
        doesNotFire(weighed(scores().call("aten::add", "m", "s", 1.0), "m", -1), reason);
        doesNotFire(weighed(weighted.node(sum), "m", -1), reason);
    }

    @Test
    void masksOfMoreAxesThanTheScoresDoNotFire() {
        doesNotFire(
                weighed(scores().call("aten::add", "m", "s", "five"), "m", -1),
                "more axes than the scores");
    }

    @Test
    void otherNumbersOfAxesDoNotFire() {
        String reason = "not known to have four axes";
        AtenGraph unknown =
                operands()
                        .call("aten::transpose", "kt", "k", -1, -2)
                        .call("aten::matmul", "s", "a", "kt");
        AtenGraph three =
                operands()
                        .call("aten::select", "k3", "k", 0, 0)
                        .call("aten::transpose", "kt", "k3", -1, -2)
                        .call("aten::matmul", "s", "q", "kt");

        doesNotFire(weighed(unknown, "s", -1), reason);
        doesNotFire(weighed(three, "s", -1), reason);
    }

    @Test
    void stepsThatAreOperandsTooDoNotFire() {
        Graph square =
                scores().call("aten::softmax", "p", "s", -1, null)
                        .call("aten::matmul", "y", "p", "p")
                        .output("y");
        AtenGraph turnedTwice =
                operands()
                        .call("aten::transpose", "kt", "k", -1, -2)
                        .call("aten::matmul", "s", "kt", "kt");

        doesNotFire(square, "not known to have four axes");
        doesNotFire(weighed(turnedTwice, "s", -1), "a step of the attention itself");
    }

    private float[] run(Graph graph) throws IOException {
        Path file = Files.createTempFile(folder, "attention", ".pt");
        TorchScriptWriter.write(graph, ANY, file);
        Random random = new Random(3);
        try (LoadedArchive loaded = new LoadedArchive(file)) {
            return loaded.run(
                            normal(random, 2, 3, 5, 8),
                            normal(random, 2, 3, 7, 8),
                            normal(random, 2, 3, 7, 4),
                            normal(random, 2, 1, 1, 7))
                    .get(0);
        }
    }

    private static Tensor normal(Random random, int... sizes) {
        int count = 1;
        long[] shape = new long[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            count *= sizes[i];
            shape[i] = sizes[i];
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.ofFloats(values, shape);
    }
}
