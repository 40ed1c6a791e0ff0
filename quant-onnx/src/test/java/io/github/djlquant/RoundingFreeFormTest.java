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
package io.github.djlquant;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.testkit.GraphBuilder;
import org.junit.jupiter.api.Test;

class RoundingFreeFormTest {

    private static GraphBuilder scaled() {
        return GraphBuilder.onnx(17)
                .input("x", -1, 2)
                .floats("s", 0.5f)
                .constant("z", Tensor.ofInts(DataType.UINT8, new int[] {128}));
    }

    private static Graph of(Graph graph) {
        Graph free = RoundingFreeForm.of(graph, OnnxOpCatalog.catalog());
        GraphChecker.check(free, "without roundings");
        return free;
    }

    @Test
    void innerValuesAndOutputsKeepTheirFloats() {
        Graph graph =
                scaled().node("QuantizeLinear", "xq", "x", "s", "z")
                        .node("DequantizeLinear", "xd", "xq", "s", "z")
                        .node("Sigmoid", "h", "xd")
                        .node("QuantizeLinear", "hq", "h", "s", "z")
                        .node("DequantizeLinear", "y", "hq", "s", "z")
                        .node("Tanh", "t", "h")
                        .output("y")
                        .output("t")
                        .build();
        assertThat(of(graph))
                .hasToString(
                        """
                        graph test(%x: float[batch,2]) -> (%y: float, %t: float) {
                          %y = Sigmoid(%x)
                          %t = Tanh(%y)
                        }
                        """);
    }

    @Test
    void roundedWeightsStayAsTheyAre() {
        Graph graph =
                scaled().constant("w", Tensor.ofInts(DataType.INT8, new int[] {1, 2, 3, 4}, 2, 2))
                        .floats("v", 1, 2)
                        .node("DequantizeLinear", "wd", "w", "s")
                        .node("MatMul", "h", "x", "wd")
                        .node("QuantizeLinear", "vq", "v", "s", "z")
                        .node("DequantizeLinear", "vd", "vq", "s", "z")
                        .node("Add", "y", "h", "vd")
                        .output("y")
                        .build();
        assertThat(of(graph)).isSameAs(graph);
    }

    @Test
    void anInputThatIsOnlyRoundedStaysRounded() {
        Graph graph =
                scaled().node("QuantizeLinear", "xq", "x", "s", "z")
                        .node("DequantizeLinear", "y", "xq", "s", "z")
                        .output("y")
                        .build();
        assertThat(of(graph)).isSameAs(graph);
    }
}
