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

import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.types.Shape;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.trace.record.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;

/** Operations that pick elements: slices, rows of tables, indices. */
final class IndexRows {

    private IndexRows() {}

    static void addTo(BiConsumer<String, Operator> table) {
        table.accept("NDArray.get(NDManager,NDIndex)", Operator.one(IndexRows::get));
        table.accept("NDArray.gather(NDArray,int)", Operator.one(IndexRows::gather));
        table.accept("NDArray.gatherNd(NDArray)", Operator.one(IndexRows::gatherNd));
        table.accept("NDArray.take(NDManager,NDArray)", Operator.one(IndexRows::take));
        table.accept(
                "NDArrayEx.embedding(NDArray,NDArray,SparseFormat)",
                Operator.one(
                        (c, to) ->
                                rows(c.array(1).name(), to.cast(c.array(0), DataType.INT64), to)));
        table.accept("NDArray.oneHot(int)", Operator.one((c, to) -> oneHot(c, 1, 0, to)));
        table.accept("NDArray.oneHot(int,DataType)", Operator.one((c, to) -> oneHot(c, 1, 0, to)));
        table.accept(
                "NDArray.oneHot(int,float,float,DataType)",
                Operator.one((c, to) -> oneHot(c, c.number(1), c.number(2), to)));
    }

    private static String rows(String table, String indices, Emitter to) {
        return to.node("Gather", List.of(table, indices), Emitter.axis(0));
    }

    private static String get(Call call, Emitter to) {
        if (call.argument(1) instanceof Reference) {
            Operand index = call.array(1);
            if (index.type() == DataType.BOOL) {
                throw call.failure("the result's shape depends on the elements of a mask");
            }
            return rows(call.self().name(), to.cast(index, DataType.INT64), to);
        }
        return slice(call, to);
    }

    private static String slice(Call call, Emitter to) {
        Operand self = call.self();
        List<long[]> min = new ArrayList<>();
        List<long[]> max = new ArrayList<>();
        List<long[]> step = new ArrayList<>();
        List<Long> removed = new ArrayList<>();
        List<Object> indices = call.arguments(1);
        for (int run = 0; run < indices.size(); run++) {
            NDIndexFullSlice slice = full((NDIndex) indices.get(run), self, run, call);
            min.add(slice.getMin());
            max.add(slice.getMax());
            step.add(slice.getStep());
            if (run == 0) {
                for (int axis : slice.getToSqueeze()) {
                    removed.add((long) axis);
                }
            }
        }
        String cut = cut(call, call.observed(min), call.observed(max), call.observed(step), to);
        return removed.isEmpty() ? cut : to.node("Squeeze", List.of(cut, to.integers(removed)));
    }

    private static NDIndexFullSlice full(NDIndex index, Operand self, int run, Call call) {
        long[] shape = self.extents().stream().mapToLong(e -> e.seen()[run]).toArray();
        return NDIndexFullSlice.fromIndex(index, new Shape(shape))
                .orElseThrow(() -> call.failure("an index with more than numbers and slices"));
    }

    private static String cut(
            Call call, List<Observed> min, List<Observed> max, List<Observed> step, Emitter to) {
        Operand self = call.self();
        List<Observed> starts = new ArrayList<>();
        List<Observed> ends = new ArrayList<>();
        List<Observed> steps = new ArrayList<>();
        List<Long> axes = new ArrayList<>();
        for (int axis = 0; axis < self.rank(); axis++) {
            Observed extent = self.extent(axis);
            boolean whole =
                    min.get(axis).is(0) && max.get(axis).equals(extent) && step.get(axis).is(1);
            if (!whole) {
                axes.add((long) axis);
                starts.add(fromEnd(min.get(axis), extent));
                ends.add(
                        max.get(axis).equals(extent)
                                ? Observed.constant(Long.MAX_VALUE, extent.seen().length)
                                : fromEnd(max.get(axis), extent));
                steps.add(step.get(axis));
            }
        }
        if (axes.isEmpty()) {
            return self.name();
        }
        return to.node(
                "Slice",
                List.of(
                        self.name(),
                        to.extents().vector(starts, call.all(), call.place()),
                        to.extents().vector(ends, call.all(), call.place()),
                        to.integers(axes),
                        to.extents().vector(steps, call.all(), call.place())));
    }

    /** Counted from the end where only that is constant. */
    private static Observed fromEnd(Observed position, Observed extent) {
        Observed distance = position.minus(extent);
        return !position.isConstant() && distance.isConstant() && distance.first() < 0
                ? distance
                : position;
    }

    private static String gather(Call call, Emitter to) {
        return to.node(
                "GatherElements",
                List.of(call.self().name(), to.cast(call.array(0), DataType.INT64)),
                Emitter.axis(call.self().axis(call.integer(1))));
    }

    /** DJL's indices have their depth first, ONNX's last. */
    private static String gatherNd(Call call, Emitter to) {
        Operand index = call.array(0);
        String indices = to.cast(index, DataType.INT64);
        if (index.extent(0).is(1)) {
            return rows(
                    call.self().name(), to.node("Squeeze", List.of(indices, to.integers(0))), to);
        }
        List<Long> order = new ArrayList<>(LongStream.range(1, index.rank()).boxed().toList());
        order.add(0L);
        return to.node(
                "GatherND", List.of(call.self().name(), ShapeRows.permute(indices, order, to)));
    }

    private static String take(Call call, Emitter to) {
        return rows(
                ReductionRows.flat(call.self(), to), to.cast(call.array(1), DataType.INT64), to);
    }

    private static String oneHot(Call call, double on, double off, Emitter to) {
        DataType type = call.result().type();
        String depth = to.extents().vector(call.observed(0), call.all(), call.place());
        String values =
                to.node(
                        "Concat",
                        List.of(
                                to.node("Unsqueeze", List.of(to.scalar(type, off), to.integers(0))),
                                to.node("Unsqueeze", List.of(to.scalar(type, on), to.integers(0)))),
                        Map.of("axis", Attribute.of(0L)));
        return to.node(
                "OneHot",
                List.of(to.cast(call.self(), DataType.INT64), depth, values),
                Map.of("axis", Attribute.of(-1L)));
    }
}
