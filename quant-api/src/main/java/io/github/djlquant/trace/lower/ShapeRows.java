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
import io.github.djlquant.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

/** Operations that move elements and compute none. Result shapes are taken from the runs. */
final class ShapeRows {

    private ShapeRows() {}

    static void addTo(BiConsumer<String, Operator> table) {
        for (String operation : List.of("reshape(Shape)", "flatten()", "flatten(int,int)")) {
            table.accept("NDArray." + operation, Operator.one(ShapeRows::reshape));
        }
        table.accept("NDArray.expandDims(int)", Operator.one(ShapeRows::expand));
        table.accept("NDArray.squeeze()", Operator.one((c, to) -> squeeze(c, ones(c.self()), to)));
        table.accept(
                "NDArray.squeeze(int)", Operator.one((c, to) -> squeeze(c, c.integers(0), to)));
        table.accept(
                "NDArray.squeeze(int[])", Operator.one((c, to) -> squeeze(c, c.integers(0), to)));
        table.accept("NDArray.transpose()", Operator.one(ShapeRows::reverse));
        table.accept(
                "NDArray.transpose(int[])",
                Operator.one((c, to) -> permute(c.self().name(), counted(c, 0), to)));
        table.accept("NDArray.broadcast(Shape)", Operator.one(ShapeRows::broadcast));
        table.accept("NDArray.tile(long)", Operator.one(ShapeRows::tile));
        table.accept("NDArray.tile(long[])", Operator.one(ShapeRows::tile));
        table.accept("NDArray.repeat(int,long)", Operator.one(ShapeRows::repeat));
        table.accept("NDArray.flip(int[])", Operator.one(ShapeRows::flip));
        table.accept("NDArray.pad(Shape,double)", Operator.one(ShapeRows::pad));
        table.accept("NDArrayEx.concat(NDList,int)", Operator.one(ShapeRows::concat));
        table.accept("NDArrayEx.stack(NDList,int)", Operator.one(ShapeRows::stack));
        table.accept("NDArray.split(long,int)", (c, to) -> split(c, c.integer(1), to));
        table.accept("NDArray.split(long[],int)", (c, to) -> split(c, c.integer(1), to));
    }

    /** An order that undoes the one before is dropped with it. */
    static String permute(String value, List<Long> order, Emitter to) {
        Node before = to.maker(value);
        if (before != null && before.op().isOnnx("Transpose")) {
            List<Long> first = before.intsAttribute("perm");
            boolean undone = true;
            for (int axis = 0; axis < order.size(); axis++) {
                undone &= first.get(order.get(axis).intValue()) == axis;
            }
            if (undone) {
                return before.input(0);
            }
        }
        return to.node("Transpose", List.of(value), Map.of("perm", Emitter.ints(order)));
    }

    private static List<Long> counted(Call call, int argument) {
        return call.integers(argument).stream().map(a -> (long) call.self().axis(a)).toList();
    }

    private static String reshape(Call call, Emitter to) {
        return reshape(call.self(), call.result().extents(), call, to);
    }

    /**
     * An extent that stays in its place is written as 0, and one that is left over as -1; only what
     * then is still open is computed.
     */
    static String reshape(Operand value, List<Observed> shape, Call call, Emitter to) {
        List<Observed> target = new ArrayList<>();
        int open = 0;
        int lastOpen = -1;
        int runs = value.extents().isEmpty() ? 1 : value.extent(0).seen().length;
        for (int axis = 0; axis < shape.size(); axis++) {
            Observed extent = shape.get(axis);
            if (!extent.isConstant() && axis < value.rank() && extent.equals(value.extent(axis))) {
                target.add(Observed.constant(0, runs));
            } else {
                if (!extent.isConstant()) {
                    open++;
                    lastOpen = axis;
                }
                target.add(extent);
            }
        }
        if (open == 1) {
            target.set(lastOpen, Observed.constant(-1, runs));
        }
        return to.node(
                "Reshape",
                List.of(value.name(), to.extents().vector(target, call.all(), call.place())));
    }

    private static String expand(Call call, Emitter to) {
        long axis = call.integer(0);
        long counted = axis < 0 ? axis + call.self().rank() + 1 : axis;
        return to.node("Unsqueeze", List.of(call.self().name(), to.integers(counted)));
    }

    /** Axes that have one element in every run: an open extent is not 1 by chance. */
    private static List<Long> ones(Operand value) {
        List<Long> axes = new ArrayList<>();
        for (int axis = 0; axis < value.rank(); axis++) {
            if (value.extent(axis).is(1)) {
                axes.add((long) axis);
            }
        }
        return axes;
    }

