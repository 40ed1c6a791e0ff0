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
package io.github.djlquant.trace.lower;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Stacks of recurrent layers. One ONNX operator is one layer; weights of both directions lie in one
 * tensor, and the rows of the gates stand in another order:
 *
 * <pre>
 *   LSTM   i f g o  ->  i o f c
 *   GRU    r z n    ->  z r h     (reset after the product: linear_before_reset)
 * </pre>
 */
final class RecurrentRows {

    private RecurrentRows() {}

    static void addTo(BiConsumer<String, Operator> table) {
        table.accept(
                "NDArrayEx.lstm(NDArray,NDList,NDList,boolean,int,double,boolean,boolean,boolean)",
                (c, to) -> new Stack(c, to, "LSTM", new int[] {0, 3, 1, 2}, 3).lower());
        table.accept(
                "NDArrayEx.gru(NDArray,NDArray,NDList,boolean,int,double,boolean,boolean,boolean)",
                (c, to) -> new Stack(c, to, "GRU", new int[] {1, 0, 2}, 3).lower());
        table.accept(
                "NDArrayEx.rnn(NDArray,NDArray,NDList,boolean,int,Activation,double,boolean,boolean,boolean)",
                (c, to) -> new Stack(c, to, "RNN", new int[] {0}, 3).lower());
    }

    /** The layers of one call. */
    private static final class Stack {
        private final Call call;
        private final Emitter to;
        private final String op;
        private final int[] gates;
        private final boolean biases;
        private final int layers;
        private final double dropRate;
        private final boolean training;
        private final int directions;
        private final boolean batchFirst;
        private final List<Operand> states;
        private final List<Operand> parameters;

        Stack(Call call, Emitter to, String op, int[] gates, int firstFlag) {
            this.call = call;
            this.to = to;
            this.op = op;
            this.gates = gates;
            boolean activation = op.equals("RNN");
            int after = firstFlag + (activation ? 3 : 2);
            biases = call.flag(firstFlag);
            layers = (int) call.integer(firstFlag + 1);
            dropRate = call.number(after);
            training = call.flag(after + 1);
            directions = call.flag(after + 2) ? 2 : 1;
            batchFirst = call.flag(after + 3);
            states = op.equals("LSTM") ? call.arrays(1) : List.of(call.array(1));
            parameters = call.arrays(2);
        }

        /** The sequence, then the last states of all layers. */
        List<String> lower() {
            String value = call.array(0).name();
            if (batchFirst) {
                value = ShapeRows.permute(value, List.of(1L, 0L, 2L), to);
            }
            List<List<String>> last = new ArrayList<>();
            states.forEach(state -> last.add(new ArrayList<>()));
            for (int layer = 0; layer < layers; layer++) {
                if (layer > 0 && training && dropRate > 0) {
                    value =
                            to.node(
                                    "Dropout",
                                    List.of(
                                            value,
                                            to.scalar(DataType.FLOAT, dropRate),
                                            to.scalar(DataType.BOOL, 1)));
                }
                List<String> made = layer(value, layer);
                for (int i = 0; i < last.size(); i++) {
                    last.get(i).add(made.get(i + 1));
                }
                value = joined(made.get(0));
            }
            List<String> results = new ArrayList<>();
            results.add(batchFirst ? ShapeRows.permute(value, List.of(1L, 0L, 2L), to) : value);
            for (List<String> parts : last) {
                results.add(
                        parts.size() == 1
                                ? parts.get(0)
                                : to.node("Concat", parts, Emitter.axis(0)));
            }
            return results;
        }

        /** The directions side by side: [steps, directions, batch, units] to one axis of both. */
        private String joined(String sequence) {
            if (directions == 1) {
                return to.node("Squeeze", List.of(sequence, to.integers(1)));
            }
            String turned = ShapeRows.permute(sequence, List.of(0L, 2L, 1L, 3L), to);
            return to.node("Reshape", List.of(turned, to.integers(0, 0, -1)));
        }

        private List<String> layer(String value, int layer) {
            List<String> inputs = new ArrayList<>();
            inputs.add(value);
            inputs.add(weights(layer, 0));
            inputs.add(weights(layer, 1));
            inputs.add(biases ? bias(layer) : "");
            inputs.add("");
            for (Operand state : states) {
                inputs.add(state(state, layer));
            }
            Map<String, Attribute> attributes = new LinkedHashMap<>();
            attributes.put("hidden_size", Attribute.of(states.get(0).extent(2).first()));
            attributes.put(
                    "direction", Attribute.of(directions == 2 ? "bidirectional" : "forward"));
            if (op.equals("GRU")) {
                attributes.put("linear_before_reset", Attribute.of(1L));
            } else if (op.equals("RNN")) {
                String function = String.valueOf(call.fixed(5)).equals("RELU") ? "Relu" : "Tanh";
                attributes.put(
                        "activations",
                        new Attribute.StringsAttribute(
                                java.util.Collections.nCopies(directions, function)));
            }
            return to.nodes(op, inputs, attributes, 1 + states.size());
        }

        /** The engine starts from zeros where there is no state. */
        private String state(Operand state, int layer) {
            if (to.isZero(state)) {
                return "";
            }
            long first = (long) layer * directions;
            return layers == 1
                    ? state.name()
                    : to.node(
                            "Slice",
                            List.of(
                                    state.name(),
                                    to.integers(first),
                                    to.integers(first + directions),
                                    to.integers(0)));
        }

        private Operand parameter(int layer, int direction, int kind) {
            int each = biases ? 4 : 2;
            return parameters.get((layer * directions + direction) * each + kind);
        }

        /** [directions, gates * units, columns] */
        private String weights(int layer, int kind) {
            List<Tensor> parts = new ArrayList<>();
            for (int direction = 0; direction < directions; direction++) {
                parts.add(ordered(parameter(layer, direction, kind)));
            }
            Shape one = parts.get(0).shape();
            return to.constant(
                    parameter(layer, 0, kind).name() + "_ordered",
                    joined(parts, Shape.of(directions, one.size(0), one.size(1))));
        }

        /** [directions, 2 * gates * units]: of the input's product, then of the state's. */
        private String bias(int layer) {
            List<Tensor> parts = new ArrayList<>();
            for (int direction = 0; direction < directions; direction++) {
                parts.add(ordered(parameter(layer, direction, 2)));
                parts.add(ordered(parameter(layer, direction, 3)));
            }
            return to.constant(
                    parameter(layer, 0, 2).name() + "_ordered",
                    joined(parts, Shape.of(directions, 2 * parts.get(0).shape().size(0))));
        }

        private Tensor ordered(Operand parameter) {
            if (parameter.constant() == null) {
                throw call.failure("recurrent weights that are computed");
            }
            Tensor tensor = parameter.constant();
            ByteBuffer from = tensor.bytes();
            int gate = from.remaining() / gates.length;
            ByteBuffer made = ByteBuffer.allocate(from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
            for (int source : gates) {
                made.put(from.slice(source * gate, gate));
            }
            return new Tensor(tensor.dataType(), tensor.shape(), TensorStorage.of(made.flip()));
        }

        private static Tensor joined(List<Tensor> parts, Shape shape) {
            int bytes = parts.stream().mapToInt(p -> p.bytes().remaining()).sum();
            ByteBuffer made = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
            parts.forEach(part -> made.put(part.bytes()));
            return new Tensor(parts.get(0).dataType(), shape, TensorStorage.of(made.flip()));
        }
    }
}
