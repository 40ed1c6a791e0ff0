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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.testkit.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Graphs of one recurrent layer that reads the sequence x and yields y, y_h and, for LSTM, y_c. */
final class RecurrentLayers {

    static final int STEPS = 12;
    static final int BATCH = 3;

    private final String op;
    private final int gates;
    private final int features;
    private final int hidden;
    private final int directions;
    private final GraphBuilder builder;
    private final Random random = new Random(11);

    private RecurrentLayers(String op, int gates, int features, int hidden, int directions) {
        this.op = op;
        this.gates = gates;
        this.features = features;
        this.hidden = hidden;
        this.directions = directions;
        this.builder = GraphBuilder.onnx(17).input("x", STEPS, BATCH, features);
    }

    static Graph lstm(int features, int hidden) {
        return new RecurrentLayers("LSTM", 4, features, hidden, 1).build(node -> node);
    }

    static Graph gru(int features, int hidden) {
        return new RecurrentLayers("GRU", 3, features, hidden, 1).build(node -> node);
    }

    static Graph twoDirections(int features, int hidden, UnaryOperator<Node> change) {
        return new RecurrentLayers("LSTM", 4, features, hidden, 2)
                .build(
                        node ->
                                change.apply(
                                        node.withAttribute(
                                                "direction",
                                                new io.github.djlquant.graph.Attribute
                                                        .StringAttribute("bidirectional"))));
    }

    /** Gates of very different size, as trained ones are. */
    private Tensor weights(int columns) {
        float[] values = new float[directions * gates * hidden * columns];
        float size = 1;
        for (int i = 0; i < values.length; i++) {
            size = i % columns == 0 ? (float) Math.exp(0.7 * random.nextGaussian()) : size;
            values[i] = (float) (size * random.nextGaussian() / Math.sqrt(columns));
        }
        return Tensor.ofFloats(values, directions, (long) gates * hidden, columns);
    }

    private Graph build(UnaryOperator<Node> change) {
        builder.constant("W", weights(features))
                .constant("R", weights(hidden))
                .random("B", directions, 2L * gates * hidden)
                .random("h0", directions, BATCH, hidden)
                .random("c0", directions, BATCH, hidden)
                .random("P", directions, 3L * hidden)
                .constant("lengths", Tensor.ofInts(DataType.INT32, new int[] {12, 5, 1}, BATCH))
                .node(op, "y", "x", "W", "R", "B")
                .with("hidden_size", hidden)
                .output("y");
        Graph graph = builder.build();
        List<String> outputs = op.equals("LSTM") ? List.of("y", "y_h", "y_c") : List.of("y", "y_h");
        List<Value> values = new ArrayList<>();
        outputs.forEach(
                output ->
                        values.add(
                                new Value(output, new ValueType.TensorType(DataType.FLOAT, null))));
        return graph.edit()
                .put(change.apply(graph.node("y").orElseThrow().withOutputs(outputs)))
                .outputs(old -> values)
                .build();
    }
}