    private static String squeeze(Call call, List<Long> axes, Emitter to) {
        List<Long> single =
                axes.stream()
                        .map(a -> (long) call.self().axis(a))
                        .filter(a -> call.self().extent(a).is(1))
                        .toList();
        return single.isEmpty()
                ? call.self().name()
                : to.node("Squeeze", List.of(call.self().name(), to.integers(single)));
    }

    private static String reverse(Call call, Emitter to) {
        int rank = call.self().rank();
        return permute(
                call.self().name(),
                LongStream.range(0, rank).mapToObj(axis -> rank - 1 - axis).toList(),
                to);
    }

    private static String broadcast(Call call, Emitter to) {
        return to.node(
                "Expand",
                List.of(
                        call.self().name(),
                        to.extents().vector(call.result().extents(), call.all(), call.place())));
    }

    private static String tile(Call call, Emitter to) {
        List<Observed> times = call.observed(0);
        int rank = call.result().rank();
        Operand self = call.self();
        String value = self.name();
        if (self.rank() < rank) {
            List<Long> axes = LongStream.range(0, rank - self.rank()).boxed().toList();
            value = to.node("Unsqueeze", List.of(value, to.integers(axes)));
        }
        List<Observed> all = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            int from = axis - (rank - times.size());
            all.add(
                    times.size() == 1 && call.operation().endsWith("(long)")
                            ? times.get(0)
                            : from < 0
                                    ? Observed.constant(1, times.get(0).seen().length)
                                    : times.get(from));
        }
        return to.node("Tile", List.of(value, to.extents().vector(all, call.all(), call.place())));
    }

    /** Each element several times in a row: a new axis of copies, joined with its neighbour. */
    private static String repeat(Call call, Emitter to) {
        Operand self = call.self();
        int axis = self.axis(call.integer(0));
        String split = to.node("Unsqueeze", List.of(self.name(), to.integers(axis + 1L)));
        List<Observed> copies = new ArrayList<>(self.extents());
        copies.add(axis + 1, call.observed(1).get(0));
        String copied =
                to.node(
                        "Expand",
                        List.of(split, to.extents().vector(copies, call.all(), call.place())));
        return to.node(
                "Reshape",
                List.of(
                        copied,
                        to.extents().vector(call.result().extents(), call.all(), call.place())));
    }

    private static String flip(Call call, Emitter to) {
        List<Long> axes = counted(call, 0);
        int count = axes.size();
        return to.node(
                "Slice",
                List.of(
                        call.self().name(),
                        to.integers(java.util.Collections.nCopies(count, -1L)),
                        to.integers(java.util.Collections.nCopies(count, Long.MIN_VALUE)),
                        to.integers(axes),
                        to.integers(java.util.Collections.nCopies(count, -1L))));
    }

    /** DJL counts pairs from the last axis on, ONNX all starts and then all ends. */
    private static String pad(Call call, Emitter to) {
        List<Long> pairs = call.integers(0);
        int rank = call.self().rank();
        long[] pads = new long[2 * rank];
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            int axis = rank - 1 - i / 2;
            pads[axis] = pairs.get(i);
            pads[rank + axis] = pairs.get(i + 1);
        }
        DataType type = call.self().type();
        return to.node(
                "Pad",
                List.of(call.self().name(), to.integers(pads), to.scalar(type, call.number(1))));
    }

    private static List<Operand> parts(Call call) {
        List<Operand> parts = new ArrayList<>();
        parts.add(call.self());
        parts.addAll(call.arrays(0));
        return parts;
    }

    private static String concat(Call call, Emitter to) {
        List<String> parts =
                parts(call).stream().map(p -> to.cast(p, call.result().type())).toList();
        return to.node("Concat", parts, Emitter.axis(call.self().axis(call.integer(1))));
    }

    private static String stack(Call call, Emitter to) {
        long axis = call.integer(1);
        long counted = axis < 0 ? axis + call.result().rank() : axis;
        List<String> parts =
                parts(call).stream()
                        .map(p -> to.cast(p, call.result().type()))
                        .map(p -> to.node("Unsqueeze", List.of(p, to.integers(counted))))
                        .toList();
        return to.node("Concat", parts, Emitter.axis(counted));
    }

    private static List<String> split(Call call, long axis, Emitter to) {
        List<Observed> sizes = call.results().stream().map(result -> result.extent(axis)).toList();
        if (sizes.size() == 1) {
            return List.of(call.self().name());
        }
        return to.nodes(
                "Split",
                List.of(call.self().name(), to.extents().vector(sizes, call.all(), call.place())),
                Map.of("axis", Attribute.of((long) call.self().axis(axis))),
                sizes.size());
    }
}
