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

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.transform.TransformContext;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PlanChoiceTest {

    private static void require(Graph graph) {
        TransformContext context =
                new TransformContext(
                        OnnxOpCatalog.catalog(),
                        Recipe.dynamicInt8(),
                        new Target("any", null, true, "1.21.1"));
        PlanChoice.of(graph, context)
                .requireSomethingQuantized(context.recipe(), Path.of("model.onnx"));
    }

    /** As onnxruntime's own optimizer writes a file. */
    @Test
    void namesFusedOperatorsThatHoldAllWeights() {
        Graph fused =
                GraphBuilder.onnx(17)
                        .input("x", 2, 8)
                        .random("w", 8, 4)
                        .node(new OpType(OpType.MICROSOFT, "FusedMatMul"), "y", "x", "w")
                        .output("y")
                        .build();
        assertThatThrownBy(() -> require(fused))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContainingAll(
                        "y (com.microsoft::FusedMatMul)", "before a runtime's optimizer");
    }

    @Test
    void saysThatThereAreNoWeights() {
        Graph none = GraphBuilder.onnx(17).input("x", 2).node("Relu", "y", "x").output("y").build();
        assertThatThrownBy(() -> require(none))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("no node that multiplies with weights");
    }
}
