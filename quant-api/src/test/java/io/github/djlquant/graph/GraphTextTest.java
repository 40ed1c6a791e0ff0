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
package io.github.djlquant.graph;

import static io.github.djlquant.graph.Graphs.graph;
import static io.github.djlquant.graph.Graphs.node;
import static io.github.djlquant.graph.Graphs.withBody;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphTextTest {

    @Test
    void printsOneNodeALine() {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        constants.put("w", Tensor.ofFloats(new float[8], 2, 4));
        constants.put("axes", Tensor.ofLongs(new long[] {0, -1}, 2));
        constants.put("scale", Tensor.ofFloat(0.5f));
        Graph body = graph(List.of(), List.of("t"), Map.of(), node("n", "Relu", List.of("m"), "t"));
        Graph graph =
                graph(
                        List.of("x"),
                        List.of("y"),
                        constants,
                        node("conv", "Conv", List.of("x", "w"), "c")
                                .withAttribute("group", Attribute.of(2))
                                .withAttribute("auto_pad", Attribute.of("SAME\nUPPER"))
                                .withAttribute(
                                        "pads", new Attribute.IntsAttribute(List.of(1L, 1L))),
                        node("clip", "Clip", List.of("c", "", "scale"), "m", ""),
                        withBody(node("if", "If", List.of("axes"), "y"), "then_branch", body));

        assertThat(graph)
                .hasToString(
                        """
                        graph g(%x: float[1,2]) -> (%y: float[1,2]) {
                          %w = float[2,4]
                          %axes = int64[2] {0, -1}
                          %scale = float[] {0.5}
                          %c = Conv<group=2, auto_pad="SAME\\nUPPER", pads=[1,1]>(%x, %w)
                          %m, _ = Clip(%c, _, %scale)
                          %y = If(%axes)
                            then_branch:
                              graph g() -> (%t: float[1,2]) {
                                %t = Relu(%m)
                              }
                        }
                        """);
    }

    @Test
    void printsConstantsOfTypesThatAreNoNumbers() {
        Tensor complex =
                new Tensor(
                        DataType.COMPLEX64,
                        Shape.of(1),
                        TensorStorage.of(java.nio.ByteBuffer.allocate(8)));
        Graph graph = graph(List.of(), List.of("c"), Map.of("c", complex));

        assertThat(graph.toString()).contains("%c = complex64[1]\n");
    }
}
