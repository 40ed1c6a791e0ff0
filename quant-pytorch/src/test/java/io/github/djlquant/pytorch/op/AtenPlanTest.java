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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.testkit.GraphBuilder;
import java.util.List;
import java.util.Map;
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
    void leavesTransposedAndComputedConvolutionsFloat() {
        Node plain = convolution("t", "x", "w", 2, 1);
        Node transposed = plain.withAttribute("transposed", new Attribute.BoolAttribute(true));
        Graph graph =
                GraphBuilder.aten()
                        .input("x", 1, 8, 8, 8)
                        .random("w", 8, 8, 3, 3)
                        .node(transposed)
                        .node(LIST, "strides", "one", "one")
                        .constant("one", io.github.djlquant.graph.Tensor.ofLongs(new long[] {1}, 1))
                        .node(node("conv2d", "y", of("t"), of("w"), Argument.NONE, of("strides")))
                        .output("y")
                        .build();
        AtenLine line = AtenLine.of(graph);
        assertThat(line.plan().node("t").orElseThrow().reason()).contains("no integer kernel");
        assertThat(line.plan().node("y").orElseThrow().reason()).contains("are computed");
    }
}
