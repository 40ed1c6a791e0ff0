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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Parts of a tensor, and tensors put together. */
final class PartRows {

    private PartRows() {}

    static void add(Rows rows) {
        rows.aten("cat concat", "tensors dim", (c, g) -> cat(c, c.tensors("tensors"), g));
        rows.aten(
                "stack",
                "tensors dim",
                (c, g) -> {
                    List<Item.Array> parts = new ArrayList<>();
                    for (Item.Array part : c.tensors("tensors")) {
                        parts.add(Axes.unsqueeze(part, c.integer("dim", 0), g));
                    }
                    return cat(c, parts, g);
                });
        rows.aten("chunk unsafe_chunk", "self chunks dim", PartRows::chunk);
        rows.aten("split unsafe_split", "self split_size/split_sizes dim", PartRows::split);
        rows.aten(
                "split_with_sizes unsafe_split_with_sizes",
                "self split_size/split_sizes dim",
                PartRows::split);
        rows.aten("tensor_split", "self sections/indices dim", PartRows::tensorSplit);
        rows.aten("unbind", "self dim", PartRows::unbind);
        rows.aten("slice", "self dim start end step", PartRows::slice);
        rows.aten(
                "select",
                "self dim index",
                (c, g) -> Axes.select(c.tensor("self"), c.integer("dim"), c.item("index"), g));
        rows.aten("narrow", "self dim start length", PartRows::narrow);
    }

    private static Item cat(Call call, List<Item.Array> parts, Emitter graph) {
        if (parts.isEmpty()) {
            throw new RefusedException("it puts no tensors together");
        }
        DataType type = ElementTypes.promote(List.copyOf(parts));
        List<Item.Array> alike =
                parts.stream().map(part -> Numbers.cast(part, type, graph)).toList();
        for (Item.Array part : alike) {
            // An empty vector fits any shape in libtorch.
            if (part.hasRank(1) && part.shape().size(0) == 0) {
                throw new RefusedException("it puts an empty vector beside other tensors");
            }
        }
        return Axes.concat(alike, call.integer("dim", 0), graph);
    }

    private static Item chunk(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        long axis = call.integer("dim", 0);
        long chunks = call.integer("chunks");
        Item size = Numbers.size(x, axis, graph);
        Optional<Long> known = Literals.integer(size);
        if (known.isPresent()) {
            long each = Math.max(1, -Math.floorDiv(-known.get(), chunks));
            return bySizes(x, axis, sizes(known.get(), each), graph);
        }
        Item raised = NumberRows.binary("add", size, Literals.of(chunks - 1), graph);
        Item each = NumberRows.binary("floordiv", raised, Literals.of(chunks), graph);
        return byOffsets(x, axis, each, chunks, graph);
    }

    private static Item byOffsets(Item.Array x, long axis, Item each, long count, Emitter graph) {
        List<Item> parts = new ArrayList<>();
        Item start = Literals.of(0);
        for (long i = 0; i < count; i++) {
            Item end = NumberRows.binary("mul", each, Literals.of(i + 1), graph);
            parts.add(Axes.slice(x, axis, start, end, 1, graph));
            start = end;
        }
        return new Item.Items(parts);
    }

    private static List<Long> sizes(long size, long each) {
        List<Long> sizes = new ArrayList<>();
        for (long start = 0; start < size; start += each) {
            sizes.add(Math.min(each, size - start));
        }
        return sizes.isEmpty() ? List.of(0L) : sizes;
    }

    private static Item split(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        long axis = call.integer("dim", 0);
        if (call.item("split_size") instanceof Item.Items) {
            return bySizes(x, axis, call.integers("split_size"), graph);
        }
        long each = call.integer("split_size");
        Optional<Long> known = Literals.integer(Numbers.size(x, axis, graph));
        if (known.isPresent()) {
            return bySizes(x, axis, sizes(known.get(), each), graph);
        } else if (call.outputs() > 1) {
            return byOffsets(x, axis, Literals.of(each), call.outputs(), graph);
        }
        throw new RefusedException("the number of its parts is not known");
    }

