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
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Tensors with some elements replaced; also what changes in place have become. */
final class ScatterRows {

    private ScatterRows() {}

    static void add(Rows rows) {
        rows.aten("scatter", "self dim index src/value reduce", ScatterRows::scatter);
        rows.aten(
                "scatter_add",
                "self dim index src",
                (c, g) ->
                        put(
                                c.tensor("self"),
                                c.integer("dim"),
                                c.tensor("index"),
                                c.tensor("src"),
                                "add",
                                g));
        rows.aten("index_add", "self dim index source alpha", ScatterRows::indexAdd);
        rows.aten("index_put", "self indices values accumulate", ScatterRows::indexPut);
        rows.aten("select_scatter", "self src dim index", ScatterRows::selected);
        rows.aten("slice_scatter", "self src dim start end step", ScatterRows::sliced);
        rows.aten(
                "copy",
                "self src non_blocking",
                (c, g) -> {
                    Item.Array x = c.tensor("self");
                    return spread(Numbers.scalar(c.item("src"), x.type(), g), x, g);
                });
        rows.aten(
                "fill",
                "self value",
                (c, g) -> {
                    Item.Array x = c.tensor("self");
                    return spread(Numbers.scalar(c.item("value"), x.type(), g), x, g);
                });
    }

    /** Broadcasts to a tensor's shape. */
    private static Item.Array spread(Item.Array array, Item.Array like, Emitter graph) {
        boolean same =
                array.shape() != null && like.shape() != null && array.shape().equals(like.shape());
        return same
                ? array
                : graph.op("Expand")
                        .in(array, Numbers.dims(like, graph))
                        .to(array.type(), like.shape());
    }

    private static Item.Array put(
            Item.Array x,
            long axis,
            Item.Array index,
            Item.Array source,
            String reduction,
            Emitter graph) {
        Emitter.Op op =
                graph.op("ScatterElements")
                        .in(x, index, Numbers.cast(source, x.type(), graph))
                        .attr("axis", axis);
        if (reduction != null) {
            op.attr("reduction", reduction);
        }
        return op.like(x);
    }

    private static Item scatter(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        Item.Array index = call.tensor("index");
        String reduction = call.text("reduce", "");
        if (!reduction.isEmpty()) {
            throw new RefusedException("it reduces by " + reduction);
        }
        Item.Array source;
        if (call.item("src") instanceof Item.Array array) {
            source = cut(array, index, graph);
        } else {
            source = spread(Numbers.scalar(call.item("src"), x.type(), graph), index, graph);
        }
        return put(x, call.integer("dim"), index, source, null, graph);
    }

    /** The source may be larger than the index, in ONNX it may not. */
    private static Item.Array cut(Item.Array source, Item.Array index, Emitter graph) {
        if (source.shape() != null && source.shape().equals(index.shape())) {
            return source;
        }
        Item.Array end = Numbers.dims(index, graph);
        Item.Array rank = graph.op("Shape").in(end).to(DataType.INT64, Shapes.of(1));
        Item.Array start =
                graph.op("ConstantOfShape")
                        .in(rank)
                        .attr(
                                "value",
                                new Attribute.TensorAttribute(Store.filled(0, DataType.INT64, 1)))
                        .to(DataType.INT64, end.shape());
        return graph.op("Slice").in(source, start, end).to(source.type(), index.shape());
    }

    private static Item indexAdd(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        Item.Array source = call.tensor("source");
        int rank = Call.rank(x);
        int axis = Shapes.axis(call.integer("dim"), rank);
        source = ProductRows.scaled(source, call.number("alpha", 1), graph);
        Item.Array index = along(call.tensor("index"), axis, rank, graph);
        return put(x, axis, spread(index, source, graph), source, "add", graph);
    }

