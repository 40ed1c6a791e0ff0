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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.plan.Macs;
import io.github.djlquant.testkit.GraphBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class AtenExtentsTest {

    /** PyTorch's own documentation: (size - 1) stride - 2 padding + kernel - 1 + more + 1. */
    @Test
    void aTransposedConvolutionSpreadsItsPlane() {
        Graph graph =
                GraphBuilder.aten()
                        .input("x", -1, 4, 5, 6)
                        .random("w", 4, 3, 3, 3)
                        .node(
                                new Call(
                                                new OpType(OpType.ATEN, "conv_transpose2d"),
                                                List.of(
                                                        Argument.of("x"),
                                                        Argument.of("w"),
                                                        Argument.NONE,
                                                        Argument.literal(List.of(2L, 2L)),
                                                        Argument.literal(List.of(1L)),
                                                        Argument.literal(List.of(1L, 0L)),
                                                        Argument.literal(2L)))
                                        .node("y", List.of("y")))
                        .output("y")
                        .build();
        Macs macs = new Macs(graph, AtenOpCatalog.catalog());
        assertThat(macs.extents("y").orElseThrow()).containsExactly(-1, 6, 10, 11);
        assertThat(macs.of(graph.node("y").orElseThrow())).isEqualTo(5 * 6 * 4 * 3 * 9);
    }
}
