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
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.AtenOpCatalog;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.write.AtenGraph;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.TransformContext;
import org.junit.jupiter.api.Test;

class MergeBiasTest {

    private static Graph apply(Graph graph) {
        return new MergeBias()
                .apply(
                        graph,
                        new TransformContext(
                                AtenOpCatalog.catalog(),
                                Recipe.dynamicInt8(),
                                new Target("any", null, true, "2.7.1")));
    }

    private static AtenGraph layer(int columns) {
        return new AtenGraph("layer")
                .input("x")
                .constant("w", Tensor.ofFloats(new float[6], 2, 3))
                .constant("b", Tensor.ofFloats(new float[columns], columns))
                .call("aten::linear", "product", "x", "w", null);
    }

    @Test
    void mergesTheSum() {
        Graph merged = apply(layer(2).call("aten::add", "y", "b", "product").output("y"));

        assertThat(merged.nodes()).hasSize(1);
        Node linear = merged.nodes().get(0);
        assertThat(linear.outputs()).containsExactly("y");
        assertThat(Call.of(linear).argument("bias")).isEqualTo(Argument.of("b"));
    }

    @Test
    void doesNotFireWhereTheConstantIsBroadcastOtherwise() {
        Graph graph = layer(1).call("aten::add", "y", "product", "b").output("y");

        assertThat(apply(graph)).isSameAs(graph);
    }

    @Test
    void doesNotFireWhereTheProductIsReadTwice() {
        Graph graph =
                layer(2).call("aten::add", "y", "product", "b")
                        .call("aten::relu", "z", "product")
                        .output("y", "z");

        assertThat(apply(graph)).isSameAs(graph);
    }

    @Test
    void doesNotFireWhereTheSumIsScaled() {
        Graph graph = layer(2).call("aten::add", "y", "product", "b", 2).output("y");

        assertThat(apply(graph)).isSameAs(graph);
    }
}
