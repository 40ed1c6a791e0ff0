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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.transform.TransformContext;
import org.junit.jupiter.api.Test;

class FoldConstantsTest {

    private static Graph fold(Graph graph) {
        TransformContext context =
                new TransformContext(
                        OnnxOpCatalog.catalog(), Recipe.staticInt8(), MiniatureLine.ANY);
        return new FoldConstants().apply(graph, context);
    }

    @Test
    void readsThroughIdentityAndCast() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1, 2)
                        .floats("scale", 0.5f)
                        .constant("zero", Tensor.ofInts(DataType.INT32, new int[] {3}, 1))
                        .node("Identity", "scale2", "scale")
                        .node("Identity", "scale3", "scale2")
                        .node("Cast", "zero2", "zero")
                        .with("to", 2)
                        .node("QuantizeLinear", "q", "x", "scale3", "zero2")
                        .node("DequantizeLinear", "y", "q", "scale", "zero2")
                        .output("y")
                        .build();
        assertThat(fold(graph).toString())
                .isEqualToNormalizingNewlines(
                        """
                        graph test(%x: float[1,2]) -> (%y: float) {
                          %scale = float[1] {0.5}
                          %zero2 = uint8[1] {3}
                          %q = QuantizeLinear(%x, %scale, %zero2)
                          %y = DequantizeLinear(%q, %scale, %zero2)
                        }
                        """);
    }

    @Test
    void aWeightSharedThroughIdentityIsAConstantWeight() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 4, 64)
                        .random("w", 64, 64)
                        .node("Identity", "w2", "w")
                        .node("MatMul", "m", "x", "w")
                        .node("MatMul", "y", "m", "w2")
                        .output("y")
                        .build();
        assertThat(DynamicLine.of(graph).plan().nodes())
                .allSatisfy(node -> assertThat(node.quantized()).isTrue());
    }

    @Test
    void leavesWhatCallersAndOtherTypesNeed() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 1)
                        .floats("a", 1)
                        .node("Identity", "y", "a")
                        .constant("big", Tensor.ofInts(DataType.INT32, new int[] {300}, 1))
                        .node("Cast", "wraps", "big")
                        .with("to", 2)
                        .node("Cast", "real", "wraps")
                        .with("to", 1)
                        .node("Add", "z", "x", "real")
                        .output("y")
                        .output("z")
                        .build();
        assertThat(fold(graph)).isSameAs(graph);
    }
}
