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

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** The smallest model worth quantizing, {@code y = x w}, and four batches of data for it. */
final class OneProduct {

    private static final int SIZE = 32;

    private OneProduct() {}

    static Path write(Path file) {
        OnnxBackend backend = new OnnxBackend();
        backend.write(
                GraphBuilder.onnx(17)
                        .input("x", -1, SIZE)
                        .random("w", SIZE, SIZE)
                        .node("MatMul", "y", "x", "w")
                        .output("y")
                        .build(),
                backend.target(Target.Name.ANY),
                file);
        return file;
    }

    static List<Map<String, Tensor>> rows() {
        Random random = new Random(3);
        return IntStream.range(0, 4)
                .mapToObj(i -> Map.of("x", GraphBuilder.random(random, 16, SIZE)))
                .toList();
    }
}
