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
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import io.github.djlquant.transform.fuse.MergeClamps;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeClampsTest {

    private final OnnxBackend backend = new OnnxBackend();

    @TempDir Path folder;

    private static TransformAssert transform() {
        return TransformAssert.of(new MergeClamps(), OnnxOpCatalog.catalog());
    }

    private QuantizedModel quantized(Graph graph) {
        Path source = folder.resolve("float.onnx");
        backend.write(graph, MiniatureLine.ANY, source);
        return Quantizer.builder()
                .optRecipe(Recipe.staticInt8())
                .optCalibration(GraphBuilder.randomBatches(8, "x", 4, 16, 8, 8))
                .optLatency(false)
                .optIgnoreGate(true)
                .build()
                .quantize(source, folder.resolve("int8.onnx"));
    }

    private static GraphBuilder numbers(long opset) {
        return GraphBuilder.onnx(opset)
                .input("x", 4, 8)
                .constant("six", Tensor.ofFloat(1.5f))
                .constant("one", Tensor.ofFloat(-0.25f));
    }

    @Test
    void reluAndASmallerOneAreAClip() {
        transform()
                .on(
                        numbers(17)
                                .node("Relu", "r", "x")
                                .node("Min", "y", "r", "six")
                                .output("y")
                                .build())
                .keepsFunction(0, backend)
                .matches(
                        """
                        graph test(%x: float[4,8]) -> (%y: float) {
                          %y_min = float[] {0.0}
                          %y_max = float[] {1.5}
                          %y = Clip(%x, %y_min, %y_max)
                        }
                        """);
    }

    @Test
    void limitsFollowFromBothClamps() {
        for (List<String> ops :
                List.of(
                        List.of("Max", "Min"),
                        List.of("Min", "Max"),
                        List.of("Min", "Relu"),
                        List.of("Min", "Min"))) {
            GraphBuilder graph = numbers(17);
            graph = graph.constant("two", Tensor.ofFloat(0.75f));
            graph = add(graph, ops.get(0), "r", "x", ops.get(0).equals("Max") ? "one" : "two");
            graph = add(graph, ops.get(1), "y", "r", ops.get(1).equals("Max") ? "one" : "six");
            transform().on(graph.output("y").build()).keepsFunction(0, backend);
        }
    }

    private static GraphBuilder add(
            GraphBuilder graph, String op, String made, String read, String number) {
        return op.equals("Relu") ? graph.node(op, made, read) : graph.node(op, made, read, number);
    }

    @Test
    void limitsOfOldClipsAreAttributes() {
        Graph merged =
                transform()
                        .on(
                                numbers(9)
                                        .node("Relu", "r", "x")
                                        .node("Min", "y", "r", "six")
                                        .output("y")
                                        .build())
                        .keepsFunction(0, backend)
                        .result();
        assertThat(merged.nodes().get(0).inputs()).containsExactly("x");
    }

    @Test
    void doesNotFireWhereNothingIsGained() {
        transform()
                .on(
                        numbers(17)
                                .node("Relu", "r", "x")
                                .node("Min", "y", "r", "six")
                                .node("Add", "z", "r", "y")
                                .output("z")
                                .build())
                .doesNotFire("read elsewhere");
        transform()
                .on(
                        GraphBuilder.onnx(17)
                                .input("x", 4, 8)
                                .random("limits", 8)
                                .node("Relu", "r", "x")
                                .node("Min", "y", "r", "limits")
                                .output("y")
                                .build())
                .doesNotFire();
        transform()
                .on(numbers(17).node("Relu", "r", "x").node("Relu", "y", "r").output("y").build())
                .doesNotFire();
    }

    /** The smaller of a scalar and a vector of one number is a vector. */
    @Test
    void aNumberWithAnAxisOfItsOwnIsNoLimitOfAScalar() {
        transform()
                .on(withAxis("m"))
                .doesNotFire("a number in an axis of its own gives that axis to a scalar");
        transform().on(withAxis("x")).keepsFunction(0, backend);
    }

    private static Graph withAxis(String clamped) {
        return GraphBuilder.onnx(17)
                .input("x", 4, 8)
                .constant("six", Tensor.ofFloats(new float[] {0.25f}, 1))
                .node("ReduceMean", "m", "x")
                .with("keepdims", 0)
                .node("Relu", "r", clamped)
                .node("Min", "y", "r", "six")
                .output("y")
                .output("m")
                .build();
    }

    /** No quantized range leaves out 0: a layer that had to take this up would run on floats. */
    @Test
    void aClampThatLeavesOutZeroIsNoPartOfItsLayer() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 16, 8, 8)
                        .constant("half", Tensor.ofFloat(0.5f))
                        .random("w0", 16, 16, 3, 3)
                        .random("w1", 16, 16, 3, 3)
                        .node("Conv", "c", "x", "w0")
                        .node("Max", "m", "c", "half")
                        .node("Conv", "y", "m", "w1")
                        .output("y")
                        .build();
        QuantizedModel model = quantized(graph);
        assertThat(model.warnings()).noneMatch(w -> w.contains("planned int8 nodes in float"));
    }

    /** An inverted residual of MobileNetV2 as DJL's blocks trace: relu6 is Relu, then Min. */
    @Test
    void theChainOfIntegersGoesThroughRelu6() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", -1, 16, 8, 8)
                        .constant("six", Tensor.ofFloat(6))
                        .random("w0", 16, 16, 3, 3)
                        .random("w1", 32, 16, 1, 1)
                        .random("w2", 32, 1, 3, 3)
                        .random("w3", 16, 32, 1, 1)
                        .random("w4", 8, 16, 3, 3)
                        .node("Conv", "c0", "x", "w0")
                        .with("pads", 1, 1, 1, 1)
                        .node("Conv", "c1", "c0", "w1")
                        .node("Relu", "r1", "c1")
                        .node("Min", "m1", "r1", "six")
                        .node("Conv", "c2", "m1", "w2")
                        .with("group", 32)
                        .with("pads", 1, 1, 1, 1)
                        .node("Relu", "r2", "c2")
                        .node("Min", "m2", "r2", "six")
                        .node("Conv", "c3", "m2", "w3")
                        .node("Add", "s", "c3", "c0")
                        .node("Conv", "y", "s", "w4")
                        .output("y")
                        .build();
        QuantizedModel model = quantized(graph);
        assertThat(model.plan().nodes())
                .filteredOn(decision -> !decision.quantized())
                .extracting(NodeDecision::node)
                .isEmpty();
        assertThat(backend.read(model.file()).nodes())
                .extracting(node -> node.op().name())
                .doesNotContain("Relu", "Min", "Clip");
    }
}
