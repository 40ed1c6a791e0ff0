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
import io.github.djlquant.graph.Graph;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.Scope;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FloatLayerTest {

    @TempDir private Path folder;

    /** Left to itself the engine quantizes float weights between a dequantize and a quantize. */
    @Test
    void staysFloatInTheEngineBetweenIntegerLayers() {
        GraphBuilder builder = GraphBuilder.onnx(17).input("x", 1, 4, 8, 8);
        String read = "x";
        for (String made : List.of("a", "b", "c")) {
            builder.random(made + ".w", 4, 4, 3, 3)
                    .random(made + ".b", 4)
                    .node("Conv", made, read, made + ".w", made + ".b");
            read = made;
        }
        Graph graph = builder.output("c").build();
        MiniatureLine line =
                MiniatureLine.of(
                        graph,
                        MiniatureLine.MIN_MAX.withScope(
                                new Scope(List.of(), List.of("b"), List.of())),
                        List.of(TransformAssert.feeds(graph, 1)));
        Path file = folder.resolve("mixed.onnx");
        OnnxBackend backend = new OnnxBackend();
        backend.write(line.converted(), MiniatureLine.ANY, file);
        assertThat(backend.explain(file).kernels())
                .filteredOn(kernel -> kernel.op().contains("Conv"))
                .extracting(Execution.Kernel::int8)
                .containsExactlyInAnyOrder(true, false, true);
    }
}
