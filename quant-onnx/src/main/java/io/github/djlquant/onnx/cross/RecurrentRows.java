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
package io.github.djlquant.onnx.cross;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Recurrent layers: one ONNX operator for each layer, both directions in it.
 *
 * <pre>
 *   lstm(x, (h, c), [w_ih, w_hh, b_ih, b_hh, ...], num_layers=2)
 *     =&gt;  x -> LSTM -> Transpose -> Reshape -> LSTM -> Transpose -> Reshape
 * </pre>
 *
 * The gates stand in another order: libtorch's i, f, g, o and r, z, n are ONNX's i, o, f, c and z,
 * r, h.
 */
final class RecurrentRows {

    private RecurrentRows() {}

    /** i, f, g, o of one step: c' = f c + i g, h' = o tanh(c'). */
    private static Item longCell(Call call, Emitter graph) {
        List<Item.Array> state = call.tensors("hx");
        Item.Array gates =
                ProductRows.sum(
                        linear(call, call.tensor("input"), "w_ih", "b_ih", graph),
                        linear(call, state.get(0), "w_hh", "b_hh", graph),
                        graph);
        List<Item.Array> split = parts(gates, 4, graph);
        Item.Array kept =
                ActivationRows.times(apply("Sigmoid", split.get(1), graph), state.get(1), graph);
        Item.Array added =
                ActivationRows.times(
                        apply("Sigmoid", split.get(0), graph),
                        apply("Tanh", split.get(2), graph),
                        graph);
        Item.Array cell = ProductRows.sum(kept, added, graph);
        Item.Array hidden =
                ActivationRows.times(
                        apply("Sigmoid", split.get(3), graph), apply("Tanh", cell, graph), graph);
        return new Item.Items(List.of(hidden, cell));
    }

    /** r, z, n of one step: n = tanh(x_n + r h_n), h' = n + z (h - n). */
    private static Item gatedCell(Call call, Emitter graph) {
        Item.Array state = call.tensor("hx");
        List<Item.Array> x =
                parts(linear(call, call.tensor("input"), "w_ih", "b_ih", graph), 3, graph);
        List<Item.Array> h = parts(linear(call, state, "w_hh", "b_hh", graph), 3, graph);
        Item.Array reset = apply("Sigmoid", ProductRows.sum(x.get(0), h.get(0), graph), graph);
        Item.Array update = apply("Sigmoid", ProductRows.sum(x.get(1), h.get(1), graph), graph);
        Item.Array fresh =
                apply(
                        "Tanh",
                        ProductRows.sum(
                                x.get(2), ActivationRows.times(reset, h.get(2), graph), graph),
                        graph);
        Item.Array change = graph.op("Sub").in(state, fresh).like(fresh);
        return ProductRows.sum(fresh, ActivationRows.times(update, change, graph), graph);
    }

    private static Item.Array linear(
            Call call, Item.Array x, String weight, String bias, Emitter graph) {
        return ProductRows.linear(
                graph.withRank(x, 2),
                call.tensor(weight),
                call.has(bias) ? call.tensor(bias) : null,
                graph);
    }

    private static Item.Array apply(String function, Item.Array x, Emitter graph) {
        return graph.op(function).in(x).like(x);
    }

    private static List<Item.Array> parts(Item.Array x, int count, Emitter graph) {
        int last = Call.rank(x) - 1;
        long size = x.shape().size(last);
        Shape part = Shapes.with(x.shape(), last, size < 0 ? -1 : size / count);
        return graph.op("Split")
                .in(x)
                .attr("axis", -1)
                .all(Collections.nCopies(count, x.type()), Collections.nCopies(count, part));
    }

