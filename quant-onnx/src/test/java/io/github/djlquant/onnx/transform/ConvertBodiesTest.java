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

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertBodiesTest {

    /** Products of one row pay from 37,000 weights on. */
    private static final int SIZE = 256;

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    private static Node node(
            String name,
            String op,
            List<String> inputs,
            List<String> outputs,
            Object... attributes) {
        Node node = new Node(name, OpType.onnx(op), inputs, outputs, Map.of());
        for (int i = 0; i < attributes.length; i += 2) {
            Attribute value =
                    attributes[i + 1] instanceof Graph body
                            ? new Attribute.GraphAttribute(body)
                            : Attribute.of((int) attributes[i + 1]);
            node = node.withAttribute(attributes[i].toString(), value);
        }
        return node;
    }

    private static Value floats(String name) {
        return new Value(name, new ValueType.TensorType(DataType.FLOAT, null));
    }

    private static Graph body(String output, Map<String, Tensor> constants, Node... nodes) {
        return new Graph(
                output,
                List.of(),
                List.of(floats(output)),
                List.of(nodes),
                constants,
                Map.of(),
                Map.of(OpType.ONNX, 17L),
                Map.of(),
                Map.of());
    }

    /**
     * An LSTM whose weights lie around the body, where one branch reads them; the other holds
     * another If, one branch of which has a product with weights of its own.
     */
    private static Graph network() {
        Graph lstm =
                body(
                        "a",
                        Map.of(),
                        node(
                                "lstm",
                                "LSTM",
                                List.of("x", "W", "R"),
                                List.of("", "a"),
                                "hidden_size",
                                SIZE));
        Graph product =
                body(
                        "b",
                        Map.of("v", GraphBuilder.random(new Random(3), SIZE, SIZE)),
                        node("product", "MatMul", List.of("x", "v"), List.of("b")));
        Graph plain = body("c", Map.of(), node("plain", "MatMul", List.of("x", "w"), List.of("c")));
        Graph inner =
                body(
                        "d",
                        Map.of(),
                        node(
                                "inner",
                                "If",
                                List.of("q"),
                                List.of("d"),
                                "then_branch",
                                product,
                                "else_branch",
                                plain));
        Graph start =
                GraphBuilder.onnx(17)
                        .input("x", 1, 1, SIZE)
                        .random("W", 1, 4 * SIZE, SIZE)
                        .random("R", 1, 4 * SIZE, SIZE)
                        .random("w", SIZE, SIZE)
                        .node("MatMul", "y", "x", "w")
                        .output("y")
                        .build();
        return start.edit()
                .inputs(old -> List.of(old.get(0), bool("p"), bool("q")))
                .put(
                        node(
                                "outer",
                                "If",
                                List.of("p"),
                                List.of("z"),
                                "then_branch",
                                lstm,
                                "else_branch",
                                inner))
                .outputs(old -> List.of(old.get(0), floats("z")))
                .build();
    }

    private static Value bool(String name) {
        return new Value(name, new ValueType.TensorType(DataType.BOOL, Shape.of()));
    }

    private static Tensor truth(int value) {
        return new Tensor(
                DataType.BOOL,
                Shape.of(),
                TensorStorage.of(ByteBuffer.wrap(new byte[] {(byte) value})));
    }

    private Map<String, Tensor> run(Graph graph, int p, int q) {
        try (GraphRunner runner = backend.open(graph, RunOptions.DEFAULT)) {
            return runner.run(
                    Map.of(
                            "x", GraphBuilder.random(new Random(1), 1, 1, SIZE),
                            "p", truth(p),
                            "q", truth(q)));
        }
    }

    @Test
    void everyBranchAnswersAsBefore() {
        Graph graph = network();
        Graph converted = DynamicLine.of(graph).converted();
        for (int p = 0; p < 2; p++) {
            for (int q = 0; q < 2; q++) {
                assertThat(MiniatureLine.sqnr(run(graph, p, q), run(converted, p, q)))
                        .as("p=%d q=%d", p, q)
                        .isGreaterThan(30);
            }
        }
    }

    @Test
    void thePlanNamesWhatLiesInABodyByItsPath() {
        DynamicLine line = DynamicLine.of(network());
        for (String path :
                List.of(
                        "outer/else_branch/inner/then_branch/product",
                        "outer/else_branch/inner/else_branch/plain",
                        "outer/then_branch/lstm")) {
            assertThat(line.plan().node(path).orElseThrow().form()).isEqualTo(Form.DYNAMIC);
        }
        assertThat(line.plan().value("outer/then_branch/W").orElseThrow().isQuantized()).isTrue();
    }

    @Test
    void whatTheEngineRunsInABodyIsReadBackByItsPath() {
        Path file = folder.resolve("bodies.onnx");
        backend.write(DynamicLine.of(network()).converted(), MiniatureLine.ANY, file);
        assertThat(backend.explain(file).kernels())
                .filteredOn(Execution.Kernel::int8)
                .extracting(Execution.Kernel::name)
                .contains("outer/then_branch/lstm", "outer/else_branch/inner/then_branch/product");
    }

    @Test
    void capturedWeightsBecomeIntegersOfTheBodyAndLeaveTheGraph() {
        Graph converted = DynamicLine.of(network()).converted();
        assertThat(converted.constants()).doesNotContainKeys("W", "R", "w");
        Graph branch =
                ((Attribute.GraphAttribute)
                                converted
                                        .node("outer")
                                        .orElseThrow()
                                        .attributes()
                                        .get("then_branch"))
                        .body();
        assertThat(branch.constants()).containsKeys("W_quantized", "R_quantized");
        assertThat(branch.inputs()).isEmpty();
        assertThat(converted.opsets()).containsKey(OpType.MICROSOFT);
    }

    @Test
    void aStaticRecipeFindsTheScalesInsideAtRunTime() {
        Path source = folder.resolve("float.onnx");
        backend.write(network(), MiniatureLine.ANY, source);
        List<Map<String, Tensor>> rows = new ArrayList<>();
        for (int row = 0; row < 8; row++) {
            rows.add(
                    Map.of(
                            "x", GraphBuilder.random(new Random(row), 1, 1, SIZE),
                            "p", truth(row % 2),
                            "q", truth(row / 2 % 2)));
        }
        QuantizedModel model =
                Quantizer.builder()
                        .optRecipe(Recipe.staticInt8())
                        .optCalibration(CalibrationData.ofFeeds(rows))
                        .optLatency(false)
                        .build()
                        .quantize(source, folder.resolve("int8.onnx"));
        assertThat(model.plan().node("outer").orElseThrow().reason()).contains("decided on there");
        List<String> inside =
                List.of("outer/then_branch/lstm", "outer/else_branch/inner/then_branch/product");
        for (String path : inside) {
            assertThat(model.plan().node(path).orElseThrow().form()).isEqualTo(Form.DYNAMIC);
        }
        assertThat(model.execution().kernels())
                .filteredOn(Execution.Kernel::int8)
                .extracting(Execution.Kernel::name)
                .containsAll(inside);
        assertThat(model.evaluation().sqnr()).isGreaterThan(30);
    }

    @Test
    void whatABodyStillReadsFromAroundItStaysThere() {
        Graph lookup =
                body(
                        "a",
                        Map.of("v", GraphBuilder.random(new Random(3), SIZE, SIZE)),
                        node("sum", "Add", List.of("x", "shared"), List.of("s")),
                        node("product", "MatMul", List.of("s", "v"), List.of("a")));
        Graph start =
                GraphBuilder.onnx(17)
                        .input("x", 1, SIZE)
                        .random("shared", SIZE)
                        .node("Add", "y", "x", "shared")
                        .output("y")
                        .build();
        Graph graph =
                start.edit()
                        .inputs(old -> List.of(old.get(0), bool("p")))
                        .put(
                                node(
                                        "if",
                                        "If",
                                        List.of("p"),
                                        List.of("z"),
                                        "then_branch",
                                        lookup,
                                        "else_branch",
                                        lookup))
                        .outputs(old -> List.of(old.get(0), floats("z")))
                        .build();
        Graph converted = DynamicLine.of(graph).converted();
        Graph branch =
                ((Attribute.GraphAttribute)
                                converted.node("if").orElseThrow().attributes().get("else_branch"))
                        .body();
        assertThat(branch.constants()).containsKey("v_quantized").doesNotContainKey("shared");
        assertThat(converted.constants()).containsKey("shared");
    }

    /** So small that errors of a state fade. */
    private static Tensor smaller(Tensor tensor) {
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] /= 16;
        }
        return Tensor.ofFloats(values, tensor.shape().toArray());
    }

    @Test
    void theBodyOfAScanRunsOnIntegersInEveryStep() {
        Graph step =
                body(
                                "y",
                                Map.of(),
                                node("product", "MatMul", List.of("h", "w"), List.of("m")),
                                node("sum", "Add", List.of("m", "xi"), List.of("s")),
                                node("next", "Tanh", List.of("s"), List.of("hn")),
                                node("out", "Identity", List.of("hn"), List.of("y")))
                        .edit()
                        .inputs(old -> List.of(floats("h"), floats("xi")))
                        .outputs(old -> List.of(floats("hn"), floats("y")))
                        .build();
        Graph start =
                GraphBuilder.onnx(17)
                        .input("x", 8, 1, SIZE)
                        .constant("start", Tensor.ofFloats(new float[SIZE], 1, SIZE))
                        .constant("w", smaller(GraphBuilder.random(new Random(2), SIZE, SIZE)))
                        .node("Identity", "unused", "x")
                        .output("unused")
                        .build();
        Graph graph =
                start.edit()
                        .put(
                                node(
                                        "scan",
                                        "Scan",
                                        List.of("start", "x"),
                                        List.of("last", "all"),
                                        "num_scan_inputs",
                                        1,
                                        "body",
                                        step))
                        .outputs(old -> List.of(floats("last"), floats("all")))
                        .build();
        DynamicLine line = DynamicLine.of(graph);
        assertThat(line.plan().node("scan/body/product").orElseThrow().quantized()).isTrue();
        Map<String, Tensor> feeds = TransformAssert.feeds(graph, 1);
        try (GraphRunner before = backend.open(graph, RunOptions.DEFAULT);
                GraphRunner after = backend.open(line.converted(), RunOptions.DEFAULT)) {
            assertThat(MiniatureLine.sqnr(before.run(feeds), after.run(feeds))).isGreaterThan(20);
        }
    }
}
