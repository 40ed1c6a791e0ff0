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
package io.github.djlquant.pytorch.lower;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.lower.LoweredGraphs.Pair;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Every kernel with weights against the same graph on floats: within one step of the result. */
class LowerLayersTest {

    private static final float STEP = 0.11f;
    private static final int ZERO = 120;

    @Property(tries = 30)
    void convolutionsOfAllRanksAndWindows(
            @ForAll @IntRange(min = 1, max = 3) int axes,
            @ForAll @IntRange(min = 1, max = 3) int size,
            @ForAll @IntRange(min = 1, max = 2) int stride,
            @ForAll @IntRange(min = 0, max = 2) int padding,
            @ForAll @IntRange(min = 1, max = 2) int dilation,
            @ForAll @IntRange(min = 1, max = 2) int groups,
            @ForAll boolean relu,
            @ForAll boolean bias) {
        long[] weight = new long[axes + 2];
        long[] input = new long[axes + 2];
        Arrays.fill(weight, size);
        Arrays.fill(input, 7);
        weight[0] = 6;
        weight[1] = 4;
        input[0] = 2;
        input[1] = 4L * groups;
        QdqGraph qdq = new QdqGraph(axes * 31L + size).input("x").weight("w", 0, weight);
        if (bias) {
            qdq.bias("b", "w", 6);
        }
        qdq.call(
                "aten::conv" + axes + "d",
                "y",
                "x",
                "w",
                bias ? "b" : null,
                Collections.nCopies(axes, stride),
                Collections.nCopies(axes, padding),
                Collections.nCopies(axes, dilation),
                groups);
        if (relu) {
            qdq.call("aten::relu", "r", "y");
        }
        Graph graph = qdq.result(relu ? "r" : "y", STEP, ZERO);

        assertThat(LoweredGraphs.operators(graph))
                .contains("quantized::conv" + axes + "d" + (relu ? "_relu" : ""))
                .doesNotContain("aten::relu");
        assertWithinOneStep(LoweredGraphs.run(graph, qdq.tensor(1, input)));
    }

    @Example
    void aTracedConvolutionAndStringPaddings() {
        QdqGraph traced = new QdqGraph(1).input("x").weight("w", 0, 8, 4, 3, 3);
        traced.call(
                "aten::_convolution",
                "y",
                "x",
                "w",
                null,
                List.of(1, 1),
                List.of(1, 1),
                List.of(1, 1),
                false,
                List.of(0, 0),
                1,
                false,
                false,
                true,
                true);
        Graph graph = traced.result("y", STEP, ZERO);
        assertThat(LoweredGraphs.operators(graph)).contains("quantized::conv2d");
        assertWithinOneStep(LoweredGraphs.run(graph, traced.tensor(1, 1, 4, 6, 6)));

        QdqGraph same = new QdqGraph(2).input("x").weight("w", 0, 8, 4, 3, 3);
        same.call(
                "aten::conv2d",
                "y",
                "x",
                "w",
                null,
                List.of(1, 1),
                Argument.literal("same"),
                List.of(2, 2),
                1);
        Graph padded = same.result("y", STEP, ZERO);
        assertThat(LoweredGraphs.operators(padded)).contains("quantized::conv2d");
        assertWithinOneStep(LoweredGraphs.run(padded, same.tensor(1, 1, 4, 6, 6)));
    }

    /** Kernels of transposed convolutions take one scale; with more the layer stays float. */
    @Property(tries = 12)
    void transposedConvolutions(
            @ForAll @IntRange(min = 1, max = 2) int axes,
            @ForAll @IntRange(min = 1, max = 2) int stride,
            @ForAll boolean perChannel) {
        long[] weight = axes == 1 ? new long[] {4, 6, 3} : new long[] {4, 6, 3, 3};
        QdqGraph qdq = new QdqGraph(3).input("x");
        if (perChannel) {
            qdq.weight("w", 1, weight);
        } else {
            qdq.uniformWeight("w", 0.01f, weight);
        }
        qdq.call(
                "aten::conv_transpose" + axes + "d",
                "y",
                "x",
                "w",
                null,
                Collections.nCopies(axes, stride),
                Collections.nCopies(axes, 1),
                Collections.nCopies(axes, stride - 1),
                1,
                Collections.nCopies(axes, 1));
        Graph graph = qdq.result("y", STEP, ZERO);
        String kernel = "quantized::conv_transpose" + axes + "d";
        if (perChannel) {
            assertThat(LoweredGraphs.operators(graph)).doesNotContain(kernel);
        } else {
            assertThat(LoweredGraphs.operators(graph)).contains(kernel);
        }
        Tensor input = axes == 1 ? qdq.tensor(1, 2, 4, 5) : qdq.tensor(1, 2, 4, 5, 5);
        assertWithinOneStep(LoweredGraphs.run(graph, input));
    }