    /** A vector of indices that broadcasts along an axis. */
    private static Item.Array along(Item.Array vector, int axis, int rank, Emitter graph) {
        List<Long> axes = new ArrayList<>();
        for (long i = 0; i < rank; i++) {
            if (i != axis) {
                axes.add(i);
            }
        }
        if (axes.isEmpty()) {
            return vector;
        }
        long size = vector.shape() == null ? -1 : vector.shape().size(0);
        Shape shape = Shapes.with(Shapes.of(Collections.nCopies(rank, 1L)), axis, size);
        return graph.op("Unsqueeze").in(vector, graph.longs(axes)).to(vector.type(), shape);
    }

    private static Item indexPut(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        List<Item> indices = call.items("indices");
        boolean mask =
                indices.size() == 1
                        && indices.get(0) instanceof Item.Array array
                        && array.type() == DataType.BOOL;
        boolean one =
                call.item("values") instanceof Item.Array value
                        && Shapes.volume(value.shape()) == 1
                        && value.rank() == 0;
        if (!mask || !one || call.truth("accumulate", false)) {
            throw new RefusedException("it puts other things than one number where a mask holds");
        }
        Item.Array where = (Item.Array) indices.get(0);
        for (int axis = where.rank(); axis < Call.rank(x); axis++) {
            where = Axes.unsqueeze(where, axis, graph);
        }
        Item.Array value = Numbers.cast(call.tensor("values"), x.type(), graph);
        return ComparisonRows.choose(where, value, x, graph);
    }

    private static Item selected(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        if (x.shape() == null) {
            long index = known(call, "index", 0);
            long axis = call.integer("dim");
            Item.Array part = Axes.unsqueeze(call.tensor("src"), axis, graph);
            return replaced(x, part, axis, index, index + 1, graph);
        }
        int axis = Shapes.axis(call.integer("dim"), Call.rank(x));
        Item.Array source = Axes.unsqueeze(call.tensor("src"), axis, graph);
        Item index = call.item("index");
        if (Literals.integer(index).filter(i -> i < 0).isPresent()) {
            index = NumberRows.binary("add", index, Numbers.size(x, axis, graph), graph);
        }
        Item.Array places = along(Numbers.one(index, graph), axis, x.rank(), graph);
        return put(x, axis, spread(places, source, graph), source, null, graph);
    }

    private static long known(Call call, String name, long absent) {
        long place = call.integer(name, absent);
        if (place < 0) {
            throw new RefusedException("it counts from the end of axes that are not known");
        }
        return place;
    }

    /** The tensor before, the part, and the tensor behind: the rank need not be known. */
    private static Item replaced(
            Item.Array x, Item.Array part, long axis, long start, long end, Emitter graph) {
        List<Item.Array> parts = new ArrayList<>();
        if (start > 0) {
            parts.add(Axes.slice(x, axis, 0, start, graph));
        }
        parts.add(Numbers.cast(part, x.type(), graph));
        if (end < Axes.END) {
            parts.add(Axes.slice(x, axis, end, Axes.END, graph));
        }
        return Axes.concat(parts, axis, graph);
    }

    /** Puts the source where a slice of all places along the axis is. */
    private static Item sliced(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        if (x.shape() == null && call.integer("step", 1) == 1) {
            return replaced(
                    x,
                    call.tensor("src"),
                    call.integer("dim", 0),
                    known(call, "start", 0),
                    known(call, "end", Axes.END),
                    graph);
        }
        int rank = Call.rank(x);
        int axis = Shapes.axis(call.integer("dim", 0), rank);
        Item start = call.has("start") ? call.item("start") : Literals.of(0);
        Item end = call.has("end") ? call.item("end") : Literals.of(Axes.END);
        Item.Array all = CreationRows.range(Numbers.size(x, axis, graph), graph);
        Item.Array places = Axes.slice(all, 0, start, end, call.integer("step", 1), graph);
        Item.Array source = Numbers.cast(call.tensor("src"), x.type(), graph);
        if (places.value().equals(all.value())) {
            return spread(source, x, graph);
        }
        return put(
                x,
                axis,
                spread(along(places, axis, rank, graph), source, graph),
                source,
                null,
                graph);
    }
}
