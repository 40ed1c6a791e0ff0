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
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.transform.TransformContext;
import java.nio.ByteBuffer;
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

    /** Of quantization-aware training elsewhere, without data. */
    @Test
    void saysThatAModelHasScalesOfItsOwn() {
        Graph scaled =
                GraphBuilder.onnx(17)
                        .input("x", 1, 2, 4, 4)
                        .constant("s", Tensor.ofFloat(0.1f))
                        .random("w", 3, 2, 1, 1)
                        .node("QuantizeLinear", "q", "x", "s")
                        .node("DequantizeLinear", "d", "q", "s")
                        .node("Conv", "y", "d", "w")
                        .output("y")
                        .build();
        assertThatThrownBy(() -> require(scaled))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("has scales of its own: the recipe static-int8");
    }

    /** Types of values inside need not be told: the weights' is. */
    @Test
    void namesTheTypeOfAModelOfDoubles() {
        Graph doubles =
                GraphBuilder.onnx(17)
                        .constant("c", new Tensor(DataType.DOUBLE, Shape.of(1), bytes(8)))
                        .constant("w", new Tensor(DataType.DOUBLE, Shape.of(1, 1), bytes(8)))
                        .input("unused", 1)
                        .node("Exp", "e", "c")
                        .node("MatMul", "y", "e", "w")
                        .output("y")
                        .build();
        assertThatThrownBy(() -> require(doubles))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("it computes on " + DataType.DOUBLE);
    }

    private static TensorStorage bytes(int count) {
        return TensorStorage.of(ByteBuffer.allocate(count));
    }
}
