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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions of every form that models have. */
class ConvolutionFormsIT {

    @TempDir Path folder;

    static Stream<NetworkForm> forms() {
        return Stream.of(
                form(
                        "depthwise",
                        conv(
                                conv(
                                                three(input(-1, 3, 8, 8), "a", "x", 8, 3),
                                                "b",
                                                "a",
                                                8,
                                                1,
                                                3,
                                                3)
                                        .with("group", 8)
                                        .with("pads", 1, 1, 1, 1),
                                "y",
                                "b",
                                4,
                                8,
                                1,
                                1),
                        3),
                form(
                        "grouped",
                        three(
                                        three(input(-1, 4, 8, 8), "a", "x", 8, 2).with("group", 2),
                                        "y",
                                        "a",
                                        6,
                                        4)
                                .with("group", 2),
                        2),
                form(
                        "dilated, strided, asymmetric pads",
                        conv(
                                        conv(input(-1, 3, 12, 12), "a", "x", 8, 3, 3, 3)
                                                .with("dilations", 2, 2)
                                                .with("pads", 2, 0, 1, 3),
                                        "y",
                                        "a",
                                        4,
                                        8,
                                        3,
                                        2)
                                .with("strides", 2, 1)
                                .with("pads", 0, 1, 1, 0),
                        2),
                form(
                        "auto_pad",
                        conv(input(-1, 3, 9, 9), "y", "x", 8, 3, 3, 3)
                                .with("auto_pad", Attribute.of("SAME_UPPER"))
                                .with("strides", 2, 2),
                        1),
                form(
                        "one dimension",
                        conv(
                                conv(input(-1, 4, 32), "a", "x", 8, 4, 5)
                                        .with("pads", 2, 2)
                                        .node("Relu", "r", "a"),
                                "y",
                                "r",
                                4,
                                8,
                                3),
                        2),
                form(
                        "three dimensions",
                        conv(
                                conv(input(-1, 2, 6, 6, 6), "a", "x", 4, 2, 3, 3, 3)
                                        .node("Relu", "r", "a"),
                                "y",
                                "r",
                                4,
                                4,
                                1,
                                1,
                                1),
                        2),
                form(
                        "residual with a strided shortcut",
                        three(
                                conv(
                                                three(
                                                                three(
                                                                                input(-1, 3, 8, 8),
                                                                                "a",
                                                                                "x",
                                                                                8,
                                                                                3)
                                                                        .node("Relu", "ra", "a"),
                                                                "b",
                                                                "ra",
                                                                8,
                                                                8)
                                                        .with("strides", 2, 2),
                                                "c",
                                                "ra",
                                                8,
                                                8,
                                                1,
                                                1)
                                        .with("strides", 2, 2)
                                        .node("Add", "s", "b", "c")
                                        .node("Relu", "r", "s"),
                                "y",
                                "r",
                                4,
                                8),
                        4),
                form(
                        "batch norm and clip",
                        three(
                                three(input(-1, 3, 8, 8), "a", "x", 8, 3)
                                        .batchNorm("n", "a", 8)
                                        .constant("low", Tensor.ofFloat(0))
                                        .constant("high", Tensor.ofFloat(6))
                                        .node("Clip", "r", "n", "low", "high"),
                                "y",
                                "r",
                                4,
                                8),
                        2),
                form(
                        "first layer of stride 2, depthwise layer of 24 channels",
                        conv(
                                conv(
                                                conv(input(-1, 3, 8, 8), "a", "x", 24, 3, 3, 3)
                                                        .with("strides", 2, 2)
                                                        .with("pads", 1, 1, 1, 1)
                                                        .node("Relu", "r", "a"),
                                                "b",
                                                "r",
                                                24,
                                                1,
                                                3,
                                                3)
                                        .with("group", 24)
                                        .with("pads", 1, 1, 1, 1),
                                "y",
                                "b",
                                4,
                                24,
                                1,
                                1),
                        3),
                form(
                        "transposed convolution stays float",
                        three(input(-1, 3, 8, 8), "a", "x", 8, 3)
                                .node("Relu", "r", "a")
                                .random("t.w", 8, 4, 2, 2)
                                .node("ConvTranspose", "t", "r", "t.w")
                                .with("strides", 2, 2)
                                .random("y.w", 4, 4, 3, 3)
                                .node("Conv", "y", "t", "y.w"),
                        2,
                        1));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void quantizesAndRunsOnIntegers(NetworkForm form) {
        form.quantizes(folder);
    }
}
