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
package io.github.djlquant.pytorch.cross;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Recurrent layers. ONNX stacks the gates of all directions in one tensor, in an order of its own;
 * TorchScript takes four tensors per direction.
 */
final class RecurrentRows {

    /** i, o, f, c of ONNX as i, f, c, o of libtorch. */
    private static final int[] LSTM = {0, 2, 3, 1};

    /** z, r, h of ONNX as r, z, n of libtorch. */
    private static final int[] GRU = {1, 0, 2};

    private static final int[] PLAIN = {0};

    private RecurrentRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("LSTM", (op, to) -> cross(op, to, LSTM, List.of("Sigmoid", "Tanh", "Tanh")));
        rows.put("GRU", (op, to) -> cross(op, to, GRU, List.of("Sigmoid", "Tanh")));
        rows.put("RNN", (op, to) -> cross(op, to, PLAIN, List.of("Tanh")));
    }

    private static void cross(Operation op, Crossing to, int[] order, List<String> functions) {
        boolean cells = op.op().equals("LSTM");
        String direction = op.text("direction", "forward");
        int directions = direction.equals("bidirectional") ? 2 : 1;
        String aten = operator(op, functions, directions);
        requirePlain(op, to);
        boolean batchFirst = op.truth("layout", false);
        TensorOf given = to.tensor(op, 0);
        TensorOf x = batchFirst ? swap(to, given, 3) : given;
        boolean reverse = direction.equals("reverse");
        TensorOf data = reverse ? flip(to, x) : x;
        TensorOf weights = to.tensor(op, 1);
        TensorOf recurrent = to.tensor(op, 2);
        long size = hidden(op, recurrent);
        List<TensorOf> states = new ArrayList<>();
        states.add(state(op, to, x, 5, directions, size, batchFirst));
        if (cells) {
            states.add(state(op, to, x, 6, directions, size, batchFirst));
        }
        List<TensorOf> parameters = new ArrayList<>();
        for (int i = 0; i < directions; i++) {
            parameters.add(gates(to, direction(to, weights, i), order, size));
            parameters.add(gates(to, direction(to, recurrent, i), order, size));
            if (op.has(3)) {
                TensorOf both = direction(to, to.tensor(op, 3), i);
                long half = order.length * size;
                parameters.add(gates(to, part(to, both, 0, half), order, size));
                parameters.add(gates(to, part(to, both, half, 2 * half), order, size));
            }
        }
        List<String> made =
                to.emit.several(
                        aten,
                        cells ? 3 : 2,
                        data,
                        cells ? to.emit.list(states) : states.get(0),
                        to.emit.list(parameters),
                        op.has(3),
                        1,
                        0.0,
                        false,
                        directions == 2,
                        false);
        define(op, to, x, made, directions, size, reverse, batchFirst);
    }

    private static void define(
            Operation op,
            Crossing to,
            TensorOf x,
            List<String> made,
            int directions,
            long size,
            boolean reverse,
            boolean batchFirst) {
        long steps = x.size(0);
        long batch = x.size(1);
        if (op.makes(0)) {
            TensorOf all =
                    new TensorOf(
                            made.get(0), x.type(), Facts.shape(steps, batch, directions * size));
            TensorOf turned = reverse ? flip(to, all) : all;
            to.define(op, 0, outputs(to, turned, directions, size, batchFirst));
        }
        for (int i = 1; i < made.size(); i++) {
            if (op.makes(i)) {
                TensorOf last =
                        new TensorOf(made.get(i), x.type(), Facts.shape(directions, batch, size));
                to.define(op, i, batchFirst ? swap(to, last, 3) : last);
            }
        }
    }

    /** [T, N, D H] to [T, D, N, H], or with the batch first to [N, T, D, H]. */
    private static TensorOf outputs(
            Crossing to, TensorOf all, int directions, long size, boolean batchFirst) {
        Facts facts = Facts.ofRank(all.type(), 4);
        if (directions == 1 && !batchFirst) {
            return to.emit.tensor("unsqueeze", facts, all, 1);
        }
        List<Int> sizes =
                List.of(to.extent(all, 0), to.extent(all, 1), Int.of(directions), Int.of(size));
        TensorOf split = to.emit.tensor("reshape", facts, all, sizes);
        List<Long> order = batchFirst ? List.of(1L, 0L, 2L, 3L) : List.of(0L, 2L, 1L, 3L);
        return to.emit.tensor("permute", facts, split, order);
    }

    /** The operator, if its functions are those that libtorch has built in. */
    private static String operator(Operation op, List<String> functions, int directions) {
        List<String> given =
                op.any("activations")
                        .filter(Attribute.StringsAttribute.class::isInstance)
                        .map(a -> ((Attribute.StringsAttribute) a).values())
                        .orElse(List.of());
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < directions; i++) {
            expected.addAll(functions);
        }
        boolean relu =
                op.op().equals("RNN")
                        && !given.isEmpty()
                        && given.stream().allMatch(f -> f.equals("Relu"));
        if (!given.isEmpty() && !relu && !given.equals(expected)) {
            throw op.refuse("activations", expected, given);
        }
        return switch (op.op()) {
            case "LSTM" -> "lstm";
            case "GRU" -> "gru";
            default -> relu ? "rnn_relu" : "rnn_tanh";
        };
    }

    private static void requirePlain(Operation op, Crossing to) {
        op.ignore("hidden_size");
        op.require("input_forget", 0);
        if (op.says("clip") || op.says("activation_alpha") || op.says("activation_beta")) {
            throw op.refuse("clip and parameters of activations", "none", op.node().attributes());
        }
        if (op.op().equals("GRU") && !op.truth("linear_before_reset", false)) {
            throw op.refuse(
                    "the reset gate acts before the product, in libtorch behind it",
                    "linear_before_reset 1",
                    0);
        }
        if (op.op().equals("LSTM") && op.has(7) && !isZero(to.constant(op, 7))) {
            throw op.refuse("peepholes have no counterpart", "none", "input 7");
        }
        if (op.has(4)) {
            requireWholeLengths(op, to);
        }
    }

    private static boolean isZero(Optional<Tensor> tensor) {
        if (tensor.isEmpty()) {
            return false;
        }
        for (float value : tensor.get().toFloats()) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** Lengths that say what the data say already. */
    private static void requireWholeLengths(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        long steps = x.size(op.truth("layout", false) ? 1 : 0);
        Optional<List<Long>> lengths = to.known(op, 4);
        if (steps < 0
                || lengths.isEmpty()
                || lengths.get().stream().anyMatch(length -> length != steps)) {
            throw op.refuse("sequences of different lengths", "no sequence_lens", "input 4");
        }
    }

    private static long hidden(Operation op, TensorOf recurrent) {
        if (recurrent.rank() != 3 || recurrent.size(2) < 0) {
            throw op.refuse("its size is not known", "recurrent weights of known shape", recurrent);
        }
        return recurrent.size(2);
    }

    private static TensorOf state(
            Operation op,
            Crossing to,
            TensorOf x,
            int input,
            int directions,
            long size,
            boolean batchFirst) {
        if (op.has(input)) {
            TensorOf given = to.tensor(op, input);
            return batchFirst ? swap(to, given, 3) : given;
        }
        List<Int> sizes = List.of(Int.of(directions), to.extent(x, 1), Int.of(size));
        return to.emit.tensor(
                "zeros",
                ShapeRows.facts(x.type(), sizes),
                sizes,
                Emitter.named("dtype", to.type(op, x)));
    }

    private static TensorOf direction(Crossing to, TensorOf stacked, int index) {
        Optional<Tensor> constant = to.constant(stacked);
        long[] sizes = stacked.shape().toArray();
        long[] rest = java.util.Arrays.copyOfRange(sizes, 1, sizes.length);
        if (constant.isPresent()) {
            int rows = 1;
            Tensor one = Constants.reordered(constant.get(), new int[] {index}, rows);
            return to.emit.constant("direction", one.reshape(Shape.of(rest)));
        }
        return to.emit.tensor("select", Facts.of(stacked.type(), rest), stacked, 0, index);
    }

    private static TensorOf part(Crossing to, TensorOf rows, long from, long until) {
        Optional<Tensor> constant = to.constant(rows);
        long size = until - from;
        if (constant.isPresent()) {
            int[] block = {(int) (from / size)};
            return to.emit.constant("part", Constants.reordered(constant.get(), block, (int) size));
        }
        return SliceRows.part(to, rows, 0, Int.of(from), Int.of(until), 1);
    }

    /** Gates in libtorch's order. */
    private static TensorOf gates(Crossing to, TensorOf stacked, int[] order, long size) {
        if (order.length == 1) {
            return stacked;
        }
        Optional<Tensor> constant = to.constant(stacked);
        if (constant.isPresent()) {
            return to.emit.constant(
                    "gates", Constants.reordered(constant.get(), order, (int) size));
        }
        List<TensorOf> parts = new ArrayList<>();
        for (int gate : order) {
            parts.add(
                    SliceRows.part(
                            to, stacked, 0, Int.of(gate * size), Int.of((gate + 1) * size), 1));
        }
        return LayoutRows.join(to, parts, 0);
    }

    private static TensorOf flip(Crossing to, TensorOf x) {
        return to.emit.tensor("flip", x.facts(), x, List.of(0L));
    }

    /** Exchanges the first two axes. */
    private static TensorOf swap(Crossing to, TensorOf x, int rank) {
        long[] sizes = {x.size(1), x.size(0), x.size(2)};
        DataType type = x.type();
        Facts facts = x.rank() == rank ? Facts.of(type, sizes) : Facts.ofRank(type, rank);
        return to.emit.tensor("transpose", facts, x, 0, 1);
    }
}
