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
package io.github.djlquant.onnx.half;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.transform.TransformContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WidenHalfFloatsTest {

    private static final OnnxBackend BACKEND = new OnnxBackend();

    /** So that integers pay for a single row. */
    private static final int WIDTH = 2048;

    @TempDir Path folder;

    private static Tensor half(Tensor tensor) {
        return Tensor.ofHalfFloats(tensor.toFloats(), tensor.shape().toArray());
    }

    private static ValueType halves(long... sizes) {
        return new ValueType.TensorType(DataType.FLOAT16, Shape.of(sizes));
    }

    private static Tensor random(int seed, long... sizes) {
        return half(GraphBuilder.random(new Random(seed), sizes));
    }

    /** x -> Gemm -> Relu -> Gemm, all in float16. */
    private static Graph network(Node... more) {
        Graph built =
                GraphBuilder.onnx(17)
                        .input("x", 8, 32)
                        .constant("w1", random(1, 32, WIDTH))
                        .constant("b1", random(2, WIDTH))
                        .node("Gemm", "a", "x", "w1", "b1")
                        .node("Relu", "r", "a")
                        .constant("w2", random(3, WIDTH, 16))
                        .node("MatMul", "y", "r", "w2")
                        .output("y")
                        .build();
        var editor =
                built.edit()
                        .inputs(inputs -> List.of(new Value("x", halves(8, 32))))
                        .outputs(outputs -> List.of(new Value("y", halves(8, 16))))
                        .type("a", halves(8, WIDTH));
        for (Node node : more) {
            editor.put(node);
        }
        return editor.build();
    }

    private static TransformContext context() {
        return new TransformContext(
                BACKEND.catalog(), Recipe.dynamicInt8(), BACKEND.target(Target.Name.ANY));
    }

    private static Map<String, Tensor> run(Graph graph, Map<String, Tensor> feeds) {
        try (GraphRunner runner = BACKEND.open(graph, RunOptions.DEFAULT)) {
            return runner.run(feeds);
        }
    }

    private static void assertClose(Graph graph, Graph widened, Map<String, Tensor> feeds) {
        Tensor expected = run(graph, feeds).get("y");
        Tensor actual = run(widened, feeds).get("y");
        assertThat(actual.dataType()).isEqualTo(DataType.FLOAT16);
        assertThat(actual.shape()).isEqualTo(expected.shape());
        float[] x = expected.toFloats();
        float[] y = actual.toFloats();
        double largest = 0;
        double error = 0;
        for (int i = 0; i < x.length; i++) {
            largest = Math.max(largest, Math.abs(x[i]));
            error = Math.max(error, Math.abs(x[i] - y[i]));
        }
        // Half floats have eleven bits, and round after each of three operators.
        assertThat(error / largest).isLessThan(5e-3);
    }

    @Test
    void widensWeightsAndKeepsTheSignature() {
        Graph graph = network();
        Graph widened = new WidenHalfFloats().apply(graph, context());
        assertThat(widened.inputs()).isEqualTo(graph.inputs());
        assertThat(widened.outputs()).isEqualTo(graph.outputs());
        assertThat(widened.constants().values())
                .extracting(Tensor::dataType)
                .containsOnly(DataType.FLOAT);
        assertThat(widened.type("a"))
                .isEqualTo(new ValueType.TensorType(DataType.FLOAT, Shape.of(8, WIDTH)));
        assertClose(graph, widened, Map.of("x", random(5, 8, 32)));
    }

    @Test
    void bodiesAndTypeAttributesFollow() {
        Node cast =
                new Node(
                        "cast",
                        OpType.onnx("Cast"),
                        List.of("flag"),
                        List.of("factor"),
                        Map.of("to", Attribute.of(10)));
        Node mul =
                new Node(
                        "mul",
                        OpType.onnx("Mul"),
                        List.of("h", "factor"),
                        List.of("scaled"),
                        Map.of());
        Node add =
                new Node("add", OpType.onnx("Add"), List.of("h", "k"), List.of("more"), Map.of());
        Node choose =
                new Node(
                        "if",
                        OpType.onnx("If"),
                        List.of("cond"),
                        List.of("y"),
                        Map.of(
                                "then_branch", body(mul, "scaled", Map.of()),
                                "else_branch", body(add, "more", Map.of("k", random(7, 1)))));
        Graph plain = network();
        Node last = plain.node("y").orElseThrow().withOutputs(List.of("h"));
        Graph graph =
                plain.edit()
                        .remove("y")
                        .put(new Node("h", last.op(), last.inputs(), List.of("h"), Map.of()))
                        .inputs(
                                inputs ->
                                        List.of(
                                                inputs.get(0),
                                                new Value(
                                                        "cond",
                                                        new ValueType.TensorType(
                                                                DataType.BOOL, Shape.of()))))
                        .constant("flag", Tensor.ofInts(DataType.INT32, new int[] {2}, 1))
                        .put(cast)
                        .put(choose)
                        .build();
        Graph widened = new WidenHalfFloats().apply(graph, context());
        for (int flag = 0; flag < 2; flag++) {
            Tensor condition =
                    new Tensor(
                            DataType.BOOL,
                            Shape.of(),
                            Tensor.ofInts(DataType.UINT8, new int[] {flag}, 1).storage());
            assertClose(graph, widened, Map.of("x", random(5, 8, 32), "cond", condition));
        }
    }

    private static Attribute body(Node node, String output, Map<String, Tensor> constants) {
        return new Attribute.GraphAttribute(
                new Graph(
                        node.name() + "_body",
                        List.of(),
                        List.of(new Value(output, halves(8, 16))),
                        List.of(node),
                        constants,
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of()));
    }

    @Test
    void leavesOperatorsThatNobodyKnows() {
        Graph graph =
                network()
                        .edit()
                        .put(
                                new Node(
                                        "odd",
                                        new OpType("org.example", "Odd"),
                                        List.of("r"),
                                        List.of("o"),
                                        Map.of()))
                        .build();
        TransformContext context = context();
        assertThat(new WidenHalfFloats().apply(graph, context)).isSameAs(graph);
        assertThat(context.notes())
                .anyMatch(note -> note.reason().contains("org.example::Odd does with float16"));
    }

    @Test
    void leavesModelsWithoutHalfFloats() {
        Graph graph =
                GraphBuilder.onnx(17).input("x", 2).node("Relu", "y", "x").output("y").build();
        assertThat(new WidenHalfFloats().apply(graph, context())).isSameAs(graph);
    }

    @Test
    void halfModelsBecomeInteger() {
        Path source = folder.resolve("half.onnx");
        BACKEND.write(network(), BACKEND.target(Target.Name.ANY), source);
        QuantizedModel dynamic =
                Quantizer.builder()
                        .optLatency(false)
                        .build()
                        .quantize(source, folder.resolve("d.onnx"));
        assertThat(dynamic.evaluation().sqnr()).isGreaterThan(30);
        CalibrationData data = GraphBuilder.randomBatches(8, "x", 8, 32);
        QuantizedModel fixed =
                Quantizer.builder()
                        .optLatency(false)
                        .optCalibration(data)
                        .build()
                        .quantize(source, folder.resolve("s.onnx"));
        assertThat(fixed.evaluation().sqnr()).isGreaterThan(28);
        assertThat(fixed.plan().nodes())
                .filteredOn(n -> n.quantized() && n.macs() > 0)
                .isNotEmpty();
    }
}
