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

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.transform.TransformContext;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle is ONNX Runtime, which runs the moves themselves. */
class FoldMovedWeightsTest {

    private static final Tensor WEIGHT =
            Tensor.ofFloats(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 4, 3);

    private static Graph fold(Graph graph, Recipe recipe) {
        return new FoldMovedWeights()
                .apply(
                        graph,
                        new TransformContext(OnnxOpCatalog.catalog(), recipe, MiniatureLine.ANY));
    }

    private static GraphBuilder onnx(long opset) {
        return GraphBuilder.onnx(opset).input("x", 2, 3).constant("w", WEIGHT);
    }

    static Stream<Named<GraphBuilder>> moves() {
        return Stream.of(
                Named.of("transposed", onnx(17).node("Transpose", "m", "w")),
                Named.of(
                        "transposed by name",
                        onnx(17).node("Transpose", "m", "w").with("perm", 1, 0)),
                Named.of(
                        "three axes",
                        onnx(17).longs("three", 2, 2, -1)
                                .node("Reshape", "a", "w", "three")
                                .node("Transpose", "b", "a")
                                .with("perm", 2, 0, 1)
                                .longs("two", 0, 4)
                                .node("Reshape", "m", "b", "two")),
                Named.of(
                        "flattened",
                        onnx(17).longs("three", 3, 2, 2)
                                .node("Reshape", "a", "w", "three")
                                .node("Flatten", "m", "a")),
                Named.of(
                        "sliced by inputs",
                        onnx(17).longs("starts", -3, 0)
                                .longs("ends", 1000, 3)
                                .longs("axes", 0, -1)
                                .longs("steps", 1, 2)
                                .node("Slice", "a", "w", "starts", "ends", "axes", "steps")
                                .longs("order", 0, 1)
                                .node("Identity", "m", "a")),
                Named.of(
                        "sliced by attributes",
                        onnx(9).node("Slice", "m", "w")
                                .with("starts", ints(1))
                                .with("ends", ints(4))
                                .with("axes", ints(0))),
                Named.of(
                        "sliced and joined",
                        onnx(17).longs("zero", 0)
                                .longs("one", 1)
                                .longs("two", 2)
                                .longs("four", 4)
                                .node("Slice", "a", "w", "two", "four", "zero")
                                .node("Slice", "b", "w", "zero", "one", "zero")
                                .node("Concat", "m", "a", "b")
                                .with("axis", 0L)),
                Named.of(
                        "joined along the last axis",
                        onnx(17).longs("zero", 0)
                                .longs("three", 3)
                                .node("Slice", "a", "w", "zero", "three", "zero")
                                .node("Concat", "m", "a", "a")
                                .with("axis", -1L)),
                Named.of(
                        "more and fewer axes",
                        onnx(17).longs("ends", 0, -1)
                                .node("Unsqueeze", "a", "w", "ends")
                                .node("Squeeze", "b", "a")
                                .longs("last", -1)
                                .node("Unsqueeze", "c", "b", "last")
                                .longs("behind", 2)
                                .node("Squeeze", "d", "c", "behind")
                                .node("Transpose", "m", "d")),
                Named.of(
                        "more and fewer axes by attributes",
                        onnx(11).node("Unsqueeze", "a", "w")
                                .with("axes", 0, 3)
                                .node("Squeeze", "b", "a")
                                .with("axes", 0, 3)
                                .node("Transpose", "m", "b")));
    }

    private static Attribute ints(long... values) {
        return new Attribute.IntsAttribute(Arrays.stream(values).boxed().toList());
    }

    @ParameterizedTest
    @MethodSource("moves")
    void leavesWhatTheRuntimeMakesOfTheMoves(GraphBuilder moved) {
        Graph graph = moved.node("MatMul", "y", "x", "m").output("y").build();
        Graph folded = fold(graph, Recipe.dynamicInt8());
        assertThat(folded.nodes()).extracting(Node::name).containsExactly("y");
        assertThat(answers(folded)).containsExactly(answers(graph));
    }

    private static float[] answers(Graph graph) {
        try (GraphRunner runner = new OnnxBackend().open(graph, RunOptions.DEFAULT)) {
            return runner.run(TransformAssert.feeds(graph, 1)).get("y").toFloats();
        }
    }

    @Test
    void layersThatShareAMovedWeightShareTheConstant() {
        Graph graph =
                onnx(17).node("Transpose", "m", "w")
                        .node("MatMul", "a", "x", "m")
                        .node("MatMul", "y", "x", "m")
                        .output("a")
                        .output("y")
                        .build();
        assertThat(fold(graph, Recipe.dynamicInt8()).constants()).containsOnlyKeys("m_moved");
    }

    /** As a model whose scores share the table of its embedding. */
    @Test
    void aTableThatIsReadTransposedStaysForItsOtherReader() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .integers("ids", 2)
                        .random("table", 8, 4)
                        .node("Gather", "e", "table", "ids")
                        .node("Transpose", "m", "table")
                        .node("MatMul", "y", "e", "m")
                        .output("y")
                        .build();
        Graph folded = fold(graph, Recipe.dynamicInt8());
        assertThat(folded.constants()).containsOnlyKeys("table", "m_moved");
        assertThat(DynamicLine.of(graph).plan().node("y").orElseThrow().form())
                .isEqualTo(Form.DYNAMIC);
    }

    @Test
    void leavesAloneWhatIsComputedOrNoWeight() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 3, 4)
                        .constant("w", WEIGHT)
                        .input("v", 4, 3)
                        .node("Transpose", "computed", "v")
                        .node("Sqrt", "changed", "w")
                        .node("Transpose", "m", "w")
                        .node("Add", "sum", "x", "m")
                        .node("Transpose", "across", "sum")
                        .node("MatMul", "y", "across", "computed")
                        .node("MatMul", "z", "x", "changed")
                        .output("y")
                        .output("z")
                        .build();
        assertThat(fold(graph, Recipe.dynamicInt8())).isSameAs(graph);
    }

    @Test
    void aFloatArtifactKeepsThem() {
        TransformContext context =
                new TransformContext(OnnxOpCatalog.catalog(), Recipe.optimize(), MiniatureLine.ANY);
        assertThat(new FoldMovedWeights().requires(context)).isFalse();
    }
}
