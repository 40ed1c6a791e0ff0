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

import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.testkit.reference.ReferenceRunner;
import io.github.djlquant.transform.equalize.SplitInput;
import io.github.djlquant.transform.round.PairSafeScale;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SplitInputTest {

    /** The first layer is {@code 108 / (108 + 100 * width)} of the work. */
    private static Graph network(int width) {
        return GraphBuilder.onnx(17)
                .input("x", 2, 3, 8, 8)
                .random("w", 4, 3, 3, 3)
                .random("b", 4)
                .node("Conv", "c", "x", "w", "b")
                .with("pads", 1, 1, 1, 1)
                .random("v", width, 4, 5, 5)
                .node("Conv", "y", "c", "v")
                .with("pads", 2, 2, 2, 2)
                .output("y")
                .build();
    }

    private static MiniatureLine line(Graph graph) {
        return MiniatureLine.of(
                graph, MiniatureLine.MIN_MAX, List.of(TransformAssert.feeds(graph, 1)));
    }

    @Test
    void splitsTheInputOfASmallFirstLayerWithoutChangingTheFunction() {
        Graph graph = network(100);
        MiniatureLine line = line(graph);
        TransformAssert.of(new SplitInput(), line.context())
                .on(line.prepared())
                .keepsFunction(1e-3);
        QuantPlan plan = line.plan();
        assertThat(plan.value("x")).isEmpty();
        assertThat(plan.node("x_halves/Concat").orElseThrow().form())
                .isEqualTo(Form.MOVES_INTEGERS);
        assertThat(line.converted().nodes())
                .filteredOn(n -> n.op().isOnnx("QuantizeLinear"))
                .hasSize(4);
    }

    @Test
    void halvesTheErrorOfTheInput() {
        Graph graph = network(100);
        MiniatureLine line = line(graph);
        QuantParams params = line.plan().value("x_halves").orElseThrow().params();
        float shift = params.scale(0) / 4;
        for (float x : TransformAssert.feeds(graph, 1).get("x").toFloats()) {
            float low = params.dequantize(params.quantize(x - shift, 0), 0);
            float high = params.dequantize(params.quantize(x + shift, 0), 0);
            // Half a step of twice the resolution, and what binary32 rounds.
            assertThat((low + high) / 2).isCloseTo(x, within(params.scale(0) * 0.2501f));
        }
    }

    @Test
    void shiftsByAQuarterOfTheScaleThatThePlanChooses() {
        Graph graph = network(100);
        Map<String, Tensor> narrow = TransformAssert.feeds(graph, 1);
        float[] values = narrow.get("x").toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] *= 9;
        }
        Map<String, Tensor> wide =
                Map.of("x", Tensor.ofFloats(values, narrow.get("x").shape().toArray()));
        MiniatureLine line =
                MiniatureLine.of(
                        graph,
                        MiniatureLine.MIN_MAX.withRanges(new RangeMethod.MovingAverage()),
                        List.of(narrow, wide));
        float scale = line.plan().value("x_halves").orElseThrow().params().scale(0);
        float shift = line.converted().constant("x_upper_half_offset").orElseThrow().toFloats()[0];
        assertThat(shift).isCloseTo(scale / 4, org.assertj.core.data.Percentage.withPercentage(1));
    }

    private static org.assertj.core.data.Offset<Float> within(float distance) {
        return org.assertj.core.data.Offset.offset(distance);
    }

    @Test
    void keepsPairsSafeInTheOrderOfBothHalves() {
        Graph graph = network(100);
        QuantParams params = line(graph).plan().value("w_halves").orElseThrow().params();
        float[] weight = graph.constants().get("w").toFloats();
        for (int o = 0; o < 4; o++) {
            float[] row = new float[54];
            for (int k = 0; k < 9; k++) {
                for (int c = 0; c < 6; c++) {
                    row[k * 6 + c] = weight[(o * 3 + c % 3) * 9 + k] / 2;
                }
            }
            assertThat(PairSafeScale.isSafe(row, params.scale(o))).isTrue();
        }
    }

    @Test
    void isCloserThanEightBits() {
        Graph graph = network(100);
        MiniatureLine line = line(graph);
        Map<String, Tensor> feeds = TransformAssert.feeds(graph, 1);
        try (ReferenceRunner before = new ReferenceRunner(graph);
                ReferenceRunner after = new ReferenceRunner(line.converted())) {
            assertThat(MiniatureLine.sqnr(before.run(feeds), after.run(feeds))).isGreaterThan(35);
        }
    }

    @Test
    void leavesAFirstLayerAloneThatIsMuchOfTheWork() {
        MiniatureLine line = line(network(20));
        assertThat(line.plan().value("x_halves")).isEmpty();
        assertThat(line.plan().value("x").orElseThrow().isQuantized()).isTrue();
    }

    @Test
    void theRecipeSwitchesItOff() {
        Graph graph = network(100);
        MiniatureLine line =
                MiniatureLine.of(
                        graph,
                        MiniatureLine.MIN_MAX.withSplitInput(false),
                        List.of(TransformAssert.feeds(graph, 1)));
        assertThat(line.plan().value("x").orElseThrow().isQuantized()).isTrue();
    }
}
