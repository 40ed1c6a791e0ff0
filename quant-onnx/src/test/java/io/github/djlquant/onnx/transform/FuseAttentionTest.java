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
package io.github.djlquant.onnx.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.transform.TransformContext;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FuseAttentionTest {

    private static final Target HERE = new Target("here", null, false, "1.29.0");
    private static final int LENGTH = 5;
    private static final int KEYS = 7;
    private static final int WIDTH = 12;
    private static final int HEADS = 3;

    /** Texts %x that attend to %memory; the scores are still to be made from %q and %k. */
    private static GraphBuilder operands() {
        return GraphBuilder.onnx(17)
                .input("x", -1, LENGTH, WIDTH)
                .input("memory", -1, KEYS, WIDTH)
                .random("wq", WIDTH, WIDTH)
                .random("wk", WIDTH, WIDTH)
                .random("wv", WIDTH, 2 * WIDTH)
                .longs("split", 0, 0, HEADS, WIDTH / HEADS)
                .longs("splitValue", 0, 0, HEADS, 2 * WIDTH / HEADS)
                .longs("merge", 0, 0, 2 * WIDTH)
                .constant("factor", Tensor.ofFloat(0.3f))
                .node("MatMul", "xq", "x", "wq")
                .node("MatMul", "xk", "memory", "wk")
                .node("MatMul", "xv", "memory", "wv")
                .node("Reshape", "q4", "xq", "split")
                .node("Reshape", "k4", "xk", "split")
                .node("Reshape", "v4", "xv", "splitValue")
                .node("Transpose", "q", "q4")
                .with("perm", 0, 2, 1, 3)
                .node("Transpose", "k", "k4")
                .with("perm", 0, 2, 3, 1)
                .node("Transpose", "v", "v4")
                .with("perm", 0, 2, 1, 3)
                .node("MatMul", "scores", "q", "k");
    }

    private static GraphBuilder weighed(GraphBuilder builder, String scores) {
        return builder.node("Softmax", "p", scores)
                .with("axis", -1)
                .node("MatMul", "context", "p", "v")
                .node("Transpose", "back", "context")
                .with("perm", 0, 2, 1, 3)
                .node("Reshape", "y", "back", "merge")
                .output("y");
    }

    private static TransformAssert fuse(Graph graph, Recipe recipe) {
        return TransformAssert.of(
                        new FuseAttention(),
                        new TransformContext(OnnxOpCatalog.catalog(), recipe, HERE))
                .on(graph);
    }

    private static TransformAssert fuse(Graph graph) {
        return fuse(graph, Recipe.dynamicInt8());
    }

    private static void same(Graph before, Graph after) {
        Map<String, Tensor> feeds = TransformAssert.feeds(before, 4);
        try (GraphRunner expected = new OnnxBackend().open(before, new RunOptions(1, false));
                GraphRunner actual = new OnnxBackend().open(after, new RunOptions(1, false))) {
            assertThat(actual.run(feeds).get("y").toFloats())
                    .containsExactly(expected.run(feeds).get("y").toFloats(), Offset.offset(1e-5f));
        }
    }

    private static void isOneOperator(Graph fused, int inputs, float scale) {
        assertThat(fused.nodes())
                .extracting(Node::name)
                .as("what led to it is gone")
                .containsExactlyInAnyOrder("xq", "xk", "xv", "y");
        Node attention = fused.node("y").orElseThrow();
        assertThat(attention.op().toString()).isEqualTo("com.microsoft::MultiHeadAttention");
        assertThat(attention.inputs()).hasSize(inputs).startsWith("xq", "xk", "xv");
        assertThat(attention.intAttribute("num_heads", 0)).isEqualTo(HEADS);
        assertThat(attention.floatAttribute("scale", 0)).isEqualTo(scale);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mul", "Div"})
    void takesFactorAndMask(String op) {
        for (int first : new int[] {0, 1}) {
            GraphBuilder builder = operands().input("mask", -1, 1, LENGTH, KEYS);
            builder.node(op, "scaled", "scores", "factor");
            Graph graph =
                    weighed(
                                    first == 0
                                            ? builder.node("Add", "sum", "scaled", "mask")
                                            : builder.node("Add", "sum", "mask", "scaled"),
                                    "sum")
                            .build();
            Graph fused = fuse(graph).result();
            isOneOperator(fused, 6, op.equals("Mul") ? 0.3f : 1 / 0.3f);
            assertThat(fused.node("y").orElseThrow().input(5)).isEqualTo("mask");
            same(graph, fused);
        }
    }

    @Test
    void needsNeitherFactorNorMask() {
        Graph graph = weighed(operands(), "scores").build();
        Graph fused = fuse(graph).result();
        isOneOperator(fused, 3, 1);
        same(graph, fused);
    }

    @Test
    void takesAMaskForEachHead() {
        Graph graph =
                weighed(
                                operands()
                                        .random("bias", 1, HEADS, LENGTH, KEYS)
                                        .node("Add", "sum", "scores", "bias"),
                                "sum")
                        .build();
        same(graph, fuse(graph).result());
    }

    @Test
    void leavesMasksAloneThatAreSpreadOverRows() {
        fuse(weighed(
                                operands()
                                        .input("mask", -1, 1, 1, KEYS)
                                        .node("Add", "sum", "scores", "mask"),
                                "sum")
                        .build())
                .doesNotFire("number for each row and key");
    }

    @Test
    void leavesScoresAloneThatAreReadElsewhere() {
        fuse(weighed(operands(), "scores").output("scores").build())
                .doesNotFire("nothing else reads");
        fuse(weighed(operands(), "scores").output("p").build()).doesNotFire("elsewhere");
    }

    @Test
    void leavesFactorsAloneThatAreNoNumber() {
        fuse(weighed(
                                operands()
                                        .random("factors", KEYS)
                                        .node("Mul", "scaled", "scores", "factors"),
                                "scaled")
                        .build())
                .doesNotFire("not one constant number");
    }

    @Test
    void leavesOtherAxesAlone() {
        Graph graph = weighed(operands(), "scores").build();
        Node softmax = graph.node("p").orElseThrow();
        fuse(graph.edit().put(softmax.withAttribute("axis", Attribute.of(1L))).build())
                .doesNotFire("last of four axes");
    }

    @Test
    void leavesOperandsAloneThatHaveNoHeads() {
        fuse(GraphBuilder.onnx(17)
                        .input("x", -1, HEADS, LENGTH, WIDTH)
                        .longs("merge", 0, 0, HEADS * WIDTH)
                        .node("Transpose", "k", "x")
                        .with("perm", 0, 1, 3, 2)
                        .node("MatMul", "scores", "x", "k")
                        .node("Softmax", "p", "scores")
                        .node("MatMul", "context", "p", "x")
                        .node("Transpose", "back", "context")
                        .with("perm", 0, 2, 1, 3)
                        .node("Reshape", "y", "back", "merge")
                        .output("y")
                        .build())
                .doesNotFire("not split into heads");
    }

    @Test
    void leavesProductsAloneThatMayRunOnIntegers() {
        fuse(weighed(operands(), "scores").build(), Recipe.staticInt8()).doesNotFire();
    }
}
