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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.lower.LoweredGraphs.Pair;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What has no weights against the same graph on floats: within one step of the result. */
class LowerQuantizedTest {

    private static final float STEP = 0.11f;
    private static final int ZERO = 120;

    @Property(tries = 16)
    void sumsAndProducts(@ForAll boolean product, @ForAll boolean relu, @ForAll boolean constant) {
        QdqGraph qdq = new QdqGraph(8).input("a");
        String op = product ? "mul" : "add";
        if (constant) {
            qdq.graph.constant(
                    "b_q", LoweredGraphs.integers(new Random(1), DataType.UINT8, 0, 255, 4, 1, 1));
            qdq.dequantize("b_q", "b", 0.02f, 100);
        } else {
            qdq.input("b", 0.02f, 100);
        }
        qdq.call("aten::" + op, "y", "a", "b");
        if (relu) {
            qdq.call("aten::relu", "r", "y");
        }
        Graph graph = qdq.result(relu ? "r" : "y", 0.05f, 99);

        assertThat(LoweredGraphs.operators(graph))
                .contains("quantized::" + op + (relu ? "_relu" : ""));
        Tensor a = qdq.tensor(1, 2, 4, 3, 3);
        Pair pair =
                constant
                        ? LoweredGraphs.run(graph, a)
                        : LoweredGraphs.run(graph, a, qdq.tensor(1, 2, 4, 3, 3));
        assertThat(pair.distance()).isLessThan(0.0501f);
    }

    @Example
    void aSumWithAFactorStaysFloat() {
        QdqGraph qdq = new QdqGraph(8).input("a").input("b");
        Graph graph =
                qdq.node(
                                new Call(
                                                new OpType("aten", "add"),
                                                List.of(Argument.of("a"), Argument.of("b")),
                                                Map.of("alpha", Argument.literal(2L)))
                                        .node("sum", List.of("y")))
                        .result("y", 0.05f, 99);

        assertThat(LoweredGraphs.operators(graph))
                .contains("aten::add")
                .doesNotContain("quantized::add");
        Pair pair = LoweredGraphs.run(graph, qdq.tensor(1, 2, 3), qdq.tensor(1, 2, 3));
        assertThat(pair.distance()).isZero();
    }

    @Example
    void tensorsInARow() {
        QdqGraph qdq = new QdqGraph(9).input("a").input("b", 0.1f, 12);
        Graph graph =
                qdq.call("prim::ListConstruct", "list", "a", "b")
                        .call("aten::cat", "y", "list", 1)
                        .result("y", 0.05f, 99);

        assertThat(LoweredGraphs.operators(graph)).contains("quantized::cat");
        Pair pair = LoweredGraphs.run(graph, qdq.tensor(1, 2, 3, 2, 2), qdq.tensor(1, 2, 5, 2, 2));
        assertThat(pair.distance()).isLessThan(0.0501f);
    }

    @Example
    void activations() {
        for (String op : List.of("sigmoid", "hardswish")) {
            QdqGraph qdq = new QdqGraph(10).input("x");
            assertActivation(op, qdq.call("aten::" + op, "y", "x"));
        }
        assertActivation(
                "leaky_relu", new QdqGraph(11).input("x").call("aten::leaky_relu", "y", "x", 0.1));
        assertActivation("elu", new QdqGraph(12).input("x").call("aten::elu", "y", "x", 0.5, 1, 1));
    }

    private static void assertActivation(String op, QdqGraph qdq) {
        Graph graph = qdq.result("y", 0.02f, 40);
        assertThat(LoweredGraphs.operators(graph)).contains("quantized::" + op);
        Pair pair = LoweredGraphs.run(graph, qdq.tensor(1, 2, 500));
        assertThat(pair.distance()).isLessThan(0.0201f);
    }

