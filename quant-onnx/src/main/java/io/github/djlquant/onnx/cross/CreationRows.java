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
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tensors made of numbers. */
final class CreationRows {

    private CreationRows() {}

    static void add(Rows rows) {
        rows.aten("zeros", "size dtype", (c, g) -> filled(c, "size", 0, null, g));
        rows.aten("ones", "size dtype", (c, g) -> filled(c, "size", 1, null, g));
        rows.aten("full", "size fill_value dtype", (c, g) -> full(c, "size", null, g));
        rows.aten("new_zeros", "self size dtype", (c, g) -> filled(c, "size", 0, self(c), g));
        rows.aten("new_ones", "self size dtype", (c, g) -> filled(c, "size", 1, self(c), g));
        rows.aten("new_full", "self size fill_value dtype", (c, g) -> full(c, "size", self(c), g));
        rows.aten("zeros_like", "self dtype", (c, g) -> like(c, 0, g));
        rows.aten("ones_like", "self dtype", (c, g) -> like(c, 1, g));
        rows.aten("full_like", "self fill_value dtype", CreationRows::fullLike);
        rows.aten("arange", "first second third dtype", CreationRows::arange);
        rows.aten("tril", "self diagonal", (c, g) -> triangle(c, 0, g));
        rows.aten("triu", "self diagonal", (c, g) -> triangle(c, 1, g));
        rows.aten("tensor", "data dtype requires_grad", CreationRows::tensor);
        rows.aten("meshgrid", "tensors indexing", CreationRows::meshgrid);
    }

    private static DataType self(Call call) {
        return call.tensor("self").type();
    }

    private static Item filled(
            Call call, String size, double value, DataType absent, Emitter graph) {
        DataType named = call.dataType("dtype");
        DataType type = named == null ? absent == null ? DataType.FLOAT : absent : named;
        return filled(call.item(size), new Item.Literal(value), type, graph);
    }

    private static Item full(Call call, String size, DataType absent, Emitter graph) {
        DataType named = call.dataType("dtype");
        Item value = call.item("fill_value");
        DataType type = named == null ? absent : named;
        if (type == null) {
            type = ElementTypes.number(value);
        }
        return filled(call.item(size), value, type, graph);
    }

    private static Item filled(Item size, Item value, DataType type, Emitter graph) {
        Shape shape =
                size instanceof Item.Items items ? Numbers.shape(items.elements(), graph) : null;
        Optional<Double> known = Literals.number(value);
        if (known.isEmpty()
                || Literals.integer(value).filter(v -> Math.abs(v) > 1L << 53).isPresent()) {
            return graph.op("Expand")
                    .in(Numbers.scalar(value, type, graph), Numbers.vector(size, graph))
                    .to(type, shape);
        }
        Tensor element = Store.filled(known.get(), type, 1);
        return graph.op("ConstantOfShape")
                .in(Numbers.vector(size, graph))
                .attr("value", new Attribute.TensorAttribute(element))
                .to(type, shape);
    }

    private static Item like(Call call, double value, Emitter graph) {
        DataType named = call.dataType("dtype");
        Item.Array x = call.tensor("self");
        return like(x, value, named == null ? x.type() : named, graph);
    }

    private static Item like(Item.Array x, double value, DataType type, Emitter graph) {
        return graph.op("ConstantOfShape")
                .in(Numbers.dims(x, graph))
                .attr("value", new Attribute.TensorAttribute(Store.filled(value, type, 1)))
                .to(type, x.shape());
    }

    private static Item fullLike(Call call, Emitter graph) {
        DataType named = call.dataType("dtype");
        Item.Array x = call.tensor("self");
        return like(x, call.number("fill_value", 0), named == null ? x.type() : named, graph);
    }

    /** 0, 1, 2 and so on. */
    static Item.Array range(Item count, Emitter graph) {
        long size = Literals.integer(count).orElse(-1L);
        return graph.op("Range")
                .in(
                        graph.scalar(0, DataType.INT64),
                        Numbers.scalar(count, DataType.INT64, graph),
                        graph.scalar(1, DataType.INT64))
                .to(DataType.INT64, Shapes.of(size));
    }

