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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.testkit.GraphBuilder;

/** Graphs of products with constant matrices. */
final class Products {

    private Products() {}

    static GraphBuilder twoLayers() {
        return GraphBuilder.onnx(17)
                .input("x", 4, 32)
                .random("w", 32, 16)
                .node("MatMul", "m", "x", "w")
                .random("v", 24, 32)
                .random("b", 24)
                .node("Gemm", "g", "x", "v", "b")
                .with("transB", 1)
                .output("m")
                .output("g");
    }

    static Graph product(long opset) {
        return GraphBuilder.onnx(opset)
                .input("x", 4, 4)
                .random("w", 4, 4)
                .node("MatMul", "y", "x", "w")
                .output("y")
                .build();
    }
}
