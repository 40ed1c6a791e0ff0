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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.lower.LoweredGraphs.Pair;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each kernel between quantized tensors by its name, run by libtorch, against the same graph on
 * floats: within one step of the result. Tables, dynamic and recurrent layers have tests of their
 * own.
 */
class NamedKernelsTest {

    private static final float STEP = 0.06f;
    private static final int ZERO = 93;

    /** A kernel, the graph that it replaces, and what runs through it. */
    private record Case(String kernel, Graph graph, float tolerance, Tensor... inputs) {

        static Case of(String kernel, QdqGraph qdq, String result, long[]... shapes) {
            return new Case(
                    kernel, qdq.result(result, STEP, ZERO), STEP * 1.001f, inputs(qdq, shapes));
        }

        static Tensor[] inputs(QdqGraph qdq, long[]... shapes) {
            return Stream.of(shapes).map(shape -> qdq.tensor(1, shape)).toArray(Tensor[]::new);
        }

        @Override
        public String toString() {
            return kernel;
        }
    }

    static Stream<Case> kernels() {
        return Stream.of(
                        convolutions(),
                        transposedConvolutions(),
                        linearLayers(),
                        sumsAndProducts(),
                        activations(),
                        rows())
                .flatMap(cases -> cases);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void runsOnIntegers(Case each) {
        assertThat(LoweredGraphs.operators(each.graph()))
                .as("the operators of the file")
                .containsOnlyOnce(each.kernel());
        Pair pair = LoweredGraphs.run(each.graph(), each.inputs());
        assertThat(pair.distance()).isLessThan(each.tolerance());
        assertThat(pair.peak()).as("the largest answer").isGreaterThan(4 * STEP);
    }

    private static Stream<Case> convolutions() {
        return Stream.of(
                convolution("quantized::conv1d", 1, false),
                convolution("quantized::conv1d_relu", 1, true),
                convolution("quantized::conv2d", 2, false),
                convolution("quantized::conv2d_relu", 2, true),
                convolution("quantized::conv3d", 3, false),
                convolution("quantized::conv3d_relu", 3, true));
    }

    private static Case convolution(String kernel, int axes, boolean relu) {
        QdqGraph qdq = new QdqGraph(axes).input("x").weight("w", 0, shape(axes, 8, 4, 3));
        qdq.bias("b", "w", 8);
        qdq.call(
                "aten::conv" + axes + "d",
                "y",
                "x",
                "w",
                "b",
                Collections.nCopies(axes, 2),
                Collections.nCopies(axes, 1),
                Collections.nCopies(axes, 1),
                1);
        return relu(kernel, qdq, relu, shape(axes, 2, 4, 7));
    }

    private static Stream<Case> transposedConvolutions() {
        return Stream.of(
                transposed("quantized::conv_transpose1d", 1),
                transposed("quantized::conv_transpose2d", 2),
                transposed("quantized::conv_transpose3d", 3));
    }

    private static Case transposed(String kernel, int axes) {
        QdqGraph qdq = new QdqGraph(axes + 3).input("x");
        qdq.uniformWeight("w", 0.004f, shape(axes, 4, 6, 3));
        qdq.call(
                "aten::conv_transpose" + axes + "d",
                "y",
                "x",
                "w",
                null,
                Collections.nCopies(axes, 2),
                Collections.nCopies(axes, 1),
                Collections.nCopies(axes, 1),
                1,
                Collections.nCopies(axes, 1));
        return Case.of(kernel, qdq, "y", shape(axes, 2, 4, 5));
    }

    private static Stream<Case> linearLayers() {
        return Stream.of(
                linear("quantized::linear", false),
                linear("quantized::linear_relu", true),
                last("quantized::linear_with_input_q_dq_qweight_dq_output_fp32", false),
                last("quantized::linear_with_input_q_dq_qweight_dq_relu_output_fp32", true));
    }

    private static QdqGraph layer(int seed) {
        QdqGraph qdq = new QdqGraph(seed).input("x").weight("w", 0, 9, 16).bias("b", "w", 9);
        return qdq.call("aten::linear", "y", "x", "w", "b");
    }

    private static Case linear(String kernel, boolean relu) {
        return relu(kernel, layer(7), relu, new long[] {3, 16});
    }

    /** The last layer of a model, whose result nobody rounds. */
    private static Case last(String kernel, boolean relu) {
        QdqGraph qdq = layer(8);
        if (relu) {
            qdq.call("aten::relu", "r", "y");
        }
        return new Case(
                kernel,
                qdq.graph.output(relu ? "r" : "y"),
                1e-4f,
                Case.inputs(qdq, new long[] {3, 16}));
    }

    private static Stream<Case> sumsAndProducts() {
        return Stream.of(
                pointwise("quantized::add", "aten::add", false),
                pointwise("quantized::add_relu", "aten::add", true),
                pointwise("quantized::mul", "aten::mul", false),
                pointwise("quantized::mul_relu", "aten::mul", true));
    }

    private static Case pointwise(String kernel, String op, boolean relu) {
        QdqGraph qdq = new QdqGraph(9).input("a").input("b", 0.02f, 140).call(op, "y", "a", "b");
        return relu(kernel, qdq, relu, new long[] {2, 4, 5}, new long[] {2, 4, 5});
    }

    private static Stream<Case> activations() {
        return Stream.of(
                activation("quantized::sigmoid", "aten::sigmoid"),
                activation("quantized::hardswish", "aten::hardswish"),
                activation("quantized::leaky_relu", "aten::leaky_relu", 0.1),
                activation("quantized::elu", "aten::elu", 0.5, 1, 1));
    }

    private static Case activation(String kernel, String op, Object... settings) {
        QdqGraph qdq = new QdqGraph(10).input("x");
        Object[] arguments = new Object[settings.length + 1];
        arguments[0] = "x";
        System.arraycopy(settings, 0, arguments, 1, settings.length);
        return Case.of(kernel, qdq.call(op, "y", arguments), "y", new long[] {2, 300});
    }

    private static Stream<Case> rows() {
        QdqGraph qdq = new QdqGraph(11).input("a").input("b", 0.1f, 12);
        qdq.call("prim::ListConstruct", "list", "a", "b").call("aten::cat", "y", "list", 1);
        return Stream.of(
                Case.of(
                        "quantized::cat",
                        qdq,
                        "y",
                        new long[] {2, 3, 2, 2},
                        new long[] {2, 5, 2, 2}));
    }

    private static Case relu(String kernel, QdqGraph qdq, boolean relu, long[]... shapes) {
        if (relu) {
            qdq.call("aten::relu", "r", "y");
        }
        return Case.of(kernel, qdq, relu ? "r" : "y", shapes);
    }

    /** Two extents, and the same one along each of the axes behind. */
    private static long[] shape(int axes, long first, long second, long others) {
        List<Long> behind = Collections.nCopies(axes, others);
        return Stream.concat(Stream.of(first, second), behind.stream())
                .mapToLong(Long::longValue)
                .toArray();
    }
}
