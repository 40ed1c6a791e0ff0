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
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.Planner;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.scheme.TensorScheme.Symmetry;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.round.PairSafeScale;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scales and zero points of weights, and the recipes that ask for others than kernels take. */
class WeightScalesTest {

    private static final Target VNNI = new Target("x86-vnni", null, false, "1.21.1");

    private static TensorScheme scheme(QuantType type, Symmetry symmetry, Granularity granularity) {
        return new TensorScheme(type, symmetry, granularity);
    }

    private static QuantPlan plan(Graph graph) {
        return plan(graph, MiniatureLine.MIN_MAX);
    }

    private static QuantPlan plan(Graph graph, Recipe recipe) {
        return MiniatureLine.of(graph, recipe, List.of(TransformAssert.feeds(graph, 1))).plan();
    }

    private static Graph product(Tensor weight, long... input) {
        return GraphBuilder.onnx(17)
                .input("x", input)
                .constant("w", weight)
                .node("MatMul", "y", "x", "w")
                .output("y")
                .build();
    }

    @Test
    void oneZeroPointServesAllRows() {
        float[] weights = {-1, 1, -0.5f, 0.5f};
        Recipe recipe =
                Recipe.dynamicInt8()
                        .withWeights(
                                scheme(
                                        QuantType.UINT8,
                                        Symmetry.ASYMMETRIC,
                                        Granularity.PER_TENSOR));
        Graph graph = product(Tensor.ofFloats(weights, 2, 2), 1, 2);
        QuantParams params =
                DynamicLine.of(graph, recipe, VNNI).plan().value("w").orElseThrow().params();
        for (float weight : weights) {
            assertThat(params.dequantize(params.quantize(weight, 0), 0))
                    .isCloseTo(weight, org.assertj.core.data.Offset.offset(params.scale(0)));
        }
    }

