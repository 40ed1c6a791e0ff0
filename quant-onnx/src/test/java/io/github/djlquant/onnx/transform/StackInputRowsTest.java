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
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.testkit.reference.ReferenceRunner;
import io.github.djlquant.transform.equalize.StackInputRows;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StackInputRowsTest {

    private static GraphBuilder network(int rows, int height, int width) {
        return GraphBuilder.onnx(17)
                .input("x", 2, 3, rows, 9)
                .random("w", 16, 3, height, width)
                .random("b", 16)
                .node("Conv", "y", "x", "w", "b")
                .output("y");
    }

    private static MiniatureLine line(Graph graph) {
        return MiniatureLine.of(
                graph,
                MiniatureLine.MIN_MAX.withSplitInput(false).withBiasCorrection(true),
                List.of(TransformAssert.feeds(graph, 1)));
    }

    private static TransformAssert stack(Graph graph) {
        return TransformAssert.of(new StackInputRows(), line(graph).context()).on(graph);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 3, 1, 1, 1, 1, 2",
        "7, 7, 3, 3, 3, 3, 2",
        "5, 3, 2, 1, 2, 1, 1",
        "5, 5, 1, 2, 3, 0, 2",
        "4, 4, 1, 1, 1, 1, 2",
        "2, 2, 0, 0, 0, 0, 2",
        "3, 3, 0, 0, 1, 1, 2",
        "3, 3, 2, 1, 0, 1, 3",
        "6, 1, 0, 0, 4, 0, 1"
    })
    void keepsTheFunction(
            int height, int width, int top, int left, int bottom, int right, int strideX) {
        Graph graph =
                network(8, height, width)
                        .with("strides", 2, strideX)
                        .with("pads", top, left, bottom, right)
                        .build();
        Graph stacked = stack(graph).keepsFunction(1e-4).result();
        String weight = stacked.node("y").orElseThrow().input(1);
        assertThat(stacked.constant(weight).orElseThrow().shape().size(1)).isEqualTo(6);
    }

    @Test
    void runsOnIntegersWithTheChannelsAligned() {
        Graph graph = network(8, 3, 3).with("strides", 2, 2).with("pads", 1, 1, 1, 1).build();
        MiniatureLine line = line(graph);
        for (String mover :
                List.of(
                        "x_row_pairs/Reshape",
                        "x_rows_apart/Transpose",
                        "x_stacked/Reshape",
                        "x_stacked_aligned/Pad")) {
            assertThat(line.plan().node(mover).orElseThrow().form())
                    .as(mover)
                    .isEqualTo(Form.MOVES_INTEGERS);
        }
        assertThat(line.context().notes())
                .filteredOn(note -> note.transform().equals("CorrectBias") && note.fired())
                .hasSize(1);
        Map<String, Tensor> feeds = TransformAssert.feeds(graph, 1);
        try (ReferenceRunner before = new ReferenceRunner(graph);
                ReferenceRunner after = new ReferenceRunner(line.converted())) {
            assertThat(MiniatureLine.sqnr(before.run(feeds), after.run(feeds))).isGreaterThan(30);
        }
    }

    @Test
    void leavesOtherStridesAlone() {
        stack(network(8, 3, 3).build()).doesNotFire("reads every row");
        stack(network(8, 3, 3).with("strides", 2, 2).with("dilations", 2, 1).build())
                .doesNotFire("rows further apart");
        stack(
                        network(8, 3, 3)
                                .with("strides", 2, 2)
                                .with("auto_pad", Attribute.of("SAME_UPPER"))
                                .build())
                .doesNotFire("rows further apart");
    }

    @Test
    void leavesAnOddOrUnknownNumberOfRowsAlone() {
        stack(network(9, 3, 3).with("strides", 2, 2).build()).doesNotFire("known to be even");
    }

    @Test
    void leavesInnerLayersAlone() {
        Graph graph =
                network(8, 3, 3)
                        .random("v", 16, 16, 1, 1)
                        .node("Conv", "z", "y", "v")
                        .with("strides", 2, 2)
                        .output("z")
                        .build();
        stack(graph).doesNotFire();
    }
}