    @Property(tries = 20)
    void linearLayers(
            @ForAll @IntRange(min = 1, max = 40) int in,
            @ForAll @IntRange(min = 1, max = 20) int out,
            @ForAll @IntRange(min = 1, max = 5) int rows,
            @ForAll boolean bias,
            @ForAll boolean relu) {
        QdqGraph qdq = new QdqGraph(in * 100L + out).input("x").weight("w", 0, out, in);
        if (bias) {
            qdq.bias("b", "w", out);
        }
        qdq.call("aten::linear", "y", "x", "w", bias ? "b" : null);
        if (relu) {
            qdq.call("aten::relu", "r", "y");
        }
        Graph graph = qdq.result(relu ? "r" : "y", STEP, ZERO);

        assertThat(LoweredGraphs.operators(graph))
                .contains(relu ? "quantized::linear_relu" : "quantized::linear");
        assertWithinOneStep(LoweredGraphs.run(graph, qdq.tensor(1, 2, rows, in)));
    }

    @Example
    void productsWithAMatrixAreLinearLayers() {
        QdqGraph matmul = new QdqGraph(5).input("x").weight("w", 1, 12, 7);
        Graph product = matmul.call("aten::matmul", "y", "x", "w").result("y", STEP, ZERO);
        assertThat(LoweredGraphs.operators(product)).contains("quantized::linear");
        assertWithinOneStep(LoweredGraphs.run(product, matmul.tensor(1, 2, 3, 12)));

        QdqGraph addmm = new QdqGraph(6).input("x").weight("w", 1, 12, 7).bias("b", "w", 7);
        Graph sum = addmm.call("aten::addmm", "y", "b", "x", "w").result("y", STEP, ZERO);
        assertThat(LoweredGraphs.operators(sum)).contains("quantized::linear");
        assertWithinOneStep(LoweredGraphs.run(sum, addmm.tensor(1, 3, 12)));

        QdqGraph scaled = new QdqGraph(6).input("x").weight("w", 1, 12, 7).bias("b", "w", 7);
        scaled.node(
                new Call(
                                new OpType("aten", "addmm"),
                                List.of(Argument.of("b"), Argument.of("x"), Argument.of("w")),
                                Map.of("alpha", Argument.literal(2L)))
                        .node("scaled", List.of("y")));
        assertThat(LoweredGraphs.operators(scaled.result("y", STEP, ZERO)))
                .doesNotContain("quantized::linear");
    }

    /** The logits lose nothing. */
    @Example
    void aLastLayerYieldsFloats() {
        QdqGraph qdq = new QdqGraph(7).input("x").weight("w", 0, 9, 16).bias("b", "w", 9);
        Graph graph = qdq.call("aten::linear", "y", "x", "w", "b").graph.output("y");

        assertThat(LoweredGraphs.operators(graph))
                .contains("quantized::linear_with_input_q_dq_qweight_dq_output_fp32")
                .doesNotContain("aten::quantize_per_tensor", "aten::dequantize");
        Pair pair = LoweredGraphs.run(graph, qdq.tensor(1, 4, 16));
        assertThat(pair.distance()).isLessThan(1e-5f * pair.peak());
    }

    /** The floats that the last layer would quantize are never made. */
    @Example
    void aLastLayerBehindAnotherYieldsFloats() {
        QdqGraph qdq = new QdqGraph(8).input("x").weight("v", 0, 12, 16).weight("w", 0, 9, 12);
        qdq.call("aten::linear", "h", "x", "v", null).call("aten::relu", "r", "h");
        qdq.quantize("r", "r_q", STEP, 0).dequantize("r_q", "r_d", STEP, 0);
        Graph graph = qdq.call("aten::linear", "y", "r_d", "w", null).graph.output("y");

        assertThat(LoweredGraphs.operators(graph))
                .contains(
                        "quantized::linear_relu",
                        "quantized::linear_with_input_q_dq_qweight_dq_output_fp32");
        Pair pair = LoweredGraphs.run(graph, qdq.tensor(1, 4, 16));
        assertThat(pair.distance()).isLessThan(0.02f * pair.peak());
    }