    @Test
    void aChannelOfZerosDoesNotCoarsenTheOthers() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 1, 2, 2)
                        .constant("w", Tensor.ofFloats(new float[] {1, 0}, 2, 1, 1, 1))
                        .node("Conv", "y", "x", "w")
                        .output("y")
                        .build();
        Recipe recipe =
                MiniatureLine.MIN_MAX.withWeights(
                        TensorScheme.INT8_WEIGHT.withGranularity(Granularity.PER_TENSOR));
        assertThat(plan(graph, recipe).value("w").orElseThrow().params().scale(0))
                .isEqualTo(1 / 127f);
    }

    @Test
    void pairsInAStackOfMatricesRunDownTheColumns() {
        float[] weights = {1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1};
        QuantParams params =
                plan(product(Tensor.ofFloats(weights, 2, 3, 2), 2, 2, 3))
                        .value("w")
                        .orElseThrow()
                        .params();
        assertThat(PairSafeScale.isSafe(new float[] {1, 1, 1}, params.scale(0))).isTrue();
    }

    /** A weight of another tool: two neighbours of 127 at a scale of 1 / 127. */
    private static Graph quantized(int zeroPoint) {
        return GraphBuilder.onnx(17)
                .input("x", 1, 2)
                .constant("q", Tensor.ofInts(DataType.INT8, new int[] {127, 127}, 2, 1))
                .constant("s", Tensor.ofFloat(1 / 127f))
                .constant("z", Tensor.ofInts(DataType.INT8, new int[] {zeroPoint}))
                .node("DequantizeLinear", "w", "q", "s", "z")
                .node("MatMul", "y", "x", "w")
                .output("y")
                .build();
    }

    @Test
    void keptScalesThatSaturateAreWidenedWhereKernelsAddPairs() {
        ValueDecision kept = plan(quantized(0)).value("w").orElseThrow();
        assertThat(PairSafeScale.isSafe(new float[] {1, 1}, kept.params().scale(0))).isTrue();
        assertThat(kept.reason()).contains("kept from the source").contains("1 of 1 widened");
    }

    @Test
    void keptScalesStayWhereKernelsDoNotAddPairs() {
        ValueDecision kept =
                DynamicLine.of(quantized(0), Recipe.dynamicInt8(), VNNI)
                        .plan()
                        .value("w")
                        .orElseThrow();
        assertThat(kept.params().scale(0)).isEqualTo(1 / 127f);
        assertThat(kept.reason()).isEqualTo("kept from the source");
    }

    @Test
    void aKeptZeroPointGoesWhereKernelsAddPairs() {
        ValueDecision made = plan(quantized(5)).value("w").orElseThrow();
        assertThat(made.params().zeroPoint(0)).isZero();
        float weight = 122 / 127f;
        assertThat(PairSafeScale.isSafe(new float[] {weight, weight}, made.params().scale(0)))
                .isTrue();
        assertThat(made.reason()).contains("zero point");
    }

    @ParameterizedTest
    @CsvSource({
        "INT4, SYMMETRIC, type",
        "UINT8, SYMMETRIC, type",
        "INT16, SYMMETRIC, type",
        "INT8, ASYMMETRIC, symmetry"
    })
    void refusesStaticWeightsThatKernelsDoNotTake(QuantType type, Symmetry symmetry, String key) {
        Recipe recipe =
                Recipe.staticInt8()
                        .withWeights(
                                scheme(type, symmetry, TensorScheme.INT8_WEIGHT.granularity()));
        assertRefused(recipe, "weights." + key);
    }

    @Test
    void refusesWeightsInGroups() {
        Recipe recipe =
                Recipe.staticInt8()
                        .withWeights(
                                TensorScheme.INT8_WEIGHT.withGranularity(
                                        new Granularity.PerGroup(0, 32)));
        assertRefused(recipe, "weights.granularity");
    }

    @Test
    void refusesActivationsThatKernelsDoNotTake() {
        TensorScheme activation = TensorScheme.UINT8_ACTIVATION;
        assertRefused(
                Recipe.staticInt8()
                        .withActivations(
                                scheme(
                                        QuantType.UINT16,
                                        activation.symmetry(),
                                        activation.granularity())),
                "activations.type");
        assertRefused(
                Recipe.staticInt8()
                        .withActivations(activation.withGranularity(new Granularity.PerChannel(1))),
                "activations.granularity");
    }

    private static void assertRefused(Recipe recipe, String key) {
        TransformContext context =
                new TransformContext(OnnxOpCatalog.catalog(), recipe, MiniatureLine.ANY);
        Graph graph = product(Tensor.ofFloats(new float[] {1, 2}, 2, 1), 1, 2);
        assertThatThrownBy(() -> new Planner(graph, context))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("recipe static-int8, " + key);
    }

    @Test
    void refusesSignedDynamicWeightsAroundAnotherPointThanZero() {
        Recipe recipe =
                Recipe.dynamicInt8()
                        .withWeights(
                                scheme(
                                        QuantType.INT8,
                                        Symmetry.ASYMMETRIC,
                                        Granularity.PER_TENSOR));
        Graph graph = product(Tensor.ofFloats(new float[] {1, 2}, 2, 1), 1, 2);
        assertThatThrownBy(() -> DynamicLine.of(graph, recipe, MiniatureLine.ANY))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("weights.symmetry");
    }

    @Test
    void aWeightThatIsReadBothWaysServesTheFirstLayer() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 4)
                        .random("w", 4, 4)
                        .node("Gemm", "y", "x", "w")
                        .node("Gemm", "z", "y", "w")
                        .with("transB", 1)
                        .node("Gemm", "t", "z", "w")
                        .output("t")
                        .build();
        QuantPlan plan = plan(graph);
        NodeDecision second = plan.node("z").orElseThrow();
        assertThat(second.quantized()).isFalse();
        assertThat(second.reason()).contains("shares its weight with y");
        assertThat(plan.node("y").orElseThrow().quantized()).isTrue();
        assertThat(plan.node("t").orElseThrow().quantized()).isTrue();
    }
}