    private static Item tensorSplit(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        long axis = call.integer("dim", 0);
        long size =
                Literals.integer(Numbers.size(x, axis, graph))
                        .orElseThrow(
                                () -> new RefusedException("the sizes of its parts are not known"));
        if (call.item("sections") instanceof Item.Items) {
            throw new RefusedException("it splits at indices");
        }
        long sections = call.integer("sections");
        List<Long> sizes = new ArrayList<>();
        for (long i = 0; i < sections; i++) {
            sizes.add(size / sections + (i < size % sections ? 1 : 0));
        }
        return bySizes(x, axis, sizes, graph);
    }

    private static Item bySizes(Item.Array x, long axis, List<Long> sizes, Emitter graph) {
        if (sizes.size() == 1) {
            return new Item.Items(List.of(x));
        }
        List<DataType> types = Collections.nCopies(sizes.size(), x.type());
        List<Shape> shapes = new ArrayList<>();
        for (long size : sizes) {
            shapes.add(
                    x.shape() == null
                            ? null
                            : Shapes.with(x.shape(), Shapes.axis(axis, x.rank()), size));
        }
        return new Item.Items(
                List.copyOf(
                        graph.op("Split")
                                .in(x, graph.longs(sizes))
                                .attr("axis", axis)
                                .all(types, shapes)));
    }

    private static Item unbind(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        long axis = call.integer("dim", 0);
        long count = Literals.integer(Numbers.size(x, axis, graph)).orElse(-1L);
        if (count < 0 && call.outputs() == 1) {
            return new Item.Parts(x, axis);
        }
        List<Item> parts = new ArrayList<>();
        for (long i = 0; i < (count < 0 ? call.outputs() : count); i++) {
            parts.add(Axes.select(x, axis, Literals.of(i), graph));
        }
        return new Item.Items(parts);
    }

    private static Item slice(Call call, Emitter graph) {
        Item start = call.has("start") ? call.item("start") : Literals.of(0);
        Item end = call.has("end") ? call.item("end") : Literals.of(Axes.END);
        if (call.item("self") instanceof Item.Array x) {
            return Axes.slice(
                    x, call.integer("dim", 0), start, end, call.integer("step", 1), graph);
        } else if (call.item("self") instanceof Item.Vector vector) {
            // Of a list the first argument after it is where the part starts.
            Item.Array array = new Item.Array(vector.value(), DataType.INT64, Shapes.of(-1));
            Item from = listBound(call, "dim", 0);
            Item to = listBound(call, "start", Axes.END);
            return new Item.Vector(Axes.slice(array, 0, from, to, 1, graph).value());
        }
        List<Item> items = call.items("self");
        int size = items.size();
        int from = bound(listBound(call, "dim", 0), size);
        int to = bound(listBound(call, "start", Axes.END), size);
        if (call.count() == 4 && call.integer("end", 1) != 1) {
            throw new RefusedException("it takes not every element of a list");
        }
        return new Item.Items(items.subList(from, Math.max(from, to)));
    }

    /** A list has no axes: its bounds stand one place earlier. */
    private static Item listBound(Call call, String name, long absent) {
        return call.has(name) ? call.item(name) : Literals.of(absent);
    }

    private static int bound(Item item, int size) {
        long index =
                Literals.integer(item)
                        .orElseThrow(
                                () ->
                                        new RefusedException(
                                                "it takes a part of a list that the"
                                                        + " input decides"));
        return (int) Math.max(0, Math.min(size, index < 0 ? index + size : index));
    }

    private static Item narrow(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        Item start = call.item("start");
        if (start instanceof Item.Array array) {
            start = Numbers.number(array, DataType.INT64, graph);
        }
        if (Literals.integer(start).filter(s -> s < 0).isPresent()) {
            start =
                    NumberRows.binary(
                            "add", start, Numbers.size(x, call.integer("dim"), graph), graph);
        }
        Item end = NumberRows.binary("add", start, call.item("length"), graph);
        return Axes.slice(x, call.integer("dim"), start, end, 1, graph);
    }
}
