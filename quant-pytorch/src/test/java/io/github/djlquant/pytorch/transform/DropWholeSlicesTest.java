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
package io.github.djlquant.pytorch.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.AtenOpCatalog;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.transform.TransformContext;
import java.util.List;
import org.junit.jupiter.api.Test;

class DropWholeSlicesTest {

    private static Node slice(String output, String input, long start, Argument end, long step) {
        return new Call(
                        new OpType(OpType.ATEN, "slice"),
                        List.of(
                                Argument.of(input),
                                Argument.literal(1),
                                Argument.literal(start),
                                end,
                                Argument.literal(step)))
                .node(output, List.of(output));
    }

    @Test
    void keepsOnlySlicesThatLeaveSomethingOut() {
        Argument all = Argument.literal(Long.MAX_VALUE);
        Graph graph =
                GraphBuilder.aten()
                        .input("x", 1, 8)
                        .node(slice("a", "x", 0, all, 1))
                        .node(slice("b", "a", 0, Argument.NONE, 1))
                        .node(slice("c", "b", 0, all, 2))
                        .node(slice("d", "c", 1, all, 1))
                        .node(slice("e", "d", 0, Argument.literal(2), 1))
                        .node(slice("f", "e", 0, all, 1))
                        .output("f")
                        .build();
        Graph left =
                new DropWholeSlices()
                        .apply(
                                graph,
                                new TransformContext(
                                        AtenOpCatalog.catalog(),
                                        Recipe.staticInt8(),
                                        new Target("any", null, true, "2.7.1")));
        assertThat(left.nodes()).extracting(Node::name).containsExactly("c", "d", "e", "f");
        assertThat(left.node("c").orElseThrow().input(0)).isEqualTo("x");
    }
}
