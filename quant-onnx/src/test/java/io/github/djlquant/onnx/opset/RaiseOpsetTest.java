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
package io.github.djlquant.onnx.opset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.transform.TransformContext;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine gives the same bits for the old and the raised form. */
class RaiseOpsetTest {

    private static final OnnxBackend BACKEND = new OnnxBackend();

    private static final Tensor X = GraphBuilder.random(new Random(3), 2, 3, 6, 8);

    private static TransformContext context(Recipe recipe) {
        return new TransformContext(BACKEND.catalog(), recipe, BACKEND.target(Target.Name.ANY));
    }

    private static GraphBuilder graph(long opset) {
        return GraphBuilder.onnx(opset).input("x", 2, 3, 6, 8);
    }

    private static Attribute ints(long... values) {
        return new Attribute.IntsAttribute(Arrays.stream(values).boxed().toList());
    }

    static Stream<Graph> oldForms() {
        return Stream.concat(Stream.of(topK()), built());
    }

    private static Stream<Graph> built() {
        return Stream.of(
                        graph(9).node("Slice", "y", "x")
                                .with("starts", ints(1, -5))
                                .with("ends", ints(3, Integer.MAX_VALUE))
                                .with("axes", ints(1, 3)),
                        graph(7).node("Slice", "y", "x")
                                .with("starts", ints(0, 1))
                                .with("ends", ints(1, 2)),
                        graph(8).node("Upsample", "y", "x")
                                .with("scales", new Attribute.FloatsAttribute(scales())),
                        graph(9).floats("s", 1, 1, 2, 3).node("Upsample", "y", "x", "s"),
                        graph(9).floats("s", 1, 1, 2, 3)
                                .node("Upsample", "y", "x", "s")
                                .with("mode", Attribute.of("linear")),
                        graph(7).batchNorm("y", "x", 3).with("spatial", 1),
                        graph(8).node("Dropout", "y", "x"),
                        graph(9).node("Clip", "y", "x").with("min", Attribute.of(-0.5f)),
                        graph(10).node("Clip", "y", "x").with("max", Attribute.of(0.25f)),
                        graph(10)
                                .node("Pad", "y", "x")
                                .with("pads", ints(0, 0, 1, 2, 0, 1, 0, 3))
                                .with("value", Attribute.of(1.5f)),
                        graph(7).node("Pad", "y", "x")
                                .with("pads", ints(0, 0, 1, 2, 0, 0, 2, 3))
                                .with("mode", Attribute.of("reflect")),
                        graph(10).floats("s", 1, 1, 1.5f, 2).node("Resize", "y", "x", "s"),
                        graph(10)
                                .floats("s", 1, 1, 0.7f, 2)
                                .node("Resize", "y", "x", "s")
                                .with("mode", Attribute.of("linear")),
                        graph(9).constant("i", Tensor.ofLongs(new long[] {1, 0}, 1, 1, 1, 2))
                                .random("u", 1, 1, 1, 2)
                                .node("Scatter", "y", "x", "i", "u")
                                .with("axis", 2),
                        branches(9))
                .map(builder -> builder.output("y").build());
    }

    private static Graph topK() {
        Graph graph =
                graph(9).node("TopK", "top", "x")
                        .with("k", 3)
                        .with("axis", 3)
                        .node("Neg", "y", "top")
                        .output("y")
                        .build();
        Node node = graph.node("top").orElseThrow();
        return graph.edit().put(node.withOutputs(List.of("top", "indices"))).build();
    }

    private static List<Float> scales() {
        return List.of(1f, 1f, 2f, 3f);
    }

    /** A Slice in one branch, a Clip in the other, both of the value outside. */
    private static GraphBuilder branches(long opset) {
        Node slice =
                new Node(
                        "slice",
                        OpType.onnx("Slice"),
                        List.of("x"),
                        List.of("sliced"),
                        Map.of("starts", ints(-6), "ends", ints(9), "axes", ints(2)));
        Node clip =
                new Node(
                        "clip",
                        OpType.onnx("Clip"),
                        List.of("x"),
                        List.of("clipped"),
                        Map.of("max", Attribute.of(0.5f)));
        return graph(opset)
                .constant("t", Tensor.ofFloat(1))
                .node("Cast", "cond", "t")
                .with("to", 9)
                .node("If", "y", "cond")
                .with("then_branch", new Attribute.GraphAttribute(body(slice)))
                .with("else_branch", new Attribute.GraphAttribute(body(clip)));
    }

    private static Graph body(Node node) {
        return new Graph(
                "body",
                List.of(),
                List.of(new Value(node.output(), new ValueType.TensorType(DataType.FLOAT, null))),
                List.of(node),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    @ParameterizedTest
    @MethodSource("oldForms")
    void theSameBitsAtOpset11(Graph old) {
        Graph raised = new RaiseOpset().apply(old, context(Recipe.dynamicInt8()));
        assertThat(raised.opsets()).containsEntry(OpType.ONNX, 11L);
        assertThat(run(raised)).isEqualTo(run(old));
    }

    @ParameterizedTest
    @MethodSource("oldForms")
    void theSameBitsAtOpset10(Graph old) {
        Graph raised = new RaiseOpset().apply(old, context(Recipe.staticInt8()));
        assertThat(raised.opsets()).containsEntry(OpType.ONNX, 10L);
        assertThat(run(raised)).isEqualTo(run(old));
    }

    private static List<Float> run(Graph graph) {
        try (GraphRunner runner = BACKEND.open(graph, RunOptions.DEFAULT)) {
            float[] y = runner.run(Map.of("x", X)).get("y").toFloats();
            return java.util.stream.IntStream.range(0, y.length).mapToObj(i -> y[i]).toList();
        }
    }

    static Stream<Graph> withoutNewerForm() {
        return Stream.of(
                        graph(8).batchNorm("y", "x", 3).with("spatial", 0),
                        graph(10).floats("s", 1, 1, 0.5f, 1).node("Resize", "y", "x", "s"),
                        graph(10).input("s", 4).node("Resize", "y", "x", "s"))
                .map(builder -> builder.output("y").build());
    }

    @ParameterizedTest
    @MethodSource("withoutNewerForm")
    void dynamicRecipesLeaveWhatHasNoNewerForm(Graph old) {
        TransformContext context = context(Recipe.dynamicInt8());
        assertThat(new RaiseOpset().apply(old, context)).isSameAs(old);
        assertThat(context.notes()).anyMatch(note -> !note.fired() && note.node().equals("y"));
    }

    @Test
    void staticRecipesRefuseWhatHasNoNewerForm() {
        Graph old = graph(8).batchNorm("y", "x", 3).with("spatial", 0).output("y").build();
        assertThatThrownBy(() -> new RaiseOpset().apply(old, context(Recipe.staticInt8())))
                .isInstanceOf(UnsupportedModelException.class)
                .hasMessageContaining("node y")
                .hasMessageContaining("BatchNormalization of opset 8")
                .hasMessageContaining("spatial");
    }

    @Test
    void newerModelsStayAsTheyAre() {
        Graph graph = graph(13).node("Relu", "y", "x").output("y").build();
        assertThat(new RaiseOpset().apply(graph, context(Recipe.staticInt8()))).isSameAs(graph);
        assertThat(new RaiseOpset().apply(graph, context(Recipe.dynamicInt8()))).isSameAs(graph);
    }
}
