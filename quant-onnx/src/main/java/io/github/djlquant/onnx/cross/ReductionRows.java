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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import java.util.List;
import java.util.Optional;

/** Sums, means, extremes and where they are. */
final class ReductionRows {

    private ReductionRows() {}

    static void add(Rows rows) {
        rows.aten("mean", "self dim keepdim dtype", (c, g) -> sum("ReduceMean", c, g));
        rows.aten("sum", "self dim keepdim dtype", (c, g) -> sum("ReduceSum", c, g));
        rows.aten("prod", "self dim keepdim dtype", (c, g) -> sum("ReduceProd", c, g));
        rows.aten("amax", "self dim keepdim", (c, g) -> extreme("ReduceMax", c, g));
        rows.aten("amin", "self dim keepdim", (c, g) -> extreme("ReduceMin", c, g));
        rows.aten("max", "self dim/other keepdim", (c, g) -> found("Max", c, g));
        rows.aten("min", "self dim/other keepdim", (c, g) -> found("Min", c, g));
        rows.aten("argmax", "self dim keepdim", (c, g) -> place("ArgMax", c, g));
        rows.aten("argmin", "self dim keepdim", (c, g) -> place("ArgMin", c, g));
        rows.aten("all", "self dim keepdim", (c, g) -> truth("ReduceMin", c, g));
        rows.aten("any", "self dim keepdim", (c, g) -> truth("ReduceMax", c, g));
        rows.aten("logsumexp", "self dim keepdim", (c, g) -> extreme("ReduceLogSumExp", c, g));
        rows.aten(
                "aminmax",
                "self dim keepdim",
                (c, g) ->
                        new Item.Items(
                                List.of(extreme("ReduceMin", c, g), extreme("ReduceMax", c, g))));
        rows.aten(
                "cumsum",
                "self dim dtype",
                (c, g) -> {
                    Item.Array x = summed(c.tensor("self"), c.dataType("dtype"), g);
                    return g.op("CumSum")
                            .in(
                                    x,
                                    g.constant(
                                            Store.tensor(c.integer("dim"), DataType.INT64),
                                            "constant/axis"))
                            .like(x);
                });
        rows.aten("topk", "self k dim largest sorted", ReductionRows::top);
        rows.aten("sort", "self dim/stable descending", ReductionRows::sort);
        rows.aten(
                "argsort",
                "self dim descending",
                (c, g) -> ((Item.Items) sort(c, g)).elements().get(1));
    }

    /** Sums of integers and truth values are int64. */
    private static Item.Array summed(Item.Array x, DataType named, Emitter graph) {
        DataType type = named;
        if (type == null) {
            type = x.type().isFloatingPoint() ? x.type() : DataType.INT64;
        }
        return Numbers.cast(x, type, graph);
    }

    private static Item sum(String op, Call call, Emitter graph) {
        DataType named = call.dataType("dtype");
        if (call.item("self") instanceof Item.Items items && op.equals("ReduceSum")) {
            Item total = Literals.of(0);
            for (Item item : items.elements()) {
                total = NumberRows.binary("add", total, item, graph);
            }
            return total;
        }
        Item.Array x = call.tensor("self");
        if (op.equals("ReduceMean")) {
            x = named == null ? x : Numbers.cast(x, named, graph);
            ConvolutionRows.requireFloat(x);
        } else {
            x = summed(x, named, graph);
        }
        return Reductions.reduce(op, x, call.integers("dim"), call.truth("keepdim", false), graph);
    }

    private static Item extreme(String op, Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        return Reductions.reduce(op, x, call.integers("dim"), call.truth("keepdim", false), graph);
    }

    /** The extreme of all, of two tensors, or along an axis with its places. */
    private static Item found(String op, Call call, Emitter graph) {
        Item first = call.item("self");
        if (first instanceof Item.Items || Literals.isNumber(first)) {
            throw new RefusedException("it compares numbers, not tensors");
        } else if (call.item("dim") instanceof Item.Array) {
            return ArithmeticRows.binary(op, ArithmeticRows.operands(call, graph), graph);
        }
        Item.Array x = call.tensor("self");
        if (!call.has("dim")) {
            return Reductions.reduce("Reduce" + op, x, List.of(), false, graph);
        }
        boolean keeps = call.truth("keepdim", false);
        long axis = call.integer("dim");
        Item.Array values = Reductions.reduce("Reduce" + op, x, List.of(axis), keeps, graph);
        return new Item.Items(List.of(values, place("Arg" + op, x, axis, keeps, graph)));
    }

    private static Item.Array place(
            String op, Item.Array x, long axis, boolean keeps, Emitter graph) {
        return graph.op(op)
                .in(x)
                .attr("axis", axis)
                .attr("keepdims", keeps ? 1 : 0)
                .to(DataType.INT64, Reductions.shape(x.shape(), List.of(axis), keeps));
    }

    private static Item place(String op, Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        if (call.has("dim")) {
            return place(op, x, call.integer("dim"), call.truth("keepdim", false), graph);
        } else if (call.truth("keepdim", false)) {
            throw new RefusedException("it keeps the axes of a place among all elements");
        }
        Item.Array flat = Axes.reshape(x, List.of(Literals.of(-1)), graph);
        return place(op, flat, 0, false, graph);
    }

    private static Item truth(String op, Call call, Emitter graph) {
        if (call.item("self") instanceof Item.Items items) {
            boolean all = op.equals("ReduceMin");
            Item result = Literals.of(all);
            for (Item item : items.elements()) {
                result = NumberRows.binary(all ? "__and__" : "__or__", result, item, graph);
            }
            return result;
        }
        Item.Array x = Numbers.cast(call.tensor("self"), DataType.BOOL, graph);
        Item.Array counted = Numbers.cast(x, DataType.INT32, graph);
        Item.Array reduced =
                Reductions.reduce(
                        op, counted, call.integers("dim"), call.truth("keepdim", false), graph);
        return Numbers.cast(reduced, DataType.BOOL, graph);
    }

    private static Item top(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        long axis = call.integer("dim", -1);
        Shape shape = null;
        if (x.shape() != null) {
            long size = Literals.integer(call.item("k")).orElse(-1L);
            shape = Shapes.with(x.shape(), Shapes.axis(axis, x.rank()), size);
        }
        return sorted(
                x,
                Numbers.one(call.item("k"), graph),
                axis,
                call.truth("largest", true),
                call.truth("sorted", true),
                shape,
                graph);
    }

    private static Item sorted(
            Item.Array x,
            Item.Array count,
            long axis,
            boolean largest,
            boolean inOrder,
            Shape shape,
            Emitter graph) {
        List<Item.Array> made =
                graph.op("TopK")
                        .in(x, count)
                        .attr("axis", axis)
                        .attr("largest", largest ? 1 : 0)
                        .attr("sorted", inOrder ? 1 : 0)
                        .all(
                                List.of(x.type(), DataType.INT64),
                                java.util.Arrays.asList(shape, shape));
        return new Item.Items(List.copyOf(made));
    }

    private static Item sort(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        Optional<Long> axis = Literals.integer(call.item("dim"));
        if (call.has("dim") && axis.isEmpty()) {
            throw new RefusedException("it asks for the order of equal elements");
        }
        long own = axis.orElse(-1L);
        return sorted(
                x,
                Numbers.one(Numbers.size(x, own, graph), graph),
                own,
                call.truth("descending", false),
                true,
                x.shape(),
                graph);
    }
}
