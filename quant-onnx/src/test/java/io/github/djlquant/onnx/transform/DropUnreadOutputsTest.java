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

import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.TransformAssert;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DropUnreadOutputsTest {

    private final TransformAssert transform =
            TransformAssert.of(new DropUnreadOutputs(), OnnxOpCatalog.catalog());

    private static Node two(String op, String output, String second, String input) {
        return new Node(output, OpType.onnx(op), List.of(input), List.of(output, second), Map.of());
    }

    private static GraphBuilder pooled() {
        return GraphBuilder.onnx(9)
                .input("x", 1, 2, 4, 4)
                .node(two("Dropout", "dropped", "mask", "x"))
                .node(two("MaxPool", "y", "indices", "dropped"))
                .with("kernel_shape", 2, 2);
    }

    @Test
    void masksAndIndicesGo() {
        transform
                .on(pooled().output("y").build())
                .matches(
                        """
                        graph test(%x: float[1,2,4,4]) -> (%y: float) {
                          %dropped = Dropout(%x)
                          %y = MaxPool<kernel_shape=[2,2]>(%dropped)
                        }
                        """);
    }

    @Test
    void whatIsReadStays() {
        transform.on(pooled().node("Neg", "n", "mask").output("y").output("indices").build());
        assertThat(transform.result().toString())
                .contains("%dropped, %mask = Dropout", "%y, %indices = MaxPool");
        transform.doesNotFire();
    }

    @Test
    void otherOperatorsKeepTheirs() {
        transform
                .on(
                        GraphBuilder.onnx(9)
                                .input("x", 4)
                                .node(two("TopK", "y", "indices", "x"))
                                .with("k", 2)
                                .output("y")
                                .build())
                .doesNotFire();
    }

    @Test
    void insideBodiesToo() {
        Graph body =
                new Graph(
                        "body",
                        List.of(),
                        List.of(new Value("z", new ValueType.TensorType(DataType.FLOAT, null))),
                        List.of(two("Dropout", "z", "mask", "x")),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of(),
                        Map.of());
        transform.on(
                GraphBuilder.onnx(9)
                        .input("x", 4)
                        .input("c")
                        .node("If", "y", "c")
                        .with("then_branch", new Attribute.GraphAttribute(body))
                        .with("else_branch", new Attribute.GraphAttribute(body))
                        .output("y")
                        .build());
        assertThat(transform.result().toString()).contains("%z = Dropout").doesNotContain("mask");
    }

    /** Old exporters name the mask of every Dropout; its type is another one from opset 10 on. */
    @Test
    void oldNetworksWithMasksBecomeIntegers(@TempDir Path folder) {
        OnnxBackend backend = new OnnxBackend();
        Path source = folder.resolve("float.onnx");
        backend.write(
                GraphBuilder.onnx(9)
                        .input("x", -1, 16, 8, 8)
                        .random("v", 16, 16, 3, 3)
                        .node("Conv", "a", "x", "v")
                        .node(two("Dropout", "d", "mask", "a"))
                        .random("w", 16, 16, 3, 3)
                        .node("Conv", "y", "d", "w")
                        .output("y")
                        .build(),
                backend.target(Target.Name.ANY),
                source);
        QuantPlan plan =
                Quantizer.builder()
                        .optCalibration(GraphBuilder.randomBatches(4, "x", 8, 16, 8, 8))
                        .optLatency(false)
                        .build()
                        .quantize(source, folder.resolve("int8.onnx"))
                        .plan();
        assertThat(plan.nodes())
                .filteredOn(node -> node.op().isOnnx("Conv"))
                .hasSize(2)
                .allMatch(NodeDecision::quantized);
    }
}