    static void add(Rows rows) {
        String arguments =
                "input hx params has_biases num_layers dropout train bidirectional batch_first";
        rows.aten(
                "lstm",
                arguments,
                (c, g) -> new Layers(c, g, "LSTM", List.of(0, 3, 1, 2), List.of()).cross());
        rows.aten(
                "gru",
                arguments,
                (c, g) -> new Layers(c, g, "GRU", List.of(1, 0, 2), List.of()).cross());
        rows.aten("lstm_cell", "input hx w_ih w_hh b_ih b_hh", RecurrentRows::longCell);
        rows.aten("gru_cell", "input hx w_ih w_hh b_ih b_hh", RecurrentRows::gatedCell);
        rows.aten(
                "rnn_tanh",
                arguments,
                (c, g) -> new Layers(c, g, "RNN", List.of(0), List.of("Tanh")).cross());
        rows.aten(
                "rnn_relu",
                arguments,
                (c, g) -> new Layers(c, g, "RNN", List.of(0), List.of("Relu")).cross());
    }

    /** The layers of one node of the source. */
    private static final class Layers {
        private final Call call;
        private final Emitter graph;
        private final String op;
        private final List<Integer> gates;
        private final List<String> activations;
        private final int directions;
        private final boolean biased;
        private final List<Item.Array> lastStates = new ArrayList<>();
        private final List<Item.Array> lastCells = new ArrayList<>();

        Layers(Call call, Emitter graph, String op, List<Integer> gates, List<String> activations) {
            this.call = call;
            this.graph = graph;
            this.op = op;
            this.gates = gates;
            this.activations = activations;
            if (!(call.item("params") instanceof Item.Items)) {
                throw new RefusedException("it reads a packed sequence");
            }
            this.directions = call.truth("bidirectional", false) ? 2 : 1;
            this.biased = call.truth("has_biases", true);
        }

        Item cross() {
            if (call.truth("train", false) && call.number("dropout", 0) != 0) {
                throw new RefusedException("it drops at random, as in training");
            }
            Item.Array x = graph.withRank(call.tensor("input"), 3);
            if (!x.hasRank(3)) {
                throw new RefusedException("it reads a sequence without a batch");
            }
            boolean batchFirst = call.truth("batch_first", false);
            List<Item.Array> states = states();
            int layers = Math.toIntExact(call.integer("num_layers", 1));
            List<Item.Array> params = call.tensors("params");
            int each = directions * (biased ? 4 : 2);
            if (params.size() != layers * each) {
                throw new RefusedException("its states are projected");
            }
            Item.Array sequence = batchFirst ? Axes.transpose(x, List.of(1L, 0L, 2L), graph) : x;
            for (int layer = 0; layer < layers; layer++) {
                sequence =
                        layer(
                                sequence,
                                params.subList(layer * each, (layer + 1) * each),
                                states,
                                layer,
                                layers);
            }
            if (batchFirst) {
                sequence = Axes.transpose(sequence, List.of(1L, 0L, 2L), graph);
            }
            List<Item> results = new ArrayList<>();
            results.add(sequence);
            results.add(Axes.concat(lastStates, 0, graph));
            if (op.equals("LSTM")) {
                results.add(Axes.concat(lastCells, 0, graph));
            }
            return new Item.Items(results);
        }

        private List<Item.Array> states() {
            return call.item("hx") instanceof Item.Items
                    ? call.tensors("hx")
                    : List.of(call.tensor("hx"));
        }

