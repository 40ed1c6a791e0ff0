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

import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InsertDynamicQuantizationTest {

    private static final Target VNNI = new Target("x86-vnni", null, false, "1.21.1");

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    private double sqnr(Graph before, Graph after) {
        Map<String, Tensor> feeds = TransformAssert.feeds(before, 1);
        try (GraphRunner a = backend.open(before, RunOptions.DEFAULT);
                GraphRunner b = backend.open(after, RunOptions.DEFAULT)) {
            return MiniatureLine.sqnr(a.run(feeds), b.run(feeds));
        }
    }

    @Test
    void multipliesOnIntegers() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 2)
                        .constant("w", Tensor.ofFloats(new float[] {1.27f, 0, -0.5f, 2.54f}, 2, 2))
                        .floats("b", 1, 2)
                        .node("Gemm", "y", "x", "w", "b")
                        .output("y")
                        .build();
        // 1.27 / 127 and 2.54 / 127 are the scales of the columns.
        assertThat(DynamicLine.of(graph, Recipe.dynamicInt8(), VNNI).converted().toString())
                .isEqualToNormalizingNewlines(
                        """
                        graph test(%x: float[1,2]) -> (%y: float) {
                          %b = float[2] {1.0, 2.0}
                          %w_quantized = int8[2,2] {127, 0, -50, 127}
                          %w_scale = float[2] {0.01, 0.02}
                          %x_quantized, %x_scale, %x_zero_point = DynamicQuantizeLinear(%x)
                          %y_integers = MatMulInteger(%x_quantized, %w_quantized, %x_zero_point)
                          %y_scale = Mul(%x_scale, %w_scale)
                          %y_cast = Cast<to=1>(%y_integers)
                          %y_product = Mul(%y_cast, %y_scale)
                          %y = Add(%y_product, %b)
                        }
                        """);
    }

    /** One scale would leave the other columns no step; each has its own, and it is reported. */
    @Test
    void reportsAnAbsurdChannel() {
        float[] weights = new float[32 * 16];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (i % 16 == 5 ? 250f : 1f) * ((i * 7 % 31) - 15) / 15;
        }
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 4, 32)
                        .constant("w", Tensor.ofFloats(weights, 32, 16))
                        .node("MatMul", "y", "x", "w")
                        .output("y")
                        .build();
        DynamicLine line = DynamicLine.of(graph);
        assertThat(line.plan().value("w").orElseThrow().reason())
                .contains("channel 5 reaches 250, 250 times the median channel");
        assertThat(line.plan().warnings())
                .containsExactly("weight %w: channel 5 reaches 250, 250 times the median channel");
        assertThat(sqnr(graph, line.converted())).isGreaterThan(35);
        assertThat(DynamicLine.of(Products.twoLayers().build()).plan().warnings()).isEmpty();
        assertThat(
                        DynamicLine.of(Products.twoLayers().build())
                                .plan()
                                .value("w")
                                .orElseThrow()
                                .reason())
                .doesNotContain("median");
    }

    @Test
    void quantizesAnInputOnceForAllItsReaders() {
        Graph graph = Products.twoLayers().build();
        DynamicLine line = DynamicLine.of(graph);
        assertThat(line.converted().nodes())
                .filteredOn(n -> n.op().isOnnx("DynamicQuantizeLinear"))
                .hasSize(1);
        assertThat(sqnr(graph, line.converted())).isGreaterThan(35);
    }

    @Test
    void multipliesByATransposedMatrixThatIsNotSquare() {
        Graph graph = Products.twoLayers().build();
        Graph converted = DynamicLine.of(graph).converted();
        assertThat(converted.constant("v_quantized").orElseThrow().shape()).hasToString("[32,24]");
        assertThat(converted.constants()).doesNotContainKeys("v", "w");
    }

    @Test
    void takesWeightsWithZeroPoints() {
        Graph graph = Products.twoLayers().build();
        Recipe asymmetric =
                Recipe.dynamicInt8()
                        .withWeights(
                                new TensorScheme(
                                        QuantType.UINT8,
                                        TensorScheme.Symmetry.ASYMMETRIC,
                                        TensorScheme.INT8_WEIGHT.granularity()));
        Graph converted = DynamicLine.of(graph, asymmetric, VNNI).converted();
        assertThat(sqnr(graph, converted)).isGreaterThan(35);
    }

    @Test
    void keepsPairsOfWeightsBelowSaturationOnlyWhereTheTargetNeedsIt() {
        float[] weights = new float[64];
        java.util.Arrays.fill(weights, 1);
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 64)
                        .constant("w", Tensor.ofFloats(weights, 64, 1))
                        .node("MatMul", "y", "x", "w")
                        .output("y")
                        .build();
        int any = DynamicLine.of(graph).converted().constant("w_quantized").get().toInts()[0];
        int vnni =
                DynamicLine.of(graph, Recipe.dynamicInt8(), VNNI)
                        .converted()
                        .constant("w_quantized")
                        .get()
                        .toInts()[0];
        assertThat(any).isLessThanOrEqualTo(64);
        assertThat(vnni).isEqualTo(127);
    }

    @Test
    void theRuntimeMergesWhatIsInserted() {
        Path file = folder.resolve("dynamic.onnx");
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 4, 32)
                        .random("w", 32, 32)
                        .random("b", 32)
                        .node("Gemm", "y", "x", "w", "b")
                        .random("v", 32, 32)
                        .node("MatMul", "z", "y", "v")
                        .random("u", 32, 32)
                        .random("a", 32)
                        .node("Gemm", "t", "y", "u", "a")
                        .output("z")
                        .output("t")
                        .build();
        backend.write(DynamicLine.of(graph).converted(), VNNI, file);
        assertThat(backend.explain(file).kernels())
                .extracting(Execution.Kernel::op)
                .containsExactlyInAnyOrder(
                        "DynamicQuantizeMatMul",
                        "DynamicQuantizeLinear",
                        "MatMulIntegerToFloat",
                        "MatMulIntegerToFloat");
    }

    @Test
    void putsTheProductFirstIntoASumWithAConstant() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 4, 8)
                        .random("w", 8, 8)
                        .random("b", 8)
                        .node("MatMul", "m", "x", "w")
                        .node("Add", "y", "b", "m")
                        .node("Add", "z", "x", "m")
                        .output("y")
                        .output("z")
                        .build();
        Graph converted = DynamicLine.of(graph).converted();
        assertThat(converted.node("y").orElseThrow().inputs()).containsExactly("m", "b");
        assertThat(converted.node("z").orElseThrow().inputs()).containsExactly("x", "m");
        assertThat(sqnr(graph, converted)).isGreaterThan(30);
    }

    @Test
    void firesFromOpset7On() {
        Graph graph = Products.product(7);
        Graph converted = DynamicLine.of(graph).converted();
        assertThat(converted.toString()).contains("MatMulInteger");
        assertThat(sqnr(graph, converted)).isGreaterThan(35);
    }

    @Test
    void doesNotFireOnAWeightThatAnotherLayerReadsTransposed() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 4, 8)
                        .random("w", 8, 8)
                        .node("MatMul", "m", "x", "w")
                        .node("Gemm", "g", "m", "w")
                        .with("transB", 1)
                        .output("g")
                        .build();
        DynamicLine line = DynamicLine.of(graph);
        assertThat(line.reason("g")).contains("reads it transposed");
        assertThat(line.converted().nodes())
                .extracting(Node::op)
                .filteredOn(op -> op.isOnnx("Gemm") || op.isOnnx("MatMulInteger"))
                .hasSize(2);
        assertThat(sqnr(graph, line.converted())).isGreaterThan(30);
    }
}
