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
import java.util.Iterator;
import java.util.List;

/** What the rounds of a loop hand on: items before, inside and after, tensor by tensor. */
final class Carried {

    private final List<Item> before;
    private final List<Item.Array> leaves = new ArrayList<>();
    private final List<Item> inside = new ArrayList<>();

    Carried(List<Item> before, Store store) {
        this.before = before;
        before.forEach(item -> inside.add(inner(item, store)));
    }

    private Item inner(Item item, Store store) {
        if (item instanceof Item.Items items) {
            return new Item.Items(items.elements().stream().map(e -> inner(e, store)).toList());
        } else if (Literals.isNumber(item)) {
            DataType type = Joined.kind(item);
            return new Item.Number(leaf(type, Shapes.of(1), store).value(), type);
        } else if (item instanceof Item.Array array) {
            return leaf(array.type(), array.shape(), store);
        }
        return item;
    }

    private Item.Array leaf(DataType type, Shape shape, Store store) {
        String name = store.fresh("carried");
        Item.Array leaf = new Item.Array(name, type, Emitter.symbols(name, shape));
        leaves.add(leaf);
        return leaf;
    }

    /** The items as the body sees them. */
    List<Item> inside() {
        return inside;
    }

    List<Item.Array> leaves() {
        return leaves;
    }

    List<Shape> shapes() {
        return leaves.stream()
                .map(leaf -> leaf.shape() == null ? null : open(leaf.shape()))
                .toList();
    }

    private static Shape open(Shape shape) {
        return Shapes.of(java.util.Arrays.stream(shape.toArray()).boxed().toList());
    }

    /** The items before the first round, made general enough for what a round makes of them. */
    List<Item> widened(List<Item> after) {
        List<Item> wider = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            wider.add(widened(before.get(i), after.get(i)));
        }
        return wider;
    }

    private static Item widened(Item before, Item after) {
        if (before instanceof Item.Nothing && !(after instanceof Item.Nothing)) {
            return Joined.like(after);
        } else if (before instanceof Item.Items a && after instanceof Item.Items b) {
            if (a.elements().size() != b.elements().size()) {
                throw new RefusedException("a list grows with each of its rounds");
            }
            List<Item> wider = new ArrayList<>();
            for (int i = 0; i < a.elements().size(); i++) {
                wider.add(widened(a.elements().get(i), b.elements().get(i)));
            }
            return new Item.Items(wider);
        } else if (before instanceof Item.Array a && after instanceof Item.Array b) {
            if (a.type() != b.type()) {
                throw new RefusedException("the type of a tensor changes with its rounds");
            }
            return new Item.Array(a.value(), a.type(), common(a.shape(), b.shape()));
        } else if (Literals.isNumber(before)
                && Literals.isNumber(after)
                && Joined.kind(before) == Joined.kind(after)) {
            return before;
        } else if (before.equals(after) || after instanceof Item.Nothing) {
            return before;
        }
        throw new RefusedException("the kind of a value changes with its rounds");
    }

    private static Shape common(Shape before, Shape after) {
        if (before == null || after == null || before.rank() != after.rank()) {
            return null;
        }
        List<Long> sizes = new ArrayList<>();
        for (int axis = 0; axis < before.rank(); axis++) {
            long size = before.size(axis);
            sizes.add(size == after.size(axis) ? size : -1);
        }
        return Shapes.of(sizes).equals(open(before)) ? before : Shapes.of(sizes);
    }

    /** What goes into the loop. */
    List<Item.Array> given(Emitter emitter) {
        return flatten(before, emitter);
    }

    /** Items of the same form as tensors. */
    List<Item.Array> flatten(List<Item> items, Emitter emitter) {
        List<Item.Array> flat = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            flatten(items.get(i), inside.get(i), emitter, flat);
        }
        return flat;
    }

    private static void flatten(Item item, Item form, Emitter emitter, List<Item.Array> flat) {
        if (form instanceof Item.Items forms) {
            if (!(item instanceof Item.Items)) {
                throw new RefusedException("a list that it hands on is missing after some rounds");
            }
            List<Item> elements = ((Item.Items) item).elements();
            for (int i = 0; i < elements.size(); i++) {
                flatten(elements.get(i), forms.elements().get(i), emitter, flat);
            }
        } else if (form instanceof Item.Number number) {
            Item given = item instanceof Item.Nothing ? Joined.like(form) : item;
            flat.add(Joined.number(given, number.type(), emitter));
        } else if (form instanceof Item.Array array) {
            boolean unread = item instanceof Item.Nothing || ((Item.Array) item).value().isEmpty();
            flat.add(
                    unread
                            ? emitter.constant(Store.filled(0, array.type(), 1), "constant/unread")
                            : (Item.Array) item);
        }
    }

    /** The items after the last round. */
    List<Item> rebuild(List<Item.Array> results) {
        Iterator<Item.Array> next = results.iterator();
        return inside.stream().map(form -> rebuild(form, next)).toList();
    }

    private static Item rebuild(Item form, Iterator<Item.Array> next) {
        if (form instanceof Item.Items items) {
            return new Item.Items(
                    items.elements().stream().map(element -> rebuild(element, next)).toList());
        } else if (form instanceof Item.Number number) {
            return new Item.Number(next.next().value(), number.type());
        }
        return form instanceof Item.Array ? next.next() : form;
    }
}
