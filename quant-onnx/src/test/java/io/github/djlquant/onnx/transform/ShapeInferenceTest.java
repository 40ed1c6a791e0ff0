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
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.onnx.shape.Extent;
import io.github.djlquant.onnx.shape.ShapeInference;
import io.github.djlquant.testkit.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeInferenceTest {

    private static ShapeInference infer(Graph graph) {
        return new ShapeInference(graph, OnnxOpCatalog.catalog());
    }

    private static String shape(Graph graph, String value) {
        return infer(graph).extents(value).map(Object::toString).orElse("unknown");
    }

    private static GraphBuilder open() {
        return GraphBuilder.onnx(17).input("x", -1, 6, 8);
    }

    @ParameterizedTest
    @CsvSource({"11,COMPUTED", "13,CONSTANT", "17,COMPUTED", "17,CONSTANT"})
    void knowsEverySequenceOfATransformer(long opset, TransformerLayer.Heads heads) {
        Graph graph = TransformerLayer.of(opset, heads);
        for (String value : List.of("q.dense", "attention", "sum1", "n1", "outer", "sum2", "y")) {
            assertThat(shape(graph, value)).as(value).isEqualTo("[batch, length, 8]");
        }
        assertThat(shape(graph, "q")).isEqualTo("[batch, 2, length, 4]");
        assertThat(shape(graph, "scores")).isEqualTo("[batch, 2, length, length]");
        assertThat(shape(graph, "masked")).isEqualTo("[batch, 2, length, length]");
        assertThat(shape(graph, "bias")).isEqualTo("[batch, 1, 1, length]");
        assertThat(shape(graph, "inner")).isEqualTo("[batch, length, 16]");
    }

    /**
     * The engine is the oracle: symbols are put in, and every told extent must be what it makes.
     */
    @ParameterizedTest
    @CsvSource({"11,COMPUTED", "13,CONSTANT", "17,COMPUTED", "17,CONSTANT"})
    void agreesWithTheEngine(long opset, TransformerLayer.Heads heads) {
        Graph graph = TransformerLayer.of(opset, heads);
        ShapeInference shapes = infer(graph);
        List<Value> values = new ArrayList<>();
        for (Node node : graph.nodes()) {
            shapes.type(node.output())
                    .filter(type -> !graph.isOutput(node.output()))
                    .ifPresent(
                            type ->
                                    values.add(
                                            new Value(
                                                    node.output(),
                                                    new ValueType.TensorType(
                                                            type.dataType(), null))));
        }
        assertThat(values).hasSizeGreaterThan(35);
        Graph exposed =
                graph.edit()
                        .outputs(
                                outputs -> {
                                    List<Value> all = new ArrayList<>(outputs);
                                    all.addAll(values);
                                    return all;
                                })
                        .build();
        try (GraphRunner runner = new OnnxBackend().open(exposed, new RunOptions(1, false))) {
            for (int[] sizes : new int[][] {{1, 1}, {1, 5}, {3, 4}}) {
                Map<String, Long> symbols =
                        Map.of("batch", (long) sizes[0], "length", (long) sizes[1]);
                runner.run(TransformerLayer.feeds(sizes[0], sizes[1]))
                        .forEach(
                                (value, tensor) ->
                                        assertThat(put(shapes.type(value).orElseThrow(), symbols))
                                                .as(value)
                                                .isEqualTo(tensor.shape()));
            }
        }
    }

    private static Shape put(ValueType.TensorType type, Map<String, Long> symbols) {
        return new Shape(
                type.shape().dimensions().stream()
                        .map(
                                d ->
                                        d instanceof Dimension.Symbolic s
                                                ? new Dimension.Fixed(symbols.get(s.name()))
                                                : d)
                        .toList());
    }

    @Test
    void positionsCutFromATableBroadcastToTheLength() {
        Graph graph =
                open().constant("table", Tensor.ofLongs(new long[512], 1, 512))
                        .random("words", 512, 8)
                        .longs("zero", 0)
                        .longs("one", 1)
                        .node("Shape", "sizes", "x")
                        .node("Slice", "length", "sizes", "zero", "one", "zero")
                        .node("Slice", "ids", "table", "zero", "length", "one")
                        .node("Gather", "places", "words", "ids")
                        .node("Transpose", "turned", "x")
                        .with("perm", 1, 0, 2)
                        .node("Add", "y", "turned", "places")
                        .output("y")
                        .build();
        assertThat(shape(graph, "places")).isEqualTo("[1, min(512,batch), 8]");
        assertThat(shape(graph, "y")).isEqualTo("[6, batch, 8]");
    }

    @Test
    void twoNamesMayBroadcastEitherWay() {
        Graph graph =
                open().node("Transpose", "turned", "x")
                        .with("perm", 1, 0, 2)
                        .node("Relu", "r", "turned")
                        .node("ReduceMean", "flat", "x")
                        .with("axes", new Attribute.IntsAttribute(List.of(1L)))
                        .with("keepdims", 0)
                        .node("Add", "y", "r", "flat")
                        .output("y")
                        .build();
        assertThat(shape(graph, "flat")).isEqualTo("[batch, 8]");
        assertThat(shape(graph, "y")).isEqualTo("[6, batch, 8]");
        assertThat(Extent.of("a").broadcast(Extent.of("b"))).isEmpty();
    }

    @Test
    void whatCannotBeToldGetsANameOfItsOwn() {
        Graph graph =
                open().longs("start", 2)
                        .longs("end", 100)
                        .longs("axis", 1)
                        .node("Slice", "part", "x", "start", "end", "axis")
                        .node("Relu", "r", "part")
                        .node("Add", "y", "part", "r")
                        .output("y")
                        .build();
        assertThat(shape(graph, "part")).isEqualTo("[batch, part:1, 8]");
        assertThat(shape(graph, "y")).isEqualTo("[batch, part:1, 8]");
    }

    @Test
    void anOpenExtentOfAReshapeIsTheExactQuotient() {
        Graph graph =
                open().longs("merge", -1, 4)
                        .longs("odd", 5, -1)
                        .node("Reshape", "y", "x", "merge")
                        .node("Reshape", "z", "x", "odd")
                        .output("y")
                        .output("z")
                        .build();
        assertThat(shape(graph, "y")).isEqualTo("[12*batch, 4]");
        assertThat(shape(graph, "z")).isEqualTo("[5, z:1]");
    }

    @Test
    void namesOfInnerValuesAreNotTrusted() {
        Graph graph =
                open().node("NonZero", "places", "x")
                        .output("places")
                        .build()
                        .edit()
                        .outputs(
                                outputs ->
                                        List.of(
                                                new Value(
                                                        "places",
                                                        new ValueType.TensorType(
                                                                null,
                                                                new Shape(
                                                                        List.of(
                                                                                new Dimension.Fixed(
                                                                                        3),
                                                                                new Dimension
                                                                                        .Symbolic(
                                                                                        "batch")))))))
                        .build();
        assertThat(shape(graph, "places")).isEqualTo("[3, places:1]");
    }

    @Test
    void productsBeyondALongAreNotTold() {
        Extent huge = Extent.of(1L << 62);
        assertThat(huge.times(Extent.of(4))).isEmpty();
        assertThat(huge.times(Extent.of(-4))).isEmpty();
        assertThat(Extent.of(-3).times(Extent.of(4))).contains(Extent.of(-12));
    }
}
