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

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.recipe.Fusion;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.fuse.FoldBatchNorm;
import org.junit.jupiter.api.Test;

class FoldBatchNormTest {

    private static TransformAssert fold() {
        return TransformAssert.of(new FoldBatchNorm(), OnnxOpCatalog.catalog());
    }

    @Test
    void foldsIntoConvolution() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 1, 6, 6)
                        .constant("w", Tensor.ofFloats(new float[] {5, 7}, 2, 1, 1, 1))
                        .floats("b", 1, 2)
                        .node("Conv", "c", "x", "w", "b")
                        .batchNorm("y", "c", 2)
                        .with("epsilon", Attribute.of(0f))
                        .floats("y.gamma", 4, 1)
                        .floats("y.beta", 1, 0)
                        .floats("y.mean", 3, -1)
                        .floats("y.var", 4, 1)
                        .output("y")
                        .build();
        // a = 4 / sqrt(4) = 2 and 1: w' = 10, 7; b' = 2 (1 - 3) + 1 = -3, (2 + 1) + 0 = 3.
        fold().on(graph)
                .keepsFunction(1e-5)
                .matches(
                        """
                        graph test(%x: float[2,1,6,6]) -> (%y: float) {
                          %w_folded = float[2,1,1,1] {10.0, 7.0}
                          %b_folded = float[2] {-3.0, 3.0}
                          %y = Conv(%x, %w_folded, %b_folded)
                        }
                        """);
    }

    @Test
    void foldsIntoPaddedConvolution() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3, 6, 6)
                        .random("w", 4, 3, 3, 3)
                        .random("b", 4)
                        .node("Conv", "c", "x", "w", "b")
                        .with("pads", 1, 1, 1, 1)
                        .batchNorm("y", "c", 4)
                        .output("y")
                        .build();
        fold().on(graph).keepsFunction(1e-4);
    }

    @Test
    void givesABiasToALayerWithoutOne() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3, 6, 6)
                        .random("w", 4, 3, 3, 3)
                        .node("Conv", "c", "x", "w")
                        .batchNorm("y", "c", 4)
                        .output("y")
                        .build();
        Graph folded = fold().on(graph).keepsFunction(1e-4).result();
        assertThat(folded.nodes().get(0).inputs()).hasSize(3);
    }

    @Test
    void foldsIntoGroupedAndDepthwiseConvolutions() {
        for (int group : new int[] {2, 4}) {
            Graph graph =
                    GraphBuilder.onnx(17)
                            .input("x", 2, 4, 5, 5)
                            .random("w", 8, 4 / group, 3, 3)
                            .random("b", 8)
                            .node("Conv", "c", "x", "w", "b")
                            .with("group", group)
                            .batchNorm("y", "c", 8)
                            .output("y")
                            .build();
            fold().on(graph).keepsFunction(1e-4);
        }
    }

    @Test
    void foldsIntoTransposedConvolutionsAlsoGrouped() {
        for (int group : new int[] {1, 2, 4}) {
            Graph graph =
                    GraphBuilder.onnx(17)
                            .input("x", 2, 4, 5, 5)
                            .random("w", 4, 3, 3, 2)
                            .random("b", 3L * group)
                            .node("ConvTranspose", "c", "x", "w", "b")
                            .with("group", group)
                            .with("strides", 2, 1)
                            .batchNorm("y", "c", 3 * group)
                            .output("y")
                            .build();
            fold().on(graph).keepsFunction(1e-4);
        }
    }

    @Test
    void foldsIntoLinearLayersOfEitherLayout() {
        for (int transposed : new int[] {0, 1}) {
            long[] sizes = transposed == 1 ? new long[] {5, 3} : new long[] {3, 5};
            Graph graph =
                    GraphBuilder.onnx(17)
                            .input("x", 2, 3)
                            .random("w", sizes)
                            .random("b", 5)
                            .node("Gemm", "c", "x", "w", "b")
                            .with("transB", transposed)
                            .batchNorm("y", "c", 5)
                            .output("y")
                            .build();
            fold().on(graph).keepsFunction(1e-4);
        }
    }

    @Test
    void givesALayerWithTiedWeightsItsOwnCopy() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3, 6, 6)
                        .random("w", 3, 3, 1, 1)
                        .node("Conv", "c", "x", "w")
                        .batchNorm("n", "c", 3)
                        .node("Conv", "y", "n", "w")
                        .output("y")
                        .build();
        Graph folded = fold().on(graph).keepsFunction(1e-4).result();
        assertThat(folded.constants()).containsKeys("w", "w_folded");
        assertThat(folded.constants().get("w")).isSameAs(graph.constants().get("w"));
    }

    @Test
    void leavesAConvolutionAloneWhoseOutputIsReadElsewhere() {
        GraphBuilder graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3, 6, 6)
                        .random("w", 3, 3, 1, 1)
                        .node("Conv", "c", "x", "w")
                        .batchNorm("n", "c", 3);
        fold().on(graph.node("Add", "y", "n", "c").output("y").build())
                .doesNotFire("read elsewhere too");
        fold().on(graph.output("c").build()).doesNotFire("read elsewhere too");
    }

    @Test
    void leavesABatchNormBeforeAPaddedConvolutionAlone() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3, 6, 6)
                        .batchNorm("n", "x", 3)
                        .random("w", 4, 3, 3, 3)
                        .node("Conv", "y", "n", "w")
                        .with("pads", 1, 1, 1, 1)
                        .output("y")
                        .build();
        fold().on(graph).doesNotFire("no layer stands before it");
    }

    @Test
    void leavesTrainingFormsAlone() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3, 6, 6)
                        .random("w", 3, 3, 1, 1)
                        .node("Conv", "c", "x", "w")
                        .batchNorm("y", "c", 3)
                        .with("training_mode", 1)
                        .output("y")
                        .build();
        fold().on(graph).doesNotFire("updates its statistics");
    }

    @Test
    void leavesComputedWeightsAlone() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3, 6, 6)
                        .input("w", 3, 3, 1, 1)
                        .node("Conv", "c", "x", "w")
                        .batchNorm("y", "c", 3)
                        .output("y")
                        .build();
        fold().on(graph).doesNotFire("no float constant");
    }

    @Test
    void leavesStatisticsAloneThatMakeNoFiniteFactor() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3, 6, 6)
                        .random("w", 3, 3, 1, 1)
                        .node("Conv", "c", "x", "w")
                        .batchNorm("y", "c", 3)
                        .constant("y.var", Tensor.ofFloats(new float[] {1, -1, 1}, 3))
                        .output("y")
                        .build();
        fold().on(graph).doesNotFire("no usable constants");
    }

    @Test
    void isSwitchedOffByTheRecipe() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 2, 3, 6, 6)
                        .random("w", 3, 3, 1, 1)
                        .node("Conv", "c", "x", "w")
                        .batchNorm("y", "c", 3)
                        .output("y")
                        .build();
        TransformContext context =
                new TransformContext(
                        OnnxOpCatalog.catalog(),
                        Recipe.staticInt8().withFusion(Fusion.NONE),
                        new Target("any", null, true, "1.21.1"));
        TransformAssert.of(new FoldBatchNorm(), context).on(graph).doesNotFire();
    }
}
