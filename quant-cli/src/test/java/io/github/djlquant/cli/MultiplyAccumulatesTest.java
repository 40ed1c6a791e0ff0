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
package io.github.djlquant.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.github.djlquant.testkit.GraphBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MultiplyAccumulatesTest {

    private static Value value(String name, DataType type, long... sizes) {
        return new Value(name, new ValueType.TensorType(type, Shape.of(sizes)));
    }

    /** A product in loops within loops. */
    private static Node loops(int depth, String from, String to) {
        if (depth == 0) {
            return new Node(
                    "product", OpType.onnx("MatMul"), List.of(from, "w"), List.of(to), Map.of());
        }
        String state = "s" + depth;
        String next = "t" + depth;
        Graph body =
                new Graph(
                        "body" + depth,
                        List.of(
                                value("round" + depth, DataType.INT64),
                                value("go" + depth, DataType.BOOL),
                                value(state, DataType.FLOAT, 4, 4)),
                        List.of(
                                value("go" + depth, DataType.BOOL),
                                value(next, DataType.FLOAT, 4, 4)),
                        List.of(loops(depth - 1, state, next)),
                        Map.of(),
                        Map.of(),
                        Map.of(OpType.ONNX, 17L),
                        Map.of(),
                        Map.of());
        return new Node(
                "loop" + depth,
                OpType.onnx("Loop"),
                List.of("rounds", "yes", from),
                List.of(to),
                Map.of("body", new Attribute.GraphAttribute(body)));
    }

    private static Graph looping(long rounds, int depth) {
        return GraphBuilder.onnx(17)
                .input("x", 4, 4)
                .random("w", 4, 4)
                .constant(
                        "yes",
                        new Tensor(
                                DataType.BOOL,
                                Shape.of(),
                                TensorStorage.of(ByteBuffer.wrap(new byte[] {1}))))
                .constant("rounds", Tensor.ofLongs(new long[] {rounds}))
                .node("MatMul", "a", "x", "w")
                .node(loops(depth, "a", "y"))
                .output("y")
                .build();
    }

    private static MultiplyAccumulates of(Graph graph) {
        return MultiplyAccumulates.of(graph, new OnnxBackend().catalog(), Optional.empty());
    }

    @Test
    void allRoundsOfALoopCount() {
        assertThat(of(looping(3, 1))).isEqualTo(new MultiplyAccumulates(4 * 16, 2, 0));
    }

    @Test
    void moreThanANumberHoldsIsTheLargestNumber() {
        assertThat(of(looping(2_000_000_000, 2)).count()).isEqualTo(Long.MAX_VALUE);
    }
}
