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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.recipe.Fusion;
import io.github.djlquant.recipe.Scope;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.testkit.reference.ReferenceRunner;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InsertQdqTest {

    private static List<Map<String, Tensor>> batches(Graph graph) {
        return IntStream.range(0, 4).mapToObj(i -> TransformAssert.feeds(graph, i)).toList();
    }

    private static MiniatureLine line(Graph graph) {
        return MiniatureLine.of(graph, MiniatureLine.MIN_MAX, batches(graph));
    }

    private static double sqnr(Graph graph, MiniatureLine line) {
        Map<String, Tensor> feeds = TransformAssert.feeds(graph, 1);
        try (ReferenceRunner before = new ReferenceRunner(graph);
                ReferenceRunner after = new ReferenceRunner(line.converted())) {
            return MiniatureLine.sqnr(before.run(feeds), after.run(feeds));
        }
    }

    private static GraphBuilder convolution(
            GraphBuilder graph, String y, String x, int in, int out) {
        return graph.random(y + ".w", out, in, 3, 3)
                .random(y + ".b", out)
                .node("Conv", y, x, y + ".w", y + ".b")
                .with("pads", 1, 1, 1, 1);
    }

    private static Form form(QuantPlan plan, String node) {
        return plan.node(node).map(NodeDecision::form).orElseThrow();
    }

    @Test
    void wrapsALayerAndAbsorbsItsClamp() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 1, 1, 2)
                        .constant("w", Tensor.ofFloats(new float[] {1.27f}, 1, 1, 1, 1))
                        .floats("b", 0.5815f)
                        .node("Conv", "c", "x", "w", "b")
                        .node("Relu", "y", "c")
                        .output("y")
                        .build();
        // x in [-1, 1.55] has scale 0.01 and zero point 100; the weight 1.27 has scale 0.01; the
        // bias 0.5815 has 0.01 * 0.01; y reaches 1.27 * 1.55 + 0.5815 = 2.55, scale 0.01.
        Map<String, Tensor> batch =
                Map.of("x", Tensor.ofFloats(new float[] {-1, 1.55f}, 1, 1, 1, 2));
        MiniatureLine line = MiniatureLine.of(graph, MiniatureLine.MIN_MAX, List.of(batch));
        assertThat(line.converted().toString())
                .isEqualToNormalizingNewlines(
                        """
                        graph test(%x: float[1,1,1,2]) -> (%y: float) {
                          %x_scale = float[] {0.01}
                          %x_zero_point = uint8[] {100}
                          %w_quantized = int8[1,1,1,1] {127}
                          %w_dequantized_scale = float[1] {0.01}
                          %w_dequantized_zero_point = int8[1] {0}
                          %b_quantized = int32[1] {5815}
                          %b_dequantized_scale = float[1] {1.0E-4}
                          %b_dequantized_zero_point = int32[1] {0}
                          %y_scale = float[] {0.01}
                          %y_zero_point = uint8[] {0}
                          %x_quantized = QuantizeLinear(%x, %x_scale, %x_zero_point)
                          %x_dequantized = DequantizeLinear(%x_quantized, %x_scale, %x_zero_point)
                          %w_dequantized = DequantizeLinear<axis=0>(%w_quantized, %w_dequantized_scale, %w_dequantized_zero_point)
                          %b_dequantized = DequantizeLinear<axis=0>(%b_quantized, %b_dequantized_scale, %b_dequantized_zero_point)
                          %y_float = Conv(%x_dequantized, %w_dequantized, %b_dequantized)
                          %y_quantized = QuantizeLinear(%y_float, %y_scale, %y_zero_point)
                          %y = DequantizeLinear(%y_quantized, %y_scale, %y_zero_point)
                        }
                        """);
    }

    @Test
    void keepsTheClampIfTheRecipeFusesNoActivations() {
        GraphBuilder builder = GraphBuilder.onnx(17).input("x", 2, 2, 4, 4);
        convolution(builder, "c", "x", 2, 2).node("Relu", "y", "c").output("y");
        Graph graph = builder.build();
        MiniatureLine line =
                MiniatureLine.of(
                        graph, MiniatureLine.MIN_MAX.withFusion(Fusion.BATCH_NORM), batches(graph));
        assertThat(line.converted().nodes()).anyMatch(n -> n.op().isOnnx("Relu"));
        assertThat(sqnr(graph, line)).isGreaterThan(30);
    }

    @Test
    void keepsAClampThatTheRangeDoesNotImply() {
        GraphBuilder builder =
                GraphBuilder.onnx(17)
                        .input("x", 2, 2, 4, 4)
                        .constant("low", Tensor.ofFloat(0.5f))
                        .constant("high", Tensor.ofFloat(6));
        convolution(builder, "c", "x", 2, 2).node("Clip", "r", "c", "low", "high");
        Graph graph = convolution(builder, "y", "r", 2, 2).output("y").build();
        MiniatureLine line = line(graph);
        assertThat(line.plan().node("r").orElseThrow().reason()).contains("wider than the clamp");
        assertThat(sqnr(graph, line)).isGreaterThan(25);
    }

    @Test
    void movesIntegersThroughPoolingAndReshaping() {
        GraphBuilder builder = GraphBuilder.onnx(17).input("x", 2, 3, 8, 8);
        convolution(builder, "c", "x", 3, 4)
                .node("Relu", "r", "c")
                .node("MaxPool", "m", "r")
                .with("kernel_shape", 2, 2)
                .with("strides", 2, 2)
                .longs("pads", 0, 0, 1, 1, 0, 0, 1, 1)
                .node("Pad", "p", "m", "pads")
                .node("Transpose", "t", "p")
                .with("perm", 0, 1, 3, 2);
        Graph graph = convolution(builder, "y", "t", 4, 4).output("y").build();
        MiniatureLine line = line(graph);
        assertThat(List.of("m", "p", "t"))
                .allSatisfy(n -> assertThat(form(line.plan(), n)).isEqualTo(Form.MOVES_INTEGERS));
        assertThat(line.plan().value("p").orElseThrow().params())
                .isEqualTo(line.plan().value("r").orElseThrow().params());
        // One pair for the input, r, y: none around what only moves.
        assertThat(line.converted().nodes().stream().filter(n -> n.op().isOnnx("QuantizeLinear")))
                .hasSize(3);
        assertThat(sqnr(graph, line)).isGreaterThan(30);
    }

    @Test
    void sumsIntegersOfAResidualBlock() {
        GraphBuilder builder = GraphBuilder.onnx(17).input("x", 2, 3, 6, 6);
        convolution(builder, "c0", "x", 3, 3).node("Relu", "r0", "c0");
        convolution(builder, "c1", "r0", 3, 3).node("Relu", "r1", "c1");
        convolution(builder, "c2", "r1", 3, 3).node("Add", "a", "c2", "r0").node("Relu", "r2", "a");
        Graph graph = convolution(builder, "y", "r2", 3, 3).output("y").build();
        MiniatureLine line = line(graph);
        assertThat(form(line.plan(), "a")).isEqualTo(Form.INTEGER);
        assertThat(form(line.plan(), "r2")).isEqualTo(Form.ABSORBED);
        assertThat(line.plan().value("a")).isEmpty();
        assertThat(sqnr(graph, line)).isGreaterThan(28);
    }

    @Test
    void concatenatesIntegersOfOneScaleIfNobodyElseReadsThem() {
        GraphBuilder builder = GraphBuilder.onnx(17).input("x", 2, 3, 6, 6);
        convolution(builder, "a", "x", 3, 2);
        convolution(builder, "b", "x", 3, 2);
        builder.node("Concat", "k", "a", "b").with("axis", 1);
        Graph graph = convolution(builder, "y", "k", 4, 3).output("y").build();
        MiniatureLine line = line(graph);
        assertThat(form(line.plan(), "k")).isEqualTo(Form.MOVES_INTEGERS);
        assertThat(line.plan().value("a").orElseThrow().params())
                .isEqualTo(line.plan().value("b").orElseThrow().params());
        assertThat(sqnr(graph, line)).isGreaterThan(28);
    }

    @Test
    void givesEveryPartOfAConcatenationItsOwnScaleIfOthersReadThem() {
        GraphBuilder builder = GraphBuilder.onnx(17).input("x", 2, 3, 6, 6);
        convolution(builder, "a", "x", 3, 2);
        convolution(builder, "b", "x", 3, 2);
        builder.node("Concat", "k", "a", "b").with("axis", 1);
        convolution(builder, "d", "a", 2, 4);
        convolution(builder, "e", "k", 4, 4);
        Graph graph = builder.node("Add", "y", "d", "e").output("y").build();
        MiniatureLine line = line(graph);
        assertThat(form(line.plan(), "k")).isEqualTo(Form.INTEGER);
        assertThat(sqnr(graph, line)).isGreaterThan(28);
    }

    @Test
    void obeysTheScope() {
        GraphBuilder builder = GraphBuilder.onnx(17).input("x", 2, 3, 6, 6);
        convolution(builder, "a", "x", 3, 3);
        convolution(builder, "b", "a", 3, 3);
        Graph graph = convolution(builder, "y", "b", 3, 3).output("y").build();
        MiniatureLine line =
                MiniatureLine.of(
                        graph,
                        MiniatureLine.MIN_MAX.withScope(
                                new Scope(List.of(), List.of("b"), List.of())),
                        batches(graph));
        assertThat(form(line.plan(), "b")).isEqualTo(Form.FLOAT);
        assertThat(line.plan().node("b").orElseThrow().reason()).contains("scope");
        assertThat(line.converted().constants()).containsKey("b.w");
        assertThat(sqnr(graph, line)).isGreaterThan(30);
    }

    @Test
    void writesTheEnginesOwnOperatorsBelowOpset13() {
        GraphBuilder builder = GraphBuilder.onnx(11).input("x", 2, 2, 4, 4);
        Graph graph = convolution(builder, "y", "x", 2, 2).output("y").build();
        MiniatureLine line = line(graph);
        assertThat(line.converted().opsets()).containsEntry("com.microsoft", 1L);
        assertThat(line.converted().nodes())
                .filteredOn(n -> n.op().name().endsWith("Linear"))
                .allMatch(n -> n.op().dialect().equals("com.microsoft"));
    }

    @Test
    void leavesAModelWithoutLayersAlone() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 2, 4, 4)
                        .node("Relu", "y", "x")
                        .output("y")
                        .build();
        assertThat(line(graph).converted().toString()).isEqualTo(graph.toString());
    }
}
