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

import io.github.djlquant.RecipeException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.DynamicPlanner;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.recipe.Scope;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.transform.TransformContext;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stays float without data, and why. */
class DynamicPlannerTest {

    private static final Target VNNI = new Target("x86-vnni", null, false, "1.21.1");

    private static void staysFloat(Graph graph, String node, String reason) {
        DynamicLine line = DynamicLine.of(graph);
        assertThat(line.reason(node)).contains(reason);
        assertThat(line.converted()).hasToString(graph.toString());
    }

    @ParameterizedTest
    @CsvSource({"1, 128, 128, false", "1, 256, 256, true", "64, 32, 32, false", "64, 96, 96, true"})
    void leavesProductsAloneWhereQuantizingTakesLongerThanItSaves(
            long rows, long inputs, long outputs, boolean pays) {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, rows, inputs)
                        .random("w", inputs, outputs)
                        .node("MatMul", "y", "x", "w")
                        .output("y")
                        .build();
        DynamicLine line =
                DynamicLine.sized(
                        graph,
                        Recipe.dynamicInt8(),
                        new OnnxBackend().target(Target.Name.X86_VNNI));
        assertThat(line.plan().node("y").orElseThrow().quantized()).isEqualTo(pays);
        assertThat(line.reason("y")).contains(pays ? "pays" : "weights are too few");
    }

    @Test
    void doesNotFireOnConvolutionsAndWarnsThatThereIsABetterWay() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 3, 8, 8)
                        .random("w", 4, 3, 3, 3)
                        .node("Conv", "y", "x", "w")
                        .output("y")
                        .build();
        staysFloat(graph, "y", "makes convolutions slower");
        TransformContext context =
                new TransformContext(
                        OnnxOpCatalog.catalog(), Recipe.dynamicInt8(), MiniatureLine.ANY);
        assertThat(new DynamicPlanner(graph, context).warnings())
                .singleElement()
                .asString()
                .contains("100 % of this model's multiply-accumulates")
                .contains("static-int8");
        assertThat(new DynamicPlanner(Products.twoLayers().build(), context).warnings()).isEmpty();
    }

    @Test
    void doesNotFireOnProductsOfTwoActivations() {
        staysFloat(
                GraphBuilder.onnx(17)
                        .input("x", 2, 4, 4)
                        .node("MatMul", "y", "x", "x")
                        .output("y")
                        .build(),
                "y",
                "computed, not constant");
    }

    @Test
    void doesNotFireOnBatchedWeightsAndScaledProducts() {
        staysFloat(
                GraphBuilder.onnx(17)
                        .input("x", 2, 4, 4)
                        .random("w", 2, 4, 4)
                        .node("MatMul", "y", "x", "w")
                        .output("y")
                        .build(),
                "y",
                "3 dimensions");
        staysFloat(
                GraphBuilder.onnx(17)
                        .input("x", 4, 4)
                        .random("w", 4, 4)
                        .node("Gemm", "y", "x", "w")
                        .with("alpha", Attribute.of(0.5f))
                        .output("y")
                        .build(),
                "y",
                "scales or transposes");
    }

    @Test
    void doesNotFireBelowOpset7() {
        staysFloat(Products.product(6), "y", "needs opset 11, the model has 6");
    }

    @Test
    void doesNotFireOnAWeightThatNoArrayHolds() {
        ByteBuffer zeros = ByteBuffer.allocate(1 << 20);
        Tensor huge =
                new Tensor(
                        DataType.FLOAT,
                        Shape.of(1 << 16, (1 << 15) + 16),
                        TensorStorage.ofSegments(
                                Collections.nCopies((1 << 13) + 4, zeros), 1 << 20));
        Graph layer =
                GraphBuilder.onnx(17)
                        .input("x", 1, 1 << 16)
                        .constant("w", huge)
                        .node("MatMul", "y", "x", "w")
                        .output("y")
                        .build();
        staysFloat(layer, "y", "its weight has more than 1073741824 elements");
        Graph table =
                GraphBuilder.onnx(17)
                        .input("x", 1)
                        .node("Cast", "i", "x")
                        .with("to", 7)
                        .constant("w", huge)
                        .node("Gather", "y", "w", "i")
                        .output("y")
                        .build();
        staysFloat(table, "y", "its table has more than 1073741824 elements");
    }

    @Test
    void doesNotFireOutsideTheScope() {
        Recipe narrow =
                Recipe.dynamicInt8().withScope(new Scope(List.of(), List.of("g"), List.of()));
        DynamicLine line = DynamicLine.of(Products.twoLayers().build(), narrow, VNNI);
        assertThat(line.reason("g")).contains("scope leaves it out");
        assertThat(line.plan().node("m").orElseThrow().quantized()).isTrue();
    }

    @Test
    void refusesWeightsThatTheKernelsDoNotTake() {
        Recipe narrow =
                Recipe.dynamicInt8()
                        .withWeights(
                                new TensorScheme(
                                        QuantType.INT4,
                                        TensorScheme.Symmetry.SYMMETRIC,
                                        TensorScheme.INT8_WEIGHT.granularity()));
        assertThatThrownBy(() -> DynamicLine.of(Products.twoLayers().build(), narrow, VNNI))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("8 bits");
    }
}
