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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.transform.TransformContext;
import org.junit.jupiter.api.Test;

class FoldNormalizationTest {

    private static Graph fold(Graph graph) {
        TransformContext context =
                new TransformContext(
                        OnnxOpCatalog.catalog(), Recipe.staticInt8(), MiniatureLine.ANY);
        return new FoldNormalization().apply(graph, context);
    }

    private static GraphBuilder normalized(float first, float second) {
        return GraphBuilder.onnx(17)
                .pixels("x", 1, 2, 4, 4)
                .constant("mean", Tensor.ofFloats(new float[] {first, second}, 2, 1, 1))
                .floats("two", 2)
                .node("Cast", "f", "x")
                .with("to", 1)
                .node("Sub", "c", "f", "mean")
                .node("Div", "n", "c", "two");
    }

    private static GraphBuilder convolved(GraphBuilder graph) {
        return graph.constant("w", Tensor.ofFloats(new float[] {1, 2}, 1, 2, 1, 1))
                .node("Conv", "y", "n", "w")
                .output("y");
    }

    @Test
    void aMeanPerChannelBecomesAZeroPointAndARest() {
        // (x - 8) / 2 + 2 (x - 12) / 2 = (x - 10) / 2 + (x - 10) + 1 - 2
        assertThat(fold(convolved(normalized(8, 12)).build()).toString())
                .isEqualToNormalizingNewlines(
                        """
                        graph test(%x: uint8[1,2,4,4]) -> (%y: float) {
                          %x_centered_mean = float[] {10.0}
                          %y_weight_folded = float[1,2,1,1] {0.5, 1.0}
                          %y_bias_folded = float[1] {-1.0}
                          %x_float = Cast<to=1>(%x)
                          %x_centered = Sub(%x_float, %x_centered_mean)
                          %y = Conv(%x_centered, %y_weight_folded, %y_bias_folded)
                        }
                        """);
    }

    @Test
    void paddingGetsAChannelWhereMeansDiffer() {
        assertThat(fold(convolved(normalized(8, 12)).with("pads", 0, 0, 1, 1).build()).toString())
                .isEqualToNormalizingNewlines(
                        """
                        graph test(%x: uint8[1,2,4,4]) -> (%y: float) {
                          %x_widened_pads = int64[8]
                          %x_widened_centered_mean = float[] {10.0}
                          %y_weight_folded = float[1,3,1,1] {0.5, 1.0, 0.1}
                          %y_bias_folded = float[1] {0.0}
                          %x_widened = Pad(%x, %x_widened_pads)
                          %x_widened_float = Cast<to=1>(%x_widened)
                          %x_widened_centered = Sub(%x_widened_float, %x_widened_centered_mean)
                          %y = Conv<pads=[0,0,1,1]>(%x_widened_centered, %y_weight_folded, %y_bias_folded)
                        }
                        """);
    }

    @Test
    void leavesFloatsAndWhatOthersRead() {
        Graph read = convolved(normalized(8, 8)).output("n").build();
        assertThat(fold(read)).isSameAs(read);
    }
}
