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
package io.github.djlquant.pytorch.op;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Kernels;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.DynamicPlanner;
import io.github.djlquant.plan.Macs;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.round.PairSafeScale;
import io.github.djlquant.transform.round.WeightRows;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AtenPlanTest {

    private static final OpType LIST = new OpType(OpType.PRIM, "ListConstruct");

    private static Node node(String op, String output, Argument... arguments) {
        return new Call(new OpType(OpType.ATEN, op), List.of(arguments))
                .node(output, List.of(output));
    }

    private static Argument of(String value) {
        return Argument.of(value);
    }

    private static Argument ints(Long... values) {
        return Argument.literal(List.of(values));
    }

    private static Node convolution(
            String output, String input, String weight, long stride, long pad) {
        return node(
                "_convolution",
                output,
                of(input),
                of(weight),
                Argument.NONE,
                ints(stride, stride),
                ints(pad, pad),
                ints(1L, 1L),
                Argument.literal(false),
                ints(0L, 0L),
                Argument.literal(1),
                Argument.literal(false),
                Argument.literal(false),
                Argument.literal(true),
                Argument.literal(true));
    }

    private static Node batchNorm(String output, String input) {
        return node(
                "batch_norm",
                output,
                of(input),
                of(output + ".gamma"),
                of(output + ".beta"),
                of(output + ".mean"),
                of(output + ".var"),
                Argument.literal(false),
                Argument.literal(0.1),
                Argument.literal(1e-5),
                Argument.literal(true));
    }

    private static GraphBuilder withNorm(GraphBuilder builder, String output, String input) {
        return builder.random(output + ".gamma", 8)
                .random(output + ".beta", 8)
                .random(output + ".mean", 8)
                .positive(output + ".var", 8)
                .node(batchNorm(output, input));
    }

    private static Graph residual() {
        GraphBuilder builder =
                GraphBuilder.aten()
                        .input("x", -1, 3, 16, 16)
                        .random("w1", 8, 3, 3, 3)
                        .random("w2", 8, 8, 3, 3)
                        .random("w3", 8, 8, 3, 3)
                        .random("fc.weight", 2, 8)
                        .floats("fc.bias", 1, 2);
        builder.node(convolution("conv1", "x", "w1", 1, 1));
        withNorm(builder, "bn1", "conv1").node(node("relu", "relu1", of("bn1")));
        builder.node(convolution("conv2", "relu1", "w2", 1, 1));
        withNorm(builder, "bn2", "conv2").node(node("relu", "relu2", of("bn2")));
        builder.node(convolution("conv3", "relu2", "w3", 1, 1));
        return withNorm(builder, "bn3", "conv3")
                .node(node("add", "sum", of("bn3"), of("relu1")))
                .node(node("relu", "relu3", of("sum")))
                .node(node("adaptive_avg_pool2d", "pool", of("relu3"), ints(1L, 1L)))
                .node(
                        node(
                                "flatten",
                                "flat",
                                of("pool"),
                                Argument.literal(1),
                                Argument.literal(-1)))
                .node(node("linear", "fc", of("flat"), of("fc.weight"), of("fc.bias")))
                .output("fc")
                .build();
    }

    @Test
    void plansAResidualNetworkAsOnOnnx() {
        AtenLine line = AtenLine.of(residual());
        assertThat(line.forms())
                .isEqualTo(
                        """
                        INTEGER conv1 aten::_convolution
                        ABSORBED relu1 aten::relu
                        INTEGER conv2 aten::_convolution
                        ABSORBED relu2 aten::relu
                        INTEGER conv3 aten::_convolution
                        INTEGER sum aten::add
                        ABSORBED relu3 aten::relu
                        FLOAT pool aten::adaptive_avg_pool2d
                        FLOAT flat aten::flatten
                        FLOAT fc aten::linear""");
        // 16 * 16 places of 3 * 3 * 3 * 8 and twice 3 * 3 * 8 * 8 weights.
        assertThat(line.plan().node("conv1").orElseThrow().macs()).isEqualTo(256 * 216);
        assertThat(line.plan().node("conv2").orElseThrow().macs()).isEqualTo(256 * 576);
        assertThat(line.plan().quantizedMacShare()).isGreaterThan(0.999);
    }

    @Test
    void takesABatchNormIntoAConvolutionWithoutBias() {
        Graph fused = AtenLine.of(residual()).fused();
        Node conv = fused.node("conv1").orElseThrow();
        assertThat(conv.outputs()).containsExactly("bn1");
        assertThat(Call.of(conv).argument("bias")).isEqualTo(of("conv1_bias_folded"));
        assertThat(fused.constant("conv1_bias_folded").orElseThrow().elementCount()).isEqualTo(8);
        assertThat(fused.nodes()).noneMatch(n -> n.op().name().equals("batch_norm"));
    }

    @Test
    void joinsTheInputsOfAConcatenationAtOneScale() {
        Graph graph =
                GraphBuilder.aten()
                        .input("x", 1, 8, 8, 8)
                        .random("w1", 8, 8, 1, 1)
                        .random("w2", 8, 8, 1, 1)
                        .random("w3", 8, 16, 1, 1)
                        .node(convolution("a", "x", "w1", 1, 0))
                        .node(convolution("b", "x", "w2", 1, 0))
                        .node(LIST, "list", "a", "b")
                        .node(node("cat", "both", of("list"), Argument.literal(1)))
                        .node(convolution("c", "both", "w3", 1, 0))
                        .output("c")
                        .build();
        AtenLine line = AtenLine.of(graph);
        assertThat(line.forms())
                .isEqualTo(
                        """
                        INTEGER a aten::_convolution
                        INTEGER b aten::_convolution
                        MOVES_INTEGERS both Concat
                        INTEGER c aten::_convolution""");
        Node joined = line.fused().node("both").orElseThrow();
        assertThat(joined.inputs()).containsExactly("a", "b");
        assertThat(joined.attributes()).isEqualTo(Map.of("axis", Attribute.of(1L)));
        assertThat(line.plan().value("a").orElseThrow().params())
                .isEqualTo(line.plan().value("both").orElseThrow().params());
        assertThat(line.plan().node("c").orElseThrow().macs()).isEqualTo(64 * 128);
    }

    @Test
    void leavesWhatLibtorchHasNoGoodKernelFor() {
        Graph graph =
                GraphBuilder.aten()
                        .input("x", 1, 8, 8, 8)
                        .random("w1", 8, 8, 1, 1)
                        .random("w2", 8, 8, 1, 1)
                        .random("w3", 8, 8, 1, 1)
                        .random("w4", 8, 8, 1, 1)
                        .node(convolution("a", "x", "w1", 1, 0))
                        .node(node("sigmoid", "s", of("a")))
                        .node(convolution("b", "s", "w2", 1, 0))
                        .node(node("hardswish", "h", of("b")))
                        .node(convolution("c", "h", "w3", 1, 0))
                        .node(node("max_pool2d", "m", of("c"), ints(2L, 2L)))
                        .node(convolution("d", "m", "w4", 1, 0))
                        .output("d")
                        .build();
        AtenLine line = AtenLine.of(graph);
        assertThat(line.forms())
                .isEqualTo(
                        """
                        INTEGER a aten::_convolution
                        FLOAT s aten::sigmoid
                        INTEGER b aten::_convolution
                        INTEGER h aten::hardswish
                        INTEGER c aten::_convolution
                        MOVES_INTEGERS m aten::max_pool2d
                        INTEGER d aten::_convolution""");
        assertThat(line.plan().node("d").orElseThrow().macs()).isEqualTo(16 * 64);
    }

    @Test
    void leavesComputedConvolutionsFloatAndTurnsTransposedOnesAround() {
        Node plain = convolution("t", "x", "w", 2, 1);
        Node transposed = plain.withAttribute("transposed", new Attribute.BoolAttribute(true));
        Graph graph =
                GraphBuilder.aten()
                        .input("x", 1, 8, 8, 8)
                        .random("w", 8, 8, 3, 3)
                        .node(transposed)
                        .node(LIST, "strides", "one", "one")
                        .constant("one", Tensor.ofLongs(new long[] {1}, 1))
                        .node(node("conv2d", "y", of("t"), of("w"), Argument.NONE, of("strides")))
                        .output("y")
                        .build();
        AtenLine line = AtenLine.of(graph);
        assertThat(line.plan().node("t").orElseThrow().op().name()).isEqualTo("conv2d");
        assertThat(line.plan().node("t").orElseThrow().form()).isEqualTo(NodeDecision.Form.INTEGER);
        assertThat(line.plan().node("y").orElseThrow().reason()).contains("are computed");
    }

    @Test
    void keepsTheStepsOfFakeQuantization() {
        Graph graph =
                GraphBuilder.aten()
                        .input("x", 1, 8, 4, 4)
                        .random("w", 2, 8, 1, 1)
                        .floats("scales", 0.02f, 0.03f)
                        .constant("zeros", Tensor.ofInts(DataType.INT32, new int[2], 2))
                        .node(
                                node(
                                        "fake_quantize_per_tensor_affine",
                                        "fx",
                                        of("x"),
                                        Argument.literal(0.05),
                                        Argument.literal(100),
                                        Argument.literal(0),
                                        Argument.literal(255)))
                        .node(
                                node(
                                        "fake_quantize_per_channel_affine",
                                        "fw",
                                        of("w"),
                                        of("scales"),
                                        of("zeros"),
                                        Argument.literal(0),
                                        Argument.literal(-128),
                                        Argument.literal(127)))
                        .node(convolution("y", "fx", "fw", 1, 0))
                        .output("y")
                        .build();
        AtenLine line = AtenLine.of(graph);
        assertThat(line.forms()).isEqualTo("INTEGER y aten::_convolution");
        QuantParams data = line.plan().value("x").orElseThrow().params();
        assertThat(data.scale(0)).isEqualTo(0.05f);
        assertThat(data.zeroPoint(0)).isEqualTo(100);
        QuantParams weight = line.plan().value("w").orElseThrow().params();
        // Weights of 0.02 a step and up to 2.5 in size leave no pair unsafe only if widened.
        assertThat(weight.scale(1)).isGreaterThanOrEqualTo(0.03f);
        assertThat(weight.granularity()).isEqualTo(new Granularity.PerChannel(0));
    }

    @Test
    void countsTheWorkOfASampleWhoseExtentsTheModelLeavesOpen() {
        Graph graph =
                GraphBuilder.aten()
                        .input("x", -1, 3, -1, -1)
                        .random("w", 8, 3, 3, 3)
                        .node(convolution("y", "x", "w", 2, 1))
                        .node(node("relu", "z", of("y")))
                        .output("z")
                        .build();
        Node layer = graph.node("y").orElseThrow();
        assertThat(new Macs(graph, AtenOpCatalog.catalog()).of(layer)).isZero();
        Map<String, long[]> sample = Map.of("x", new long[] {1, 3, 32, 20});
        assertThat(new Macs(graph, AtenOpCatalog.catalog(), sample).of(layer))
                .isEqualTo(16 * 10 * 216);
    }

    /** Without 8-bit dot products fbgemm adds across positions, oneDNN within each. */
    @Test
    void keepsNeighboursOfEveryEngineSafe() {
        float[] row = new float[27];
        // Channel 2 of position (0, 0) and channel 0 of position (0, 1).
        row[18] = 1;
        row[1] = 1;
        // Channels 0 and 1 of position (0, 2), where fbgemm's pairs begin with channel 1.
        row[2] = -1;
        row[11] = -1;
        for (Kernels.PairOrder order : Kernels.PairOrder.values()) {
            WeightRows rows = rows(row, 1);
            for (float[] paired : rows.inPairs(0, Set.of(order))) {
                assertThat(PairSafeScale.isSafe(paired, 1 / 127f)).as(order.name()).isFalse();
                assertThat(PairSafeScale.isSafe(paired, 1 / 63f)).isTrue();
            }
            assertThat(rows.inPairs(0, Set.of(order)))
                    .hasSize(order == Kernels.PairOrder.DEPTHWISE ? 0 : 1);
        }
        row[2] = 0;
        assertThat(isSafe(row, Kernels.PairOrder.ROW)).isFalse();
        assertThat(isSafe(row, Kernels.PairOrder.POSITION)).isTrue();
    }

    private static boolean isSafe(float[] row, Kernels.PairOrder order) {
        return PairSafeScale.isSafe(rows(row, 1).inPairs(0, Set.of(order)).get(0), 1 / 127f);
    }

    @Test
    void pairsTheElementsOfADepthwiseKernel() {
        float[] kernels = new float[18];
        kernels[0] = 1;
        kernels[1] = 1;
        WeightRows rows = rows(kernels, 2);
        assertThat(rows.depthwise()).isTrue();
        assertThat(rows.inPairs(0, Set.of(Kernels.PairOrder.ROW, Kernels.PairOrder.POSITION)))
                .isEmpty();
        assertThat(rows.inPairs(0, Set.of(Kernels.PairOrder.DEPTHWISE)).get(0)).startsWith(1, 1, 0);
        Graph graph = convolutionOf(kernels, 2);
        QuantParams any = AtenLine.of(graph).plan().value("w").orElseThrow().params();
        assertThat(any.scale(0)).isGreaterThan(1.9f / 127);
        assertThat(any.scale(0)).isLessThan(2.1f / 127);
    }

    private static WeightRows rows(float[] elements, int groups) {
        Graph graph = convolutionOf(elements, groups);
        Node layer = graph.node("y").orElseThrow();
        return WeightRows.of(graph, AtenOpCatalog.catalog().spec(layer), layer);
    }

    /** A convolution of 3 x 3, of three channels if it is not grouped. */
    private static Graph convolutionOf(float[] elements, int groups) {
        int channels = groups == 1 ? 3 : 1;
        return GraphBuilder.aten()
                .input("x", 1, channels * groups, 8, 8)
                .constant("w", Tensor.ofFloats(elements, groups, channels, 3, 3))
                .node(
                        convolution("y", "x", "w", 1, 1)
                                .withAttribute("groups", Attribute.of(groups)))
                .output("y")
                .build();
    }

    @Test
    void leavesDynamicProductsFloatThatAreTooNarrow() {
        Graph graph =
                GraphBuilder.aten()
                        .input("x", 16, 384)
                        .random("w", 384, 384)
                        .random("head", 2, 384)
                        .node(node("linear", "y", of("x"), of("w"), Argument.NONE))
                        .node(node("gelu", "g", of("y")))
                        .node(node("linear", "z", of("g"), of("head"), Argument.NONE))
                        .output("z")
                        .build();
        TransformContext context =
                new TransformContext(AtenOpCatalog.catalog(), Recipe.dynamicInt8(), AtenLine.ANY);
        QuantPlan plan = new DynamicPlanner(graph, context).plan();
        assertThat(plan.node("y").orElseThrow().form()).isEqualTo(NodeDecision.Form.DYNAMIC);
        assertThat(plan.node("z").orElseThrow().form()).isEqualTo(NodeDecision.Form.FLOAT);
    }
}
