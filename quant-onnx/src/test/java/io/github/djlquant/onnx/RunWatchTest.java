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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.backend.RunOptions;
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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RunWatchTest {

    @AfterEach
    void forgetInterrupts() {
        Thread.interrupted();
    }

    private static Value value(String name, DataType type, long... shape) {
        return new Value(name, new ValueType.TensorType(type, Shape.of(shape)));
    }

    private static Node node(String op, List<String> inputs, List<String> outputs) {
        return new Node(outputs.get(0) + "_made", OpType.onnx(op), inputs, outputs, Map.of());
    }

    private static Graph graph(
            List<Value> inputs,
            List<Value> outputs,
            List<Node> nodes,
            Map<String, Tensor> weights) {
        return new Graph(
                "test",
                inputs,
                outputs,
                nodes,
                weights,
                Map.of(),
                Map.of(OpType.ONNX, 17L),
                Map.of(),
                Map.of());
    }

    /** A loop without a limit whose condition stays true. */
    private static Graph endless() {
        Graph body =
                graph(
                        List.of(
                                value("i", DataType.INT64),
                                value("again", DataType.BOOL),
                                value("v", DataType.FLOAT, 1)),
                        List.of(value("still", DataType.BOOL), value("w", DataType.FLOAT, 1)),
                        List.of(
                                node("Identity", List.of("again"), List.of("still")),
                                node("Neg", List.of("v"), List.of("w"))),
                        Map.of());
        Tensor yes =
                new Tensor(
                        DataType.BOOL,
                        Shape.of(),
                        TensorStorage.of(ByteBuffer.wrap(new byte[] {1})));
        Node loop =
                node("Loop", List.of("", "yes", "x"), List.of("y"))
                        .withAttribute("body", new Attribute.GraphAttribute(body));
        return graph(
                List.of(value("x", DataType.FLOAT, 1)),
                List.of(value("y", DataType.FLOAT, 1)),
                List.of(loop),
                Map.of("yes", yes));
    }

    private static Graph negation() {
        return graph(
                List.of(value("x", DataType.FLOAT, 1)),
                List.of(value("y", DataType.FLOAT, 1)),
                List.of(node("Neg", List.of("x"), List.of("y"))),
                Map.of());
    }

    @Test
    void endsAnEndlessLoopOfAnInterruptedThread() throws OrtException {
        RunWatch watch = new RunWatch(Duration.ofMillis(50));
        try (OrtSession session = OrtSessions.open(endless(), RunOptions.DEFAULT);
                OnnxTensor x = OrtTypes.toOrt(Tensor.ofFloats(new float[] {1}, 1))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> watch.run(session, Map.of("x", x)))
                    .isInstanceOf(QuantizationCancelledException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void letsShortRunsOfAnInterruptedThreadEnd() throws OrtException {
        RunWatch watch = new RunWatch(Duration.ofSeconds(30));
        try (OrtSession session = OrtSessions.open(negation(), RunOptions.DEFAULT);
                OnnxTensor x = OrtTypes.toOrt(Tensor.ofFloats(new float[] {3}, 1))) {
            Thread.currentThread().interrupt();
            try (OrtSession.Result result = watch.run(session, Map.of("x", x))) {
                OnnxTensor y = (OnnxTensor) result.get(0);
                assertThat(y.getFloatBuffer().get()).isEqualTo(-3f);
            }
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
