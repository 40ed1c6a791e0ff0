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
package io.github.djlquant.pytorch.op;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.ExtentRule;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Output extents of TorchScript's operators that rearrange, where their arguments are literals. */
final class AtenExtents {

    /** All but the first two axes get the extents of {@code output_size}. */
    static final ExtentRule ADAPTIVE = rule(AtenExtents::adaptive);

    /** Axes {@code start_dim} to {@code end_dim} become one. */
    static final ExtentRule FLATTENED = rule(AtenExtents::flattened);

    /** One axis becomes several. */
    static final ExtentRule UNFLATTENED = rule(AtenExtents::unflattened);

    /** Another shape for the same elements. */
    static final ExtentRule RESHAPED = rule(AtenExtents::reshaped);

    /** Axes change places. */
    static final ExtentRule PERMUTED = rule(AtenExtents::permuted);

    /** Two axes change places. */
    static final ExtentRule TRANSPOSED = rule(AtenExtents::transposed);

    /** A part of one axis. */
    static final ExtentRule SLICED = rule(AtenExtents::sliced);

    /** One element of one axis, which goes. */
    static final ExtentRule SELECTED = rule(AtenExtents::selected);

    /** More elements at the ends of the last axes. */
    static final ExtentRule PADDED = rule(AtenExtents::padded);

    /** Means over axes. */
    static final ExtentRule AVERAGED = rule(AtenExtents::averaged);

    /** One more axis of extent 1. */
    static final ExtentRule UNSQUEEZED = rule(AtenExtents::unsqueezed);

    /** Rows of a table for each index. */
    static final ExtentRule LOOKED_UP =
            (graph, node, known) ->
                    known.apply(node.input(1))
                            .flatMap(
                                    indices ->
                                            graph.constant(node.input(0))
                                                    .map(table -> looked(indices, table)));

    /** Positions spread by the stride, and what the kernel reaches beyond. */
    static final ExtentRule TRANSPOSED_CONVOLUTION =
            (graph, node, known) ->
                    known.apply(node.input(0))
                            .flatMap(
                                    data ->
                                            graph.constant(node.input(1))
                                                    .flatMap(w -> spread(node, data, w)));

    private AtenExtents() {}

    private static Optional<long[]> spread(Node node, long[] data, Tensor weight) {
        Optional<List<Long>> more = LiteralArguments.of(node).integers("output_padding");
        return more.flatMap(
                added ->
                        AtenWindows.CONVOLUTION
                                .of(node)
                                .flatMap(
                                        window ->
                                                window.transposed(
                                                        data,
                                                        weight.shape().toArray(),
                                                        AtenWindows.spread(
                                                                added, data.length - 2))));
    }

    private static ExtentRule rule(BiFunction<LiteralArguments, long[], Optional<long[]>> rule) {
        return (Graph graph,
                Node node,
                java.util.function.Function<String, Optional<long[]>> known) ->
                known.apply(node.input(0))
                        .flatMap(data -> rule.apply(LiteralArguments.of(node), data));
    }

    /** The columns of a product with a constant matrix on the right. */
    static ExtentRule product(OpSpec spec) {
        return (graph, node, known) ->
                spec.input(node, Port.WEIGHT)
                        .flatMap(graph::constant)
                        .filter(weight -> weight.shape().rank() == 2)
                        .flatMap(
                                weight ->
                                        known.apply(node.input(spec.ports().get(Port.DATA)))
                                                .filter(data -> data.length >= 2)
                                                .map(data -> last(data, weight.shape().size(1))));
    }

    private static long[] last(long[] data, long size) {
        long[] made = data.clone();
        made[made.length - 1] = size;
        return made;
    }

    private static long[] looked(long[] indices, Tensor table) {
        long[] made = Arrays.copyOf(indices, indices.length + 1);
        made[indices.length] = table.shape().size(table.shape().rank() - 1);
        return made;
    }

    private static Optional<long[]> adaptive(LiteralArguments literals, long[] data) {
        return literals.integers("output_size")
                .filter(sizes -> !sizes.isEmpty())
                .map(
                        sizes -> {
                            long[] made = data.clone();
                            for (int i = 2; i < made.length; i++) {
                                made[i] = sizes.get(Math.min(i - 2, sizes.size() - 1));
                            }
                            return made;
                        });
    }

    private static Optional<long[]> flattened(LiteralArguments literals, long[] data) {
        int first = axis(literals.integer("start_dim", 0), data.length);
        int last = axis(literals.integer("end_dim", -1), data.length);
        if (first < 0 || last < first) {
            return Optional.empty();
        }
        long[] made = new long[data.length - (last - first)];
        System.arraycopy(data, 0, made, 0, first);
        made[first] = 1;
        for (int i = first; i <= last; i++) {
            made[first] = data[i] < 0 || made[first] < 0 ? -1 : made[first] * data[i];
        }
        System.arraycopy(data, last + 1, made, first + 1, data.length - last - 1);
        return Optional.of(made);
    }

