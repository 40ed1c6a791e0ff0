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
package io.github.djlquant.onnx;

import static io.github.djlquant.onnx.NetworkForm.conv;
import static io.github.djlquant.onnx.NetworkForm.form;
import static io.github.djlquant.onnx.NetworkForm.input;
import static io.github.djlquant.onnx.NetworkForm.three;

import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions and norms between convolutions. */
class ActivationFormsIT {

    @TempDir Path folder;

    static Stream<NetworkForm> forms() {
        return Stream.of(
                between("hard swish", graph -> graph.node("HardSwish", "f", "a"), 2)
                        .running("QLinearAdd", "QLinearMul"),
                between(
                                "squeeze and excite",
                                graph ->
                                        conv(
                                                        graph.node("Relu", "r", "a")
                                                                .node(
                                                                        "GlobalAveragePool",
                                                                        "m",
                                                                        "r"),
                                                        "s",
                                                        "m",
                                                        16,
                                                        16,
                                                        1,
                                                        1)
                                                .node("HardSigmoid", "g", "s")
                                                .node("Mul", "f", "r", "g"),
                                3)
                        .running("QLinearGlobalAveragePool", "QLinearAdd", "QLinearMul"),
                between("LeakyRelu", graph -> graph.node("LeakyRelu", "f", "a"), 2)
                        .running("QLinearLeakyRelu"),
                between(
                                "x times sigmoid(x)",
                                graph -> graph.node("Sigmoid", "s", "a").node("Mul", "f", "a", "s"),
                                2)
                        .running("QLinearSigmoid", "QLinearMul"),
                between(
                                "PRelu stays float",
                                graph -> graph.random("p", 16, 1, 1).node("PRelu", "f", "a", "p"),
                                2)
                        .running("PRelu"),
                between(
                                "instance norm stays float",
                                graph ->
                                        graph.positive("n.s", 16)
                                                .random("n.b", 16)
                                                .node(
                                                        "InstanceNormalization",
                                                        "f",
                                                        "a",
                                                        "n.s",
                                                        "n.b"),
                                2)
                        .running("InstanceNormalization"),
                between(
                                "group norm as PyTorch exports it stays float",
                                graph ->
                                        graph.longs("groups", 0, 4, -1)
                                                .longs("planes", -1, 16, 8, 8)
                                                .floats("ones", 1, 1, 1, 1)
                                                .floats("zeros", 0, 0, 0, 0)
                                                .random("n.s", 16, 1, 1)
                                                .random("n.b", 16, 1, 1)
                                                .node("Reshape", "g", "a", "groups")
                                                .node(
                                                        "InstanceNormalization",
                                                        "n",
                                                        "g",
                                                        "ones",
                                                        "zeros")
                                                .node("Reshape", "p", "n", "planes")
                                                .node("Mul", "m", "p", "n.s")
                                                .node("Add", "f", "m", "n.b"),
                                2)
                        .running("InstanceNormalization"),
                groupNorm());
    }

    /** The operator itself, which opset 21 has; the runtime computes it by its definition. */
    private static NetworkForm groupNorm() {
        GraphBuilder graph =
                three(GraphBuilder.onnx(21).input("x", -1, 4, 8, 8), "a", "x", 16, 4)
                        .positive("n.s", 16)
                        .random("n.b", 16)
                        .node("GroupNormalization", "f", "a", "n.s", "n.b")
                        .with("num_groups", 4)
                        .node("Relu", "r", "f");
        return form("GroupNormalization stays float", three(graph, "y", "r", 4, 16), 2);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void quantizesAndRunsOnIntegers(NetworkForm form) {
        form.quantizes(folder);
    }

    /** A function between two convolutions: it reads "a" and makes "f". */
    private static NetworkForm between(
            String name, UnaryOperator<GraphBuilder> function, int integerLayers) {
        GraphBuilder graph = three(input(-1, 4, 8, 8), "a", "x", 16, 4);
        return form(name, three(function.apply(graph), "y", "f", 4, 16), integerLayers);
    }
}
