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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.testkit.reference.ReferenceRunner;
import io.github.djlquant.transform.fuse.ExpandGates;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpandGatesTest {

    private static GraphBuilder layer(long opset) {
        return GraphBuilder.onnx(opset)
                .input("x", 2, 4, 5, 5)
                .random("w", 8, 4, 3, 3)
                .random("b", 8)
                .node("Conv", "c", "x", "w", "b");
    }

    private static Graph swish() {
        return last(layer(17).node("HardSwish", "s", "c"), "s").output("y").build();
    }

    /** Channels weighted by a hard sigmoid of a function of their means. */
    private static Graph squeeze() {
        GraphBuilder graph =
                layer(17)
                        .node("GlobalAveragePool", "m", "c")
                        .random("v", 8, 8, 1, 1)
                        .node("Conv", "f", "m", "v")
                        .node("HardSigmoid", "g", "f")
                        .with("alpha", Attribute.of(0.25f))
                        .with("beta", Attribute.of(0.5f))
                        .node("Mul", "s", "c", "g");
        return last(graph, "s").output("y").build();
    }

    private static GraphBuilder last(GraphBuilder graph, String read) {
        return graph.random("u", 4, 8, 1, 1).node("Conv", "y", read, "u");
    }

    private static TransformAssert expand(Graph graph) {
        return TransformAssert.of(new ExpandGates(), OnnxOpCatalog.catalog()).on(graph);
    }

    private static MiniatureLine line(Graph graph) {
        return MiniatureLine.of(
                graph, MiniatureLine.MIN_MAX, List.of(TransformAssert.feeds(graph, 1)));
    }

    private static void staysClose(Graph graph, double sqnr) {
        MiniatureLine line = line(graph);
        Map<String, Tensor> feeds = TransformAssert.feeds(graph, 1);
        try (ReferenceRunner before = new ReferenceRunner(line.prepared());
                ReferenceRunner after = new ReferenceRunner(line.converted())) {
            assertThat(MiniatureLine.sqnr(before.run(feeds), after.run(feeds))).isGreaterThan(sqnr);
        }
    }

    @Test
    void theSumBetweenClampsIsTheFunction() {
        Graph swish = expand(swish()).result();
        Graph sigmoid = expand(squeeze()).result();
        try (ReferenceRunner first = new ReferenceRunner(exposing(swish, "c", "s"));
                ReferenceRunner second = new ReferenceRunner(exposing(sigmoid, "f", "g"))) {
            Map<String, Tensor> feeds = TransformAssert.feeds(swish, 1);
            assertFunction(first.run(feeds), "c", "s", 1.0 / 6, true);
            assertFunction(second.run(feeds), "f", "g", 0.25, false);
        }
    }

    /** A HardSigmoid that falls, is flat, or is cut off at 0 is no gate. */
    @ParameterizedTest
    @CsvSource({"-0.2, 0.5", "0, 0.5", "0.2, 1.5", "0.2, -0.5"})
    void otherSigmoidsStay(float alpha, float beta) {
        Graph graph = squeeze();
        Node gate =
                graph.node("g")
                        .orElseThrow()
                        .withAttribute("alpha", Attribute.of(alpha))
                        .withAttribute("beta", Attribute.of(beta));
        expand(graph.edit().put(gate).build()).doesNotFire();
    }

    private static Graph exposing(Graph graph, String... values) {
        return graph.edit()
                .outputs(
                        old ->
                                Arrays.stream(values)
                                        .map(
                                                v ->
                                                        new io.github.djlquant.graph.Value(
                                                                v, graph.outputs().get(0).type()))
                                        .toList())
                .build();
    }

    private static void assertFunction(
            Map<String, Tensor> seen, String input, String output, double slope, boolean times) {
        float[] x = seen.get(input).toFloats();
        float[] y = seen.get(output).toFloats();
        float[] sorted = x.clone();
        Arrays.sort(sorted);
        assertThat(sorted[0]).isLessThan(-3);
        assertThat(sorted[sorted.length - 1]).isGreaterThan(3);
        for (int i = 0; i < x.length; i++) {
            double gate = Math.min(Math.max(slope * x[i] + 0.5, 0), 1);
            assertThat((double) y[i]).isCloseTo(times ? x[i] * gate : gate, Offset.offset(1e-5));
        }
    }

    @Test
    void hardSwishRunsOnIntegers() {
        MiniatureLine line = line(swish());
        QuantPlan plan = line.plan();
        assertThat(plan.node("s/limited").orElseThrow().form()).isEqualTo(Form.ABSORBED);
        assertThat(plan.node("s/slope").orElseThrow().form()).isEqualTo(Form.MOVES_INTEGERS);
        assertThat(plan.node("s/line").orElseThrow().form()).isEqualTo(Form.INTEGER);
        assertThat(plan.node("s/gate").orElseThrow().form()).isEqualTo(Form.ABSORBED);
        assertThat(plan.node("s").orElseThrow().form()).isEqualTo(Form.INTEGER);
        assertThat(line.converted().nodes())
                .extracting(node -> node.op().name())
                .doesNotContain("Clip", "HardSwish");
        staysClose(swish(), 30);
    }

    @Test
    void hardSigmoidRunsOnIntegers() {
        QuantPlan plan = line(squeeze()).plan();
        assertThat(plan.node("g/limited").orElseThrow().form()).isEqualTo(Form.ABSORBED);
        assertThat(plan.node("g").orElseThrow().form()).isEqualTo(Form.INTEGER);
        assertThat(plan.node("s").orElseThrow().form()).isEqualTo(Form.INTEGER);
        staysClose(squeeze(), 28);
    }

    @Test
    void aMultipleHasTheSameIntegersOnAnotherScale() {
        QuantPlan plan = line(swish()).plan();
        QuantParams limited = plan.value("s_limited").orElseThrow().params();
        QuantParams slope = plan.value("s_slope").orElseThrow().params();
        assertThat(slope.zeroPoint(0)).isEqualTo(limited.zeroPoint(0));
        assertThat(slope.scale(0)).isCloseTo(limited.scale(0) / 6, Offset.offset(1e-7f));
        assertThat(limited.dequantize(0, 0)).isBetween(-3.02f, 0f);
    }

    @Test
    void staysWhereNoIntegerLayerReadsIt() {
        expand(layer(17).node("HardSwish", "s", "c").output("s").build())
                .doesNotFire("no integer layer reads its result");
    }

    @Test
    void staysWhereSomebodyElseReadsItsInput() {
        expand(last(layer(17).node("HardSwish", "s", "c"), "s").output("y").output("c").build())
                .doesNotFire("for it alone");
        expand(
                        last(
                                        GraphBuilder.onnx(17)
                                                .input("c", 2, 8, 5, 5)
                                                .node("HardSwish", "s", "c"),
                                        "s")
                                .output("y")
                                .build())
                .doesNotFire("for it alone");
    }

    @Test
    void needsAnOpsetWhoseClampsTakeInputs() {
        expand(last(layer(10).node("HardSigmoid", "s", "c"), "s").output("y").build())
                .doesNotFire("clamps of this opset");
    }
}