    private static Optional<long[]> unflattened(LiteralArguments literals, long[] data) {
        int axis = axis(literals.integer("dim", 0), data.length);
        List<Long> parts = literals.integers("sizes").orElse(List.of());
        if (axis < 0 || parts.isEmpty()) {
            return Optional.empty();
        }
        long[] made = new long[data.length - 1 + parts.size()];
        System.arraycopy(data, 0, made, 0, axis);
        for (int i = 0; i < parts.size(); i++) {
            made[axis + i] = Math.max(-1, parts.get(i));
        }
        System.arraycopy(data, axis + 1, made, axis + parts.size(), data.length - axis - 1);
        return Optional.of(made);
    }

    private static Optional<long[]> reshaped(LiteralArguments literals, long[] data) {
        Optional<List<Long>> sizes =
                literals.isNone("size") ? literals.integers("shape") : literals.integers("size");
        return sizes.filter(s -> !s.isEmpty())
                .map(s -> s.stream().mapToLong(size -> size < 0 ? -1 : size).toArray());
    }

    private static Optional<long[]> permuted(LiteralArguments literals, long[] data) {
        List<Long> order = literals.integers("dims").orElse(List.of());
        if (order.size() != data.length) {
            return Optional.empty();
        }
        long[] made = new long[data.length];
        for (int i = 0; i < made.length; i++) {
            int from = axis(Optional.of(order.get(i)), data.length);
            if (from < 0) {
                return Optional.empty();
            }
            made[i] = data[from];
        }
        return Optional.of(made);
    }

    private static Optional<long[]> transposed(LiteralArguments literals, long[] data) {
        int a = axis(literals.integer("dim0", 0), data.length);
        int b = axis(literals.integer("dim1", 1), data.length);
        if (a < 0 || b < 0) {
            return Optional.empty();
        }
        long[] made = data.clone();
        made[a] = data[b];
        made[b] = data[a];
        return Optional.of(made);
    }

    private static Optional<long[]> sliced(LiteralArguments literals, long[] data) {
        int axis = axis(literals.integer("dim", 0), data.length);
        Optional<Long> start = literals.integer("start", 0);
        Optional<Long> end = literals.integer("end", Long.MAX_VALUE);
        Optional<Long> step = literals.integer("step", 1);
        if (axis < 0) {
            return Optional.empty();
        }
        long[] made = data.clone();
        if (data[axis] < 0 || start.isEmpty() || end.isEmpty() || step.isEmpty()) {
            made[axis] = -1;
        } else {
            long from = bound(start.get(), data[axis]);
            long to = bound(end.get(), data[axis]);
            made[axis] = Math.max(0, -Math.floorDiv(from - to, Math.max(1, step.get())));
        }
        return Optional.of(made);
    }

    private static long bound(long at, long size) {
        return Math.max(0, Math.min(size, at < 0 ? at + size : at));
    }

    private static Optional<long[]> selected(LiteralArguments literals, long[] data) {
        int axis = axis(literals.integer("dim", 0), data.length);
        if (axis < 0) {
            return Optional.empty();
        }
        long[] made = new long[data.length - 1];
        System.arraycopy(data, 0, made, 0, axis);
        System.arraycopy(data, axis + 1, made, axis, made.length - axis);
        return Optional.of(made);
    }

    /** Two numbers for each axis, from the last one on. */
    private static Optional<long[]> padded(LiteralArguments literals, long[] data) {
        List<Long> pads = literals.integers("pad").orElse(List.of());
        if (pads.isEmpty() || pads.size() % 2 != 0 || pads.size() > 2 * data.length) {
            return Optional.empty();
        }
        long[] made = data.clone();
        for (int i = 0; i < pads.size() / 2; i++) {
            int axis = made.length - 1 - i;
            made[axis] = data[axis] < 0 ? -1 : data[axis] + pads.get(2 * i) + pads.get(2 * i + 1);
        }
        return Optional.of(made);
    }

    private static Optional<long[]> averaged(LiteralArguments literals, long[] data) {
        Optional<List<Long>> dims = literals.integers("dim").filter(d -> !d.isEmpty());
        Optional<Boolean> kept = literals.truth("keepdim", false);
        if (dims.isEmpty() || kept.isEmpty()) {
            return Optional.empty();
        }
        List<Integer> axes = new ArrayList<>();
        dims.get().forEach(dim -> axes.add(axis(Optional.of(dim), data.length)));
        List<Long> made = new ArrayList<>();
        for (int i = 0; i < data.length; i++) {
            if (!axes.contains(i)) {
                made.add(data[i]);
            } else if (kept.get()) {
                made.add(1L);
            }
        }
        return Optional.of(made.stream().mapToLong(Long::longValue).toArray());
    }

    private static Optional<long[]> unsqueezed(LiteralArguments literals, long[] data) {
        int axis = axis(literals.integer("dim", 0), data.length + 1);
        if (axis < 0) {
            return Optional.empty();
        }
        long[] made = new long[data.length + 1];
        System.arraycopy(data, 0, made, 0, axis);
        made[axis] = 1;
        System.arraycopy(data, axis, made, axis + 1, data.length - axis);
        return Optional.of(made);
    }

    /** Counted from the front; negative if it is not known or there is no such axis. */
    private static int axis(Optional<Long> dim, int rank) {
        long axis = dim.map(d -> d < 0 ? d + rank : d).orElse(-1L);
        return axis < rank ? (int) Math.max(-1, axis) : -1;
    }
}