    @Property(tries = 12)
    void dynamicLinearLayers(
            @ForAll boolean bias, @ForAll boolean relu, @ForAll boolean transposed) {
        QdqGraph qdq = new QdqGraph(17);
        qdq.graph.input("x");
        qdq.graph.onnx("DynamicQuantizeLinear", "x_q,x_s,x_z", "x");
        qdq.graph.onnx("DequantizeLinear", "x_d", "x_q", "x_s", "x_z");
        if (transposed) {
            qdq.weight("w", 1, 24, 10).call("aten::matmul", "y", "x_d", "w");
        } else {
            qdq.weight("w", 0, 10, 24);
            qdq.graph.constant("b", qdq.tensor(1, 10));
            qdq.call("aten::linear", "y", "x_d", "w", bias ? "b" : null);
        }
        if (relu) {
            qdq.call("aten::relu", "r", "y");
        }
        Graph graph = qdq.graph.output(relu ? "r" : "y");

        assertThat(LoweredGraphs.operators(graph))
                .containsExactly(
                        relu ? "quantized::linear_relu_dynamic" : "quantized::linear_dynamic");
        // As libtorch's own: 8 bits over the whole range of the input.
        Tensor x = qdq.tensor(1, 3, 24);
        float[] weight = qdq.graph.output().constant("w_q").orElseThrow().toFloats();
        float[] scales = qdq.graph.output().constant("w_scale").orElseThrow().toFloats();
        float[] b = qdq.graph.output().constant("b").map(Tensor::toFloats).orElse(new float[10]);
        float[] y = LoweredGraphs.kernels(graph, x);
        for (int row = 0; row < 3; row++) {
            for (int j = 0; j < 10; j++) {
                double exact = bias && !transposed ? b[j] : 0;
                double most = 0;
                for (int i = 0; i < 24; i++) {
                    double w =
                            transposed
                                    ? weight[i * 10 + j] * scales[j]
                                    : weight[j * 24 + i] * scales[j];
                    exact += x.toFloats()[row * 24 + i] * w;
                    most += Math.abs(w);
                }
                exact = relu ? Math.max(0, exact) : exact;
                // Half a step of an input that spans at most 8.
                assertThat((double) y[row * 10 + j]).isCloseTo(exact, within(most * 8 / 255 / 2));
            }
        }
    }

    @Property(tries = 8)
    void tablesOfIntegers(@ForAll boolean signed, @ForAll @IntRange(min = 1, max = 3) int rank) {
        QdqGraph qdq = new QdqGraph(18);
        DataType type = signed ? DataType.INT8 : DataType.UINT8;
        qdq.graph.input("ids");
        qdq.graph.constant(
                "t_q",
                LoweredGraphs.integers(
                        new Random(4), type, signed ? -127 : 0, signed ? 127 : 255, 30, 16));
        float[] scales = new float[30];
        int[] zeros = new int[30];
        for (int i = 0; i < 30; i++) {
            scales[i] = 0.001f * (i + 1);
            zeros[i] = signed ? 0 : i;
        }
        qdq.graph.constant("t_s", Tensor.ofFloats(scales, 30));
        qdq.graph.constant("t_z", Tensor.ofInts(type, zeros, 30));
        qdq.graph.onnx("DequantizeLinear", 0, "t", "t_q", "t_s", "t_z");
        Graph graph =
                qdq.call("aten::embedding", "y", "t", "ids", -1, false, false).graph.output("y");

        assertThat(LoweredGraphs.operators(graph)).contains("quantized::embedding_byte");
        long[] shape =
                rank == 1 ? new long[] {4} : rank == 2 ? new long[] {2, 2} : new long[] {2, 1, 2};
        Pair pair = LoweredGraphs.run(graph, Tensor.ofLongs(new long[] {0, 29, 7, 7}, shape));
        assertThat(pair.distance()).isLessThan(1e-5f);
    }

    private static void assertWithinOneStep(Pair pair) {
        assertThat(pair.distance()).isLessThan(STEP * 1.001f);
    }
}
