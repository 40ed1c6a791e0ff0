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
package io.github.djlquant.pytorch.lower;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.DynamicPlanner;
import io.github.djlquant.pytorch.op.AtenOpCatalog;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.write.AtenGraph;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InsertDynamicQdqTest {

    private final Random random = new Random(2);

    private Graph twoLayersOfOneInput() {
        return new AtenGraph("M")
                .input("x")
                .constant("w", LoweredGraphs.random(random, 1, 16, 32))
                .constant("b", LoweredGraphs.random(random, 1, 16))
                .constant("v", LoweredGraphs.random(random, 1, 32, 16))
                .call("aten::linear", "y", "x", "w", "b")
                .call("aten::matmul", "z", "x", "v")
                .call("aten::add", "s", "y", "z")
                .output("s");
    }

    private static Graph convert(Graph graph) {
        TransformContext context =
                new TransformContext(
                        AtenOpCatalog.catalog(), Recipe.dynamicInt8(), LoweredGraphs.HERE);
        TransformContext planned = context.withPlan(new DynamicPlanner(graph, context).plan());
        return TransformPipeline.load().run(Phase.CONVERT, graph, planned);
    }

    @Test
    void anInputIsQuantizedOnceForAllLayers() {
        Graph converted = convert(twoLayersOfOneInput());

        assertThat(converted.nodes())
                .extracting(Node::op)
                .containsExactlyInAnyOrder(
                        OpType.onnx("DynamicQuantizeLinear"),
                        OpType.onnx("DequantizeLinear"),
                        OpType.onnx("DequantizeLinear"),
                        OpType.onnx("DequantizeLinear"),
                        new OpType("aten", "linear"),
                        new OpType("aten", "matmul"),
                        new OpType("aten", "add"));
        assertThat(converted.constants()).containsKey("b").doesNotContainKeys("w", "v");
    }

    @Test
    void layersBecomeDynamicKernelsCloseToFloat() {
        Graph graph = twoLayersOfOneInput();
        Graph converted = convert(graph);
        Tensor x = LoweredGraphs.random(random, 1, 5, 32);
        float[] floats = LoweredGraphs.kernels(graph, x);
        float[] kernels = LoweredGraphs.kernels(converted, x);

        assertThat(LowerQuantized.lower(converted, LoweredGraphs.HERE).nodes())
                .extracting(node -> node.op().name())
                .containsExactlyInAnyOrder(
                        "linear_prepack", "linear_dynamic", "split_with_sizes", "add");
        assertThat(AnswerComparison.sqnr(floats, kernels)).isGreaterThan(35);
    }

    /** What is multiplied at once yields what is multiplied one after the other. */
    @Test
    void layersOfOneInputAreMergedToTheBit() {
        Tensor w = LoweredGraphs.random(random, 1, 16, 32);
        Tensor b = LoweredGraphs.random(random, 1, 16);
        Tensor v = LoweredGraphs.random(random, 2, 24, 32);
        AtenGraph first = new AtenGraph("M").input("x").constant("w", w).constant("b", b);
        AtenGraph second = new AtenGraph("M").input("x").constant("v", v);
        AtenGraph both =
                new AtenGraph("M")
                        .input("x")
                        .constant("w", w)
                        .constant("b", b)
                        .constant("v", v)
                        .call("aten::linear", "y", "x", "w", "b");
        Graph merged = convert(both.call("aten::linear", "z", "x", "v", null).output("y", "z"));
        Graph y = convert(first.call("aten::linear", "y", "x", "w", "b").output("y"));
        Graph z = convert(second.call("aten::linear", "z", "x", "v", null).output("z"));
        Tensor x = LoweredGraphs.random(random, 1, 2, 3, 32);
        List<float[]> results = LoweredGraphs.all(merged, x);

        assertThat(operators(merged)).containsOnlyOnce("linear_dynamic");
        assertThat(operators(merged)).contains("split_with_sizes");
        assertThat(operators(y)).doesNotContain("split_with_sizes");
        assertThat(results.get(0)).containsExactly(LoweredGraphs.kernels(y, x));
        assertThat(results.get(1)).containsExactly(LoweredGraphs.kernels(z, x));
    }

    @Test
    void bodiesAreLoweredToo() {
        Graph then = new AtenGraph("").call("aten::linear", "t", "x", "w", "b").output("t");
        Graph otherwise = new AtenGraph("").call("aten::matmul", "e", "x", "v").output("e");
        Graph graph =
                new AtenGraph("M")
                        .input("x")
                        .input("n")
                        .constant("w", LoweredGraphs.random(random, 1, 64, 64))
                        .constant("b", LoweredGraphs.random(random, 1, 64))
                        .constant("v", LoweredGraphs.random(random, 1, 64, 64))
                        .call("aten::Float", "f", "n")
                        .call("aten::gt", "c", "f", 0.0)
                        .node(
                                new Node(
                                        "if",
                                        PrimOps.IF,
                                        List.of("c"),
                                        List.of("y"),
                                        Map.of(
                                                PrimOps.THEN,
                                                new Attribute.GraphAttribute(then),
                                                PrimOps.ELSE,
                                                new Attribute.GraphAttribute(otherwise))))
                        .output("y");
        Graph converted = convert(graph);
        Graph lowered = LowerQuantized.lower(converted, LoweredGraphs.HERE);
        Tensor x = LoweredGraphs.random(random, 1, 5, 64);

        assertThat(lowered.nodes()).extracting(n -> n.op().name()).contains("linear_prepack");
        assertThat(lowered.node("if").orElseThrow().bodies())
                .allSatisfy(
                        body -> {
                            assertThat(body.constants()).isEmpty();
                            assertThat(body.nodes())
                                    .extracting(n -> n.op().name())
                                    .containsExactly("linear_dynamic");
                        });
        for (float n : new float[] {1, -1}) {
            float[] floats = LoweredGraphs.kernels(graph, x, Tensor.ofFloat(n));
            assertThat(
                            AnswerComparison.sqnr(
                                    floats, LoweredGraphs.kernels(converted, x, Tensor.ofFloat(n))))
                    .isGreaterThan(35);
        }
    }

    private static List<String> operators(Graph graph) {
        return LowerQuantized.lower(graph, LoweredGraphs.HERE).nodes().stream()
                .map(node -> node.op().name())
                .toList();
    }

    @Test
    void tablesBecomeRowsOfIntegers() {
        Graph graph =
                new AtenGraph("M")
                        .input("ids")
                        .constant("t", LoweredGraphs.random(random, 1, 1100, 64))
                        .call("aten::embedding", "y", "t", "ids", -1, false, false)
                        .output("y");
        Tensor ids = Tensor.ofLongs(new long[] {1, 1099, 3}, 1, 3);
        Graph converted = convert(graph);
        float[] floats = LoweredGraphs.kernels(graph, ids);
        float[] kernels = LoweredGraphs.kernels(converted, ids);

        assertThat(LowerQuantized.lower(converted, LoweredGraphs.HERE).nodes())
                .extracting(node -> node.op().name())
                .contains("embedding_byte");
        for (int i = 0; i < floats.length; i++) {
            // Half a step of a row that spans at most 2 * 5.
            assertThat(kernels[i])
                    .isCloseTo(floats[i], org.assertj.core.api.Assertions.within(5f / 127 / 2));
        }
    }

    @Test
    void whatThePlanLeavesFloatStays() {
        Graph graph =
                new AtenGraph("M")
                        .input("x")
                        .input("w")
                        .call("aten::linear", "y", "x", "w", null)
                        .output("y");

        assertThat(convert(graph)).hasToString(graph.toString());
    }

    /** The kernel sums, whatever mode it is given. */
    @Test
    void sumsOfRowsRunOnBytesAndMeansStayFloat() {
        for (int mode : new int[] {0, 1}) {
            Graph graph =
                    new AtenGraph("M")
                            .input("ids")
                            .input("offsets")
                            .constant("t", LoweredGraphs.random(random, 1, 1100, 64))
                            .call(
                                    "aten::embedding_bag",
                                    "y,o,s,m",
                                    "t",
                                    "ids",
                                    "offsets",
                                    false,
                                    mode,
                                    false,
                                    null,
                                    false,
                                    null)
                            .output("y");
            Tensor ids = Tensor.ofLongs(new long[] {1, 1099, 3, 7, 7}, 5);
            Tensor offsets = Tensor.ofLongs(new long[] {0, 2}, 2);
            Graph converted = convert(graph);

            assertThat(LoweredGraphs.operators(converted))
                    .containsExactly(
                            mode == 0 ? "quantized::embedding_bag_byte" : "aten::embedding_bag");
            float[] floats = LoweredGraphs.kernels(graph, ids, offsets);
            assertThat(
                            AnswerComparison.sqnr(
                                    floats, LoweredGraphs.kernels(converted, ids, offsets)))
                    .isGreaterThan(mode == 0 ? 35 : 120);
        }
    }
}
