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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists, tuples, sizes and what hands a value on unchanged. */
final class ValueRows {

    private ValueRows() {}

    static void add(Rows rows) {
        rows.prim("ListConstruct TupleConstruct", "...", (c, g) -> new Item.Items(c.positional()));
        rows.prim("TupleUnpack ListUnpack", "self", (c, g) -> parts(c.item(0), c, g));
        rows.prim("Constant", "value", (c, g) -> c.item(0));
        rows.prim("unchecked_cast", "self", (c, g) -> c.item(0));
        rows.prim("Uninitialized", "", (c, g) -> new Item.Nothing());
        rows.prim(
                "dtype", "self", (c, g) -> Literals.of(ElementTypes.code(c.tensor("self").type())));
        rows.prim("device", "self", (c, g) -> new Item.Literal("cpu"));
        rows.prim("layout", "self", (c, g) -> Literals.of(0));
        rows.prim("type", "device", (c, g) -> new Item.Literal("cpu"));
        rows.prim("is_cuda requires_grad is_quantized", "self", (c, g) -> Literals.of(false));
        rows.aten("is_grad_enabled is_autocast_enabled", "device", (c, g) -> Literals.of(false));
        rows.aten(
                "is_floating_point",
                "self",
                (c, g) -> Literals.of(c.tensor("self").type().isFloatingPoint()));
        rows.aten(
                "contiguous clone detach alias lift_fresh positive resolve_conj resolve_neg cpu",
                "self memory_format",
                (c, g) -> c.tensor("self"));
        rows.aten(
                "dropout feature_dropout alpha_dropout feature_alpha_dropout",
                "input p train",
                (c, g) -> {
                    if (c.truth("train", false) && c.number("p", 0.5) != 0) {
                        throw new RefusedException("it drops at random, as in training");
                    }
                    return c.tensor("input");
                });
        rows.aten("to", "self dtype/device/other second third fourth fifth", ValueRows::to);
        rows.aten(
                "type_as",
                "self other",
                (c, g) -> Numbers.cast(c.tensor("self"), c.tensor("other").type(), g));
        rows.aten("float", "self", (c, g) -> Numbers.cast(c.tensor("self"), DataType.FLOAT, g));
        rows.aten("size", "self dim", ValueRows::size);
        rows.aten("dim", "self", ValueRows::dim);
        rows.aten("numel", "self", (c, g) -> numel(c.tensor("self"), g));
        rows.aten("len", "self", ValueRows::length);
        rows.aten("__getitem__", "self index", ValueRows::element);
        rows.aten("__contains__", "self element", ValueRows::contains);
        // Texts only end in messages; what reads one that matters does not cross.
        rows.aten("format percentFormat", "...", (c, g) -> new Item.Nothing());
        rows.aten("append", "self element", ValueRows::appended);
    }

    private static Item parts(Item item, Call call, Emitter graph) {
        if (item instanceof Item.Parts parts) {
            List<Item> elements = new ArrayList<>();
            for (int i = 0; i < call.outputs(); i++) {
                elements.add(Axes.select(parts.array(), parts.axis(), Literals.of(i), graph));
            }
            return call.outputs() == 1 ? elements.get(0) : new Item.Items(elements);
        } else if (item instanceof Item.Items items) {
            return call.outputs() == 1 ? items.elements().get(0) : items;
        }
        throw new RefusedException("it takes a list apart whose length is not known");
    }

    /** The type is a number of its own, another tensor's, or not named. */
    private static Item to(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        if (call.item("dtype") instanceof Item.Array other) {
            return Numbers.cast(x, other.type(), graph);
        }
        for (String place : List.of("dtype", "second")) {
            Optional<Long> code = Literals.integer(call.item(place));
            if (code.isPresent()) {
                return Numbers.cast(x, ElementTypes.of(code.get()), graph);
            }
        }
        return x;
    }

    private static Item size(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        if (call.has("dim")) {
            return Numbers.size(x, call.integer("dim"), graph);
        }
        if (call.outputs() > 1) {
            x = graph.withRank(x, call.outputs());
        }
        return Numbers.sizes(x, graph);
    }

    private static Item dim(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        if (x.shape() != null) {
            return Literals.of(x.rank());
        }
        Item.Array dims = Numbers.dims(x, graph);
        return new Item.Number(
                graph.op("Shape").in(dims).to(DataType.INT64, Shapes.of(1)).value(),
                DataType.INT64);
    }

    static Item numel(Item.Array x, Emitter graph) {
        long volume = Shapes.volume(x.shape());
        return volume >= 0
                ? Literals.of(volume)
                : Numbers.number(
                        graph.op("Size").in(x).to(DataType.INT64, Shapes.SCALAR),
                        DataType.INT64,
                        graph);
    }

    private static Item length(Call call, Emitter graph) {
        Item item = call.item("self");
        if (item instanceof Item.Items items) {
            return Literals.of(items.elements().size());
        } else if (item instanceof Item.Array array) {
            return Numbers.size(array, 0, graph);
        } else if (item instanceof Item.Parts parts) {
            return Numbers.size(parts.array(), parts.axis(), graph);
        } else if (item instanceof Item.Vector vector) {
            return new Item.Number(
                    graph.op("Shape")
                            .in(new Item.Array(vector.value(), DataType.INT64, Shapes.of(-1)))
                            .to(DataType.INT64, Shapes.of(1))
                            .value(),
                    DataType.INT64);
        }
        throw new RefusedException("the length of a thing of this kind is not known");
    }

    private static Item element(Call call, Emitter graph) {
        Optional<Long> known = Literals.integer(call.item("index"));
        if (call.item("self") instanceof Item.Parts parts) {
            return Axes.select(parts.array(), parts.axis(), call.item("index"), graph);
        }
        if (call.item("self") instanceof Item.Items items) {
            if (known.isPresent()) {
                int size = items.elements().size();
                long index = known.get() < 0 ? known.get() + size : known.get();
                if (index < 0 || index >= size) {
                    throw new RefusedException("it reads element " + known.get() + " of " + size);
                }
                return items.elements().get((int) index);
            } else if (Literals.integers(items).isPresent()) {
                return picked(Numbers.vector(items, graph), call.item("index"), graph);
            }
        } else if (call.item("self") instanceof Item.Vector vector) {
            Item.Array array = new Item.Array(vector.value(), DataType.INT64, Shapes.of(-1));
            return picked(array, call.item("index"), graph);
        }
        throw new RefusedException("it reads a list at a place that the input decides");
    }

    private static Item picked(Item.Array vector, Item index, Emitter graph) {
        return new Item.Number(
                graph.op("Gather")
                        .in(vector, Numbers.one(index, graph))
                        .attr("axis", 0)
                        .to(DataType.INT64, Shapes.of(1))
                        .value(),
                DataType.INT64);
    }

    private static Item contains(Call call, Emitter graph) {
        List<Item> items = new ArrayList<>(call.items("self"));
        if (call.item("element") instanceof Item.Literal
                && items.stream().allMatch(Item.Literal.class::isInstance)) {
            return Literals.of(items.contains(call.item("element")));
        }
        throw new RefusedException("it looks for a value that the input decides");
    }

    private static Item appended(Call call, Emitter graph) {
        List<Item> items = new ArrayList<>(call.items("self"));
        items.add(call.item("element"));
        return new Item.Items(items);
    }
}