    /**
     * By position there are an end, a start and an end, or both with a step; all may be tensors.
     */
    private static Item arange(Call call, Emitter graph) {
        List<Item> bounds = new ArrayList<>();
        for (int i = 0; i < Math.min(call.count(), 3); i++) {
            if (!call.item(i).equals(Item.NONE)) {
                bounds.add(call.item(i));
            }
        }
        DataType named = named(call);
        Item start = bounds.size() > 1 ? bounds.get(0) : Literals.of(0);
        Item end = bounds.get(bounds.size() > 1 ? 1 : 0);
        Item step = bounds.size() > 2 ? bounds.get(2) : Literals.of(1);
        List<Item> all = List.of(start, end, step);
        DataType type = named;
        if (type == null) {
            boolean integers =
                    all.stream()
                            .allMatch(
                                    item ->
                                            item instanceof Item.Array a
                                                    ? ElementTypes.isInteger(a.type())
                                                    : ElementTypes.number(item) == DataType.INT64);
            type = integers ? DataType.INT64 : DataType.FLOAT;
        }
        boolean whole =
                all.stream()
                        .allMatch(
                                item ->
                                        item instanceof Item.Array a
                                                ? ElementTypes.isInteger(a.type())
                                                : Joined.kind(item) == DataType.INT64);
        // Counted in integers, so that the number of steps is not rounded.
        DataType counted = whole ? DataType.INT64 : DataType.DOUBLE;
        Item.Array range =
                graph.op("Range")
                        .in(
                                Numbers.scalar(start, counted, graph),
                                Numbers.scalar(end, counted, graph),
                                Numbers.scalar(step, counted, graph))
                        .to(counted, Shapes.of(length(all)));
        return Numbers.cast(range, type, graph);
    }

    private static DataType named(Call call) {
        Item type = call.keyword("dtype");
        return type.equals(Item.NONE)
                ? null
                : ElementTypes.of(
                        Literals.integer(type)
                                .orElseThrow(() -> new RefusedException("its type is not known")));
    }

    private static long length(List<Item> bounds) {
        Optional<List<Long>> known = Literals.integers(new Item.Items(bounds));
        if (known.isEmpty() || known.get().get(2) <= 0) {
            return -1;
        }
        long width = known.get().get(1) - known.get().get(0);
        return Math.max(0, -Math.floorDiv(-width, known.get().get(2)));
    }

    private static Item triangle(Call call, long upper, Emitter graph) {
        Item.Array x = call.tensor("self");
        DataType type = x.type();
        boolean known = type == DataType.FLOAT || type == DataType.DOUBLE || type == DataType.INT64;
        Item.Array used = known ? x : Numbers.cast(x, DataType.INT64, graph);
        if (!known && type.isFloatingPoint()) {
            throw new RefusedException("it cuts a triangle of " + type);
        }
        Item.Array diagonal =
                Numbers.scalar(
                        call.has("diagonal") ? call.item("diagonal") : Literals.of(0),
                        DataType.INT64,
                        graph);
        Item.Array cut = graph.op("Trilu").in(used, diagonal).attr("upper", upper).like(used);
        return Numbers.cast(cut, type, graph);
    }

    private static Item tensor(Call call, Emitter graph) {
        Item data = call.item("data");
        DataType named = call.dataType("dtype");
        if (data instanceof Item.Items items) {
            List<Item.Array> elements = new ArrayList<>();
            for (Item item : items.elements()) {
                if (!Literals.isNumber(item)) {
                    throw new RefusedException("it is made of nested lists");
                }
                DataType type = named == null ? promoted(items) : named;
                Item.Array scalar = Numbers.scalar(item, type, graph);
                elements.add(
                        graph.constant(scalar)
                                .map(
                                        t ->
                                                graph.constant(
                                                        t.reshape(Shapes.of(1)),
                                                        scalar.value() + "/vector"))
                                .orElseGet(() -> Axes.unsqueeze(scalar, 0, graph)));
            }
            return Axes.concat(elements, 0, graph);
        }
        return Numbers.scalar(data, named == null ? ElementTypes.number(data) : named, graph);
    }

    private static DataType promoted(Item.Items items) {
        return ElementTypes.promote(items.elements());
    }

    private static Item meshgrid(Call call, Emitter graph) {
        List<Item.Array> vectors = call.tensors("tensors");
        if (!call.text("indexing", "ij").equals("ij")) {
            throw new RefusedException("its first two axes change places");
        }
        int rank = vectors.size();
        List<Item.Array> sizes = new ArrayList<>();
        for (Item.Array vector : vectors) {
            sizes.add(Numbers.one(Numbers.size(vector, 0, graph), graph));
        }
        Item.Array target = Axes.concat(sizes, 0, graph);
        List<Item> grids = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            Item.Array vector = vectors.get(i);
            List<Item> shape = new ArrayList<>(java.util.Collections.nCopies(rank, Literals.of(1)));
            shape.set(i, Literals.of(-1));
            Item.Array wide = Axes.reshape(vector, shape, graph);
            grids.add(graph.op("Expand").in(wide, target).to(vector.type(), Shapes.open(rank)));
        }
        return new Item.Items(grids);
    }
}