    @Example
    void averagesRunOnIntegersWhereTheScaleStays() {
        QdqGraph qdq = new QdqGraph(13).input("x");
        Graph graph =
                qdq.call("aten::adaptive_avg_pool2d", "y", "x", List.of(1, 1))
                        .result("y", QdqGraph.INPUT_SCALE, QdqGraph.INPUT_ZERO);
        assertThat(LoweredGraphs.operators(graph))
                .containsSubsequence(
                        "aten::quantize_per_tensor",
                        "aten::adaptive_avg_pool2d",
                        "aten::dequantize");
        assertThat(LoweredGraphs.operators(graph)).hasSize(3);
        Pair pair = LoweredGraphs.run(graph, qdq.tensor(1, 2, 8, 5, 5));
        assertThat(pair.distance()).isLessThan(QdqGraph.INPUT_SCALE * 1.001f);

        QdqGraph other = new QdqGraph(13).input("x");
        Graph rescaled =
                other.call("aten::adaptive_avg_pool2d", "y", "x", List.of(1, 1))
                        .result("y", 0.001f, 128);
        assertThat(LoweredGraphs.run(rescaled, other.tensor(1, 2, 8, 5, 5)).distance()).isZero();
    }

    /** Between two quantized layers nothing becomes float, not even for the sizes of a view. */
    @Example
    void integersMoveFromLayerToLayer() {
        QdqGraph qdq = new QdqGraph(14).input("x").weight("w", 0, 8, 3, 3, 3);
        qdq.call(
                        "aten::conv2d",
                        "c",
                        "x",
                        "w",
                        null,
                        List.of(1, 1),
                        List.of(1, 1),
                        List.of(1, 1),
                        1)
                .quantize("c", "c_q", STEP, ZERO)
                .dequantize("c_q", "c_d", STEP, ZERO)
                .call("aten::max_pool2d", "p_q", "c_q", List.of(2, 2), List.of(2, 2))
                .call("aten::size", "n", "c_d", 0)
                .call("prim::ListConstruct", "shape", "n", -1)
                .call("aten::view", "v_q", "p_q", "shape")
                .dequantize("v_q", "v", STEP, ZERO)
                .weight("u", 0, 5, 32)
                .call("aten::linear", "l", "v", "u", null);
        Graph graph = qdq.result("l", STEP, ZERO);

        assertThat(LoweredGraphs.operators(graph))
                .contains("quantized::conv2d", "aten::max_pool2d", "quantized::linear")
                .containsOnlyOnce("aten::quantize_per_tensor", "aten::dequantize");
        assertWithinOneStep(LoweredGraphs.run(graph, qdq.tensor(1, 2, 3, 4, 4)));
    }

    @Example
    void moversThatTakeNoIntegersRunOnFloats() {
        QdqGraph qdq = new QdqGraph(15).input("x");
        Graph graph =
                qdq.call("aten::roll", "r_q", "x_q", List.of(1), List.of(1))
                        .dequantize("r_q", "r", QdqGraph.INPUT_SCALE, QdqGraph.INPUT_ZERO)
                        .graph
                        .output("r");

        Pair pair = LoweredGraphs.run(graph, qdq.tensor(1, 2, 6));
        assertThat(pair.distance()).isZero();
    }

    @Example
    void aFactorInTheScaleIsAProduct() {
        QdqGraph qdq = new QdqGraph(16).input("x");
        Graph graph =
                qdq.dequantize("x_q", "twice", 2 * QdqGraph.INPUT_SCALE, QdqGraph.INPUT_ZERO)
                        .call("aten::sub", "y", "twice", "x")
                        .graph
                        .output("y");

        Tensor x = qdq.tensor(1, 2, 6);
        Pair pair = LoweredGraphs.run(graph, x);
        float[] expected = x.toFloats();
        for (int i = 0; i < expected.length; i++) {
            assertThat(pair.kernels()[i]).isCloseTo(expected[i], within(QdqGraph.INPUT_SCALE));
        }
    }

    @Example
    void whatHasNoFormIsNamed() {
        QdqGraph qdq = new QdqGraph(19).input("x");
        qdq.graph.onnx("Einsum", "y", "x");
        qdq.graph.onnx("Gelu", "z", "x");
        Graph graph = qdq.graph.output("y", "z");

        assertThatThrownBy(() -> LowerQuantized.lower(graph, LoweredGraphs.HERE))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("Einsum")
                .hasMessageContaining("Gelu");
    }

    @Example
    void aFloatGraphStaysTheSame() {
        QdqGraph qdq = new QdqGraph(20);
        qdq.graph.input("x");
        Graph graph = qdq.call("aten::relu", "y", "x").graph.output("y");

        assertThat(LowerQuantized.lower(graph, LoweredGraphs.HERE)).isSameAs(graph);
    }

    private static void assertWithinOneStep(Pair pair) {
        assertThat(pair.distance()).isLessThan(STEP * 1.001f);
    }
}
