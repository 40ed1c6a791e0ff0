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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.FloatHistogram;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.Macs;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.Planner;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.round.PairSafeScale;
import io.github.djlquant.transform.round.WeightRows;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlannerTest {

    private static final TransformContext CONTEXT =
            new TransformContext(OnnxOpCatalog.catalog(), Recipe.staticInt8(), MiniatureLine.ANY);

    private static QuantPlan plan(Graph graph) {
        return MiniatureLine.of(
                        graph, MiniatureLine.MIN_MAX, List.of(TransformAssert.feeds(graph, 1)))
                .plan();
    }

    private static Graph convolution(float... weights) {
        return GraphBuilder.onnx(17)
                .input("x", 1, 1, 2, 2)
                .constant("w", Tensor.ofFloats(weights, weights.length, 1, 1, 1))
                .floats("b", new float[weights.length])
                .node("Conv", "y", "x", "w", "b")
                .output("y")
                .build();
    }

    @Test
    void refusesWeightsThatAreNoNumbers() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> plan(convolution(1, bad)))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("node y")
                    .hasMessageContaining("constant w")
                    .hasMessageContaining("element 1");
        }
    }

    @Test
    void refusesModelsThatComputeOnIntegersAlready() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 1, 2, 2)
                        .node("QLinearConv", "y", "x")
                        .output("y")
                        .build();
        assertThatThrownBy(() -> new Planner(graph, CONTEXT))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("node y")
                .hasMessageContaining("QLinearConv")
                .hasMessageContaining("QDQ");
    }

    @Test
    void namesTheValueThatTheStatisticsLack() {
        TransformContext other = CONTEXT.withStatistics(new CalibrationTable(Map.of()));
        Planner planner = new Planner(convolution(1, 2), other);
        assertThatThrownBy(planner::plan)
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("value x");
    }

    @Test
    void leavesComputedWeightsFloatWithTheReason() {
        Graph computed =
                GraphBuilder.onnx(17)
                        .input("x", 1, 1, 2, 2)
                        .input("w", 1, 1, 1, 1)
                        .node("Conv", "y", "x", "w")
                        .output("y")
                        .build();
        NodeDecision decision = new Planner(computed, CONTEXT).plan().node("y").orElseThrow();
        assertThat(decision.quantized()).isFalse();
        assertThat(decision.reason()).contains("computed, not constant");
    }

    @Test
    void widensTheScaleOfAChannelWhoseBiasWouldOverflow() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 1, 2, 2)
                        .constant("w", Tensor.ofFloats(new float[] {1, 1e-12f, 0}, 3, 1, 1, 1))
                        .floats("b", 0.5f, 1000, 3)
                        .node("Conv", "y", "x", "w", "b")
                        .output("y")
                        .build();
        QuantPlan plan = plan(graph);
        QuantParams bias = plan.value("b").orElseThrow().params();
        float[] values = {0.5f, 1000, 3};
        for (int i = 0; i < values.length; i++) {
            double steps = values[i] / (double) bias.scale(i);
            assertThat(Math.abs(steps)).as("channel %d", i).isLessThan(Integer.MAX_VALUE * 0.51);
            // What the int32 bias stands for is the bias, to a relative 1e-4.
            assertThat(bias.dequantize(bias.quantize(values[i], i), i))
                    .isCloseTo(values[i], org.assertj.core.data.Percentage.withPercentage(0.4));
        }
    }

    @Test
    void keepsTheBiasBehindNothingButZerosFine() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 4, 2, 2)
                        .random("w", 4, 4, 1, 1)
                        .floats("b", -100, -100, -100, -100) // the Relu never lets anything through
                        .node("Conv", "c", "x", "w", "b")
                        .node("Relu", "zeros", "c")
                        .random("w2", 4, 4, 1, 1)
                        .floats("b2", 0.3f, 0.3f, 0.3f, 0.3f)
                        .node("Conv", "c2", "zeros", "w2", "b2")
                        .random("w3", 4, 4, 1, 1)
                        .node("Conv", "y", "c2", "w3")
                        .output("y")
                        .build();
        ValueDecision bias = plan(graph).value("b2").orElseThrow();
        for (int i = 0; i < 4; i++) {
            double half = bias.params().scale(i) / 2;
            assertThat(half).as("the error of 0.3").isLessThan(0.3 / 255);
        }
    }

    @Test
    void makesEveryPairOfWeightsSafe() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 4, 6, 6)
                        .random("w", 8, 4, 3, 3)
                        .node("Conv", "y", "x", "w")
                        .output("y")
                        .build();
        QuantParams params = plan(graph).value("w").orElseThrow().params();
        WeightRows rows =
                WeightRows.of(
                        graph,
                        OnnxOpCatalog.catalog().spec(graph.nodes().get(0)),
                        graph.nodes().get(0));
        for (int o = 0; o < 8; o++) {
            assertThat(PairSafeScale.isSafe(rows.values()[o], params.scale(o))).isTrue();
        }
        // Channel 0, input channels 0 and 1 at kernel position 0 are the first pair of the kernel.
        float[] weight = graph.constants().get("w").toFloats();
        assertThat(rows.values()[0][0]).isEqualTo(weight[0]);
        assertThat(rows.values()[0][1]).isEqualTo(weight[9]);
    }

    @Test
    void leavesDepthwiseWeightsTheirWholeRange() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 2, 6, 6)
                        .constant(
                                "w",
                                Tensor.ofFloats(new float[] {1, 1, 1, 1, 2, 2, 2, 2}, 2, 1, 2, 2))
                        .node("Conv", "y", "x", "w")
                        .with("group", 2)
                        .output("y")
                        .build();
        QuantParams params = plan(graph).value("w").orElseThrow().params();
        assertThat(params.scale(0)).isEqualTo(1 / 127f);
        assertThat(params.scale(1)).isEqualTo(2 / 127f);
    }

    @Test
    void pairSafeScalesKnowTheSigns() {
        assertThat(PairSafeScale.of(new float[] {1, -1}, 1 / 127f)).isEqualTo(1 / 127f);
        float same = PairSafeScale.of(new float[] {1, 1}, 1 / 127f);
        assertThat(2 * Math.rint(1 / same)).isLessThanOrEqualTo(PairSafeScale.LIMIT);
        assertThat(same).isEqualTo(2 / 127f);
        // The last of an odd number is alone.
        assertThat(PairSafeScale.of(new float[] {1, -1, 1}, 1 / 127f)).isEqualTo(1 / 127f);
        assertThat(PairSafeScale.isSafe(new float[] {127, 2}, 1)).isFalse();
        assertThat(PairSafeScale.isSafe(new float[] {127, 1}, 1)).isTrue();
        assertThat(PairSafeScale.isSafe(new float[] {-127, -2}, 1)).isFalse();
    }

    /** Nine of ten elements would round to 0. */
    private static NodeDecision productBehind(String function) {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 4, 64)
                        .node(function, "f", "x")
                        .random("w", 64, 64)
                        .node("MatMul", "m", "f", "w")
                        .random("v", 64, 64)
                        .node("MatMul", "y", "m", "v")
                        .output("y")
                        .build();
        float[] elements = new float[1000];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = i % 10 == 0 ? 1 : 1e-4f * (1 + i % 7);
        }
        Statistics few = new Statistics(1e-4, 1).withHistogram(FloatHistogram.of(elements));
        CalibrationTable table = new CalibrationTable(Map.of("f", few, "m", few));
        Recipe recipe = Recipe.staticInt8().withBiasCorrection(false);
        TransformContext context =
                new TransformContext(OnnxOpCatalog.catalog(), recipe, MiniatureLine.ANY)
                        .withStatistics(table);
        return new Planner(graph, context).plan().node("m").orElseThrow();
    }

    @Test
    void keepsAProductFloatWhoseInputWouldLoseNearlyAll() {
        assertThat(productBehind("Relu").quantized()).isFalse();
        assertThat(productBehind("Relu").reason())
                .isEqualTo("%f would lose all but its largest elements");
    }

    @Test
    void lettingGoOfASoftmaxsSmallElementsDoesNoHarm() {
        assertThat(productBehind("Softmax").quantized()).isTrue();
    }

    @Test
    void saysWhetherAProductHasAWeight() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 64, 64)
                        .random("w", 64, 64)
                        .node("MatMul", "m", "x", "w")
                        .node("Transpose", "t", "m")
                        .node("MatMul", "n", "m", "t")
                        .random("v", 64, 64)
                        .node("MatMul", "y", "n", "v")
                        .output("y")
                        .build();
        QuantPlan plan = plan(graph);
        assertThat(plan.node("m").orElseThrow().reason()).contains("constant weight");
        assertThat(plan.node("n").orElseThrow().quantized()).isTrue();
        assertThat(plan.node("n").orElseThrow().reason()).contains("two activations");
    }

    private static final String HEAD_REASON = "makes the model's output and is too small";

    private static GraphBuilder trunk() {
        return GraphBuilder.onnx(17)
                .input("x", 1, 16, 8, 8)
                .random("w", 16, 16, 3, 3)
                .node("Conv", "c", "x", "w")
                .with("pads", 1, 1, 1, 1);
    }

    @Test
    void keepsASmallConvolutionThatMakesTheOutputInFloat() {
        Graph graph =
                trunk().random("v", 1, 16, 1, 1).node("Conv", "y", "c", "v").output("y").build();
        QuantPlan plan = plan(graph);
        assertThat(plan.node("y").orElseThrow().reason()).contains(HEAD_REASON);
        assertThat(plan.node("c").orElseThrow().quantized()).isTrue();
    }

    @Test
    void keepsASmallProductWithItsBiasThatMakesTheOutputInFloat() {
        Graph graph =
                trunk().node("GlobalAveragePool", "p", "c")
                        .node("Flatten", "f", "p")
                        .random("v", 16, 2)
                        .node("MatMul", "m", "f", "v")
                        .random("b", 2)
                        .node("Add", "y", "m", "b")
                        .output("y")
                        .build();
        QuantPlan plan = plan(graph);
        assertThat(plan.node("m").orElseThrow().reason()).contains(HEAD_REASON);
        assertThat(plan.node("c").orElseThrow().quantized()).isTrue();
    }

    /** A detector: what follows its head is not a layer but the arithmetic of boxes. */
    @Test
    void keepsASmallHeadInFloatWhoseAnswerIsDecodedInTheGraph() {
        Graph graph =
                trunk().random("v", 2, 16, 1, 1)
                        .node("Conv", "m", "c", "v")
                        .node("Sigmoid", "centre", "m")
                        .node("Relu", "size", "m")
                        .node("Mul", "y", "centre", "size")
                        .output("y")
                        .build();
        QuantPlan plan = plan(graph);
        assertThat(plan.node("m").orElseThrow().reason()).contains(HEAD_REASON);
        assertThat(plan.node("centre").orElseThrow().quantized()).isFalse();
        assertThat(plan.node("c").orElseThrow().quantized()).isTrue();
    }

    @Test
    void quantizesASmallLayerBeforeAnother() {
        Graph graph =
                trunk().random("v", 1, 16, 1, 1)
                        .node("Conv", "m", "c", "v")
                        .random("w", 16, 1, 3, 3)
                        .node("Conv", "y", "m", "w")
                        .with("pads", 1, 1, 1, 1)
                        .output("y")
                        .build();
        assertThat(plan(graph).node("m").orElseThrow().quantized()).isTrue();
    }

    @Test
    void countsTheWorkOfTransposedConvolutionsAndWhatIsBehind() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 3, 16, 16)
                        .random("w", 3, 8, 2, 2)
                        .node("ConvTranspose", "t", "x", "w")
                        .with("strides", 2, 2)
                        .with("output_padding", 1, 0)
                        .random("v", 4, 8, 1, 1)
                        .node("Conv", "y", "t", "v")
                        .output("y")
                        .build();
        QuantPlan plan = plan(graph);
        assertThat(plan.node("t").orElseThrow().macs()).isEqualTo(16 * 16 * 3 * 8 * 4);
        assertThat(plan.node("y").orElseThrow().macs()).isEqualTo(33 * 32 * 4 * 8);
        assertThat(plan.layersOfUnknownWork()).isZero();
    }

    @Test
    void saysWhichWorkIsNotKnown() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 3, 16, 16)
                        .random("w", 8, 3, 2, 2)
                        .node("Conv", "c", "x", "w")
                        .node("SomethingElse", "e", "c")
                        .random("v", 4, 8, 1, 1)
                        .node("Conv", "y", "e", "v")
                        .output("y")
                        .build();
        Macs macs = new Macs(graph, OnnxOpCatalog.catalog());
        assertThat(macs.orUnknown(graph.node("c").orElseThrow())).isEqualTo(15 * 15 * 8 * 12);
        assertThat(macs.orUnknown(graph.node("y").orElseThrow())).isEqualTo(-1);
        assertThat(macs.of(graph.node("y").orElseThrow())).isZero();
    }

    @Test
    void countsTheWorkOfEachLayer() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 3, 32, 32)
                        .random("w", 8, 3, 3, 3)
                        .node("Conv", "c", "x", "w")
                        .with("pads", 1, 1, 1, 1)
                        .with("strides", 2, 2)
                        .node("GlobalAveragePool", "p", "c")
                        .node("Flatten", "f", "p")
                        .random("v", 8, 10)
                        .node("Gemm", "y", "f", "v")
                        .output("y")
                        .build();
        QuantPlan plan = plan(graph);
        assertThat(plan.node("c").orElseThrow().macs()).isEqualTo(16 * 16 * 8 * 27);
        assertThat(plan.node("y").orElseThrow().macs()).isEqualTo(80);
        assertThat(plan.quantizedMacShare()).isGreaterThan(0.99);
    }
}