        private Item.Array layer(
                Item.Array x,
                List<Item.Array> params,
                List<Item.Array> states,
                int layer,
                int layers) {
            List<Tensor> weights = new ArrayList<>();
            for (Item.Array param : params) {
                weights.add(
                        graph.constant(param)
                                .filter(t -> t.dataType() == DataType.FLOAT)
                                .orElseThrow(
                                        () ->
                                                new RefusedException(
                                                        "its weights are no constants of float")));
            }
            String name = params.get(0).value();
            int stride = biased ? 4 : 2;
            long hidden = weights.get(1).shape().size(1);
            List<Item.Array> initial = new ArrayList<>();
            for (Item.Array state : states) {
                long from = (long) layer * directions;
                initial.add(
                        layers == 1 ? state : Axes.slice(state, 0, from, from + directions, graph));
            }
            Emitter.Op node =
                    graph.op(op)
                            .in(
                                    x,
                                    stacked(weights, 0, stride, name + "/W"),
                                    stacked(weights, 1, stride, name + "/R"),
                                    biased ? biases(weights, stride, name + "/B") : null,
                                    null)
                            .in(initial)
                            .attr("hidden_size", hidden)
                            .attr("direction", directions == 2 ? "bidirectional" : "forward");
            if (op.equals("GRU")) {
                node.attr("linear_before_reset", 1);
            } else if (!activations.isEmpty()) {
                List<String> all = new ArrayList<>(activations);
                all.addAll(directions == 2 ? activations : List.of());
                node.attr("activations", new Attribute.StringsAttribute(all));
            }
            return results(node, x, hidden);
        }

        private Item.Array results(Emitter.Op node, Item.Array x, long hidden) {
            Dimension length = x.shape().dimensions().get(0);
            Dimension batch = x.shape().dimensions().get(1);
            Dimension ways = new Dimension.Fixed(directions);
            Dimension width = new Dimension.Fixed(hidden);
            Shape all = new Shape(List.of(length, ways, batch, width));
            Shape last = new Shape(List.of(ways, batch, width));
            int outputs = op.equals("LSTM") ? 3 : 2;
            List<Shape> shapes = new ArrayList<>(List.of(all, last));
            shapes.addAll(Collections.nCopies(outputs - 2, last));
            List<Item.Array> made = node.all(Collections.nCopies(outputs, DataType.FLOAT), shapes);
            lastStates.add(made.get(1));
            if (outputs == 3) {
                lastCells.add(made.get(2));
            }
            if (directions == 1) {
                return Axes.squeeze(made.get(0), 1, graph);
            }
            Item.Array moved = Axes.transpose(made.get(0), List.of(0L, 2L, 1L, 3L), graph);
            return graph.op("Reshape")
                    .in(moved, graph.longs(0, 0, -1))
                    .to(
                            DataType.FLOAT,
                            new Shape(
                                    List.of(
                                            length,
                                            batch,
                                            new Dimension.Fixed(hidden * directions))));
        }

        /** The weights of all directions, their gates in ONNX's order. */
        private Item.Array stacked(List<Tensor> weights, int index, int stride, String name) {
            Tensor first = weights.get(index);
            long rows = first.shape().size(0);
            long columns = first.shape().size(1);
            ByteBuffer all = buffer(directions * rows * columns);
            for (int way = 0; way < directions; way++) {
                put(weights.get(way * stride + index), all);
            }
            return graph.constant(
                    new Tensor(
                            DataType.FLOAT,
                            Shape.of(directions, rows, columns),
                            TensorStorage.of(all.flip())),
                    name);
        }

        private Item.Array biases(List<Tensor> weights, int stride, String name) {
            long rows = weights.get(2).shape().size(0);
            ByteBuffer all = buffer(directions * rows * 2);
            for (int way = 0; way < directions; way++) {
                put(weights.get(way * stride + 2), all);
                put(weights.get(way * stride + 3), all);
            }
            return graph.constant(
                    new Tensor(
                            DataType.FLOAT,
                            Shape.of(directions, rows * 2),
                            TensorStorage.of(all.flip())),
                    name);
        }

        private static ByteBuffer buffer(long floats) {
            return ByteBuffer.allocate(Math.toIntExact(Math.multiplyExact(floats, 4)))
                    .order(ByteOrder.LITTLE_ENDIAN);
        }

        private void put(Tensor weight, ByteBuffer all) {
            int block = Math.toIntExact(weight.elementCount() * 4 / gates.size());
            ByteBuffer bytes = weight.bytes();
            for (int gate : gates) {
                all.put(bytes.slice(gate * block, block));
            }
        }
    }
}
