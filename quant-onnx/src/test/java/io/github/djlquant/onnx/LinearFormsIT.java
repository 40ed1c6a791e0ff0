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

import static io.github.djlquant.onnx.NetworkForm.form;
import static io.github.djlquant.onnx.NetworkForm.input;
import static io.github.djlquant.onnx.NetworkForm.three;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Matrix products of every form that models have. */
class LinearFormsIT {

    @TempDir Path folder;

    static Stream<NetworkForm> forms() {
        return Stream.of(
                form(
                        "Gemm without transposition",
                        input(-1, 32)
                                .random("w1", 32, 64)
                                .random("b1", 64)
                                .node("Gemm", "a", "x", "w1", "b1")
                                .node("Relu", "r", "a")
                                .random("w2", 64, 10)
                                .random("b2", 10)
                                .node("Gemm", "y", "r", "w2", "b2"),
                        2),
                form(
                        "Gemm with transB",
                        input(-1, 32)
                                .random("w1", 64, 32)
                                .random("b1", 64)
                                .node("Gemm", "a", "x", "w1", "b1")
                                .with("transB", 1)
                                .node("Relu", "r", "a")
                                .random("w2", 10, 64)
                                .random("b2", 10)
                                .node("Gemm", "y", "r", "w2", "b2")
                                .with("transB", 1),
                        2),
                form(
                        "MatMul head",
                        three(input(-1, 3, 8, 8), "a", "x", 8, 3)
                                .node("Relu", "r", "a")
                                .node("Flatten", "f", "r")
                                .random("w", 512, 10)
                                .node("MatMul", "y", "f", "w"),
                        2),
                form(
                        "MatMul, bias and Relu",
                        input(-1, 24)
                                .random("w1", 24, 32)
                                .random("b1", 32)
                                .node("MatMul", "m", "x", "w1")
                                .node("Add", "a", "m", "b1")
                                .node("Relu", "r", "a")
                                .random("w2", 32, 40)
                                .random("b2", 40)
                                .node("Gemm", "h", "r", "w2", "b2")
                                .node("LeakyRelu", "l", "h")
                                .random("w3", 40, 12)
                                .node("MatMul", "y", "l", "w3"),
                        3));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void quantizesAndRunsOnIntegers(NetworkForm form) {
        form.quantizes(folder);
    }
}
