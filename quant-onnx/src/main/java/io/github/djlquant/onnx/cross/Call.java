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
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A node of the source with its arguments resolved. Positional arguments are inputs, or attributes
 * under the argument's name or {@code arg<i>}; what the attribute {@code @named} lists stands at
 * the end of the inputs.
 */
final class Call {

    private static final String NAMED = "@named";

    /** Arguments that don't change what is computed. */
    private static final Set<String> IGNORED =
            Set.of(
                    "layout",
                    "device",
                    "pin_memory",
                    "memory_format",
                    "non_blocking",
                    "copy",
                    "inplace",
                    "cudnn_enabled",
                    "cudnn_enable",
                    "benchmark",
                    "deterministic",
                    "allow_tf32",
                    "implicit",
                    "sparse_grad",
                    "scale_grad_by_freq",
                    "sparse",
                    "type");

    private final Node node;
    private final List<List<String>> names;
    private final List<Item> positional = new ArrayList<>();
    private final Map<String, Item> named = new LinkedHashMap<>();

    Call(Node node, List<List<String>> names, Function<String, Item> values) {
        this.node = node;
        this.names = names;
        List<String> keywords =
                node.attributes().get(NAMED) instanceof Attribute.StringsAttribute a
                        ? a.values()
                        : List.of();
        int count = Math.max(0, node.inputs().size() - keywords.size());
        Map<String, Attribute> rest = new LinkedHashMap<>(node.attributes());
        rest.remove(NAMED);
        for (int i = 0; i < count; i++) {
            Attribute literal = rest.remove("arg" + i);
            for (String name : i < names.size() ? names.get(i) : List.<String>of()) {
                Attribute own = rest.remove(name);
                literal = own == null ? literal : own;
            }
            if (node.hasInput(i)) {
                positional.add(values.apply(node.input(i)));
            } else {
                positional.add(literal == null ? Item.NONE : Literals.of(literal));
            }
        }
        rest.forEach(
                (key, attribute) -> {
                    if (!(attribute instanceof Attribute.GraphAttribute)) {
                        named.put(key, Literals.of(attribute));
                    }
                });
        for (int i = 0; i < keywords.size(); i++) {
            named.put(keywords.get(i), values.apply(node.input(count + i)));
        }
    }

    Node node() {
        return node;
    }

    int outputs() {
        return node.outputs().size();
    }

    /** How many arguments stand by position. */
    int count() {
        return positional.size();
    }

    List<Item> positional() {
        return positional;
    }

    /** All arguments. */
    List<Item> all() {
        List<Item> all = new ArrayList<>(positional);
        all.addAll(named.values());
        return all;
    }

    /** Refuses an argument that the row does not know. */
    void requireKnown() {
        if (positional.size() > names.size() && !isOpen()) {
            throw new RefusedException(
                    "it has "
                            + positional.size()
                            + " arguments, of which only "
                            + names.size()
                            + " are known");
        }
        named.keySet().stream()
                .filter(key -> position(key) < 0 && !IGNORED.contains(key))
                .findFirst()
                .ifPresent(
                        key -> {
                            throw new RefusedException("its argument " + key + " is not known");
                        });
    }

    private boolean isOpen() {
        return names.equals(List.of(List.of("...")));
    }

    /** Returns an argument, {@link Item#NONE} if it is not given. */
    Item item(String name) {
        int position = position(name);
        if (position < 0) {
            throw new IllegalStateException(node.op() + " has no argument " + name);
        } else if (position < positional.size()) {
            return positional.get(position);
        }
        return names.get(position).stream()
                .filter(named::containsKey)
                .findFirst()
                .map(named::get)
                .orElse(Item.NONE);
    }

    private int position(String name) {
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).contains(name)) {
                return i;
            }
        }
        return -1;
    }

    Item item(int position) {
        return position < positional.size() ? positional.get(position) : Item.NONE;
    }

    /** An argument that is given by name only. */
    Item keyword(String name) {
        return named.getOrDefault(name, Item.NONE);
    }

    boolean has(String name) {
        return !item(name).equals(Item.NONE);
    }

    Item.Array tensor(String name) {
        if (item(name) instanceof Item.Array array) {
            return array;
        }
        throw new RefusedException("its argument " + name + " is no tensor");
    }

    long integer(String name, long absent) {
        return literal(name, Long.class, absent);
    }

    /** An integer that must be given. */
    long integer(String name) {
        if (!has(name)) {
            throw new RefusedException("its argument " + name + " is missing");
        }
        return integer(name, 0);
    }

    boolean truth(String name, boolean absent) {
        Item item = item(name);
        if (item instanceof Item.Literal literal && literal.value() instanceof Long number) {
            return number != 0;
        }
        return literal(name, Boolean.class, absent);
    }

    String text(String name, String absent) {
        return literal(name, String.class, absent);
    }

    double number(String name, double absent) {
        Item item = item(name);
        if (item.equals(Item.NONE)) {
            return absent;
        }
        return Literals.number(item)
                .orElseThrow(() -> new RefusedException("its " + name + " is no known number"));
    }

    private <T> T literal(String name, Class<T> kind, T absent) {
        Item item = item(name);
        if (item.equals(Item.NONE)) {
            return absent;
        } else if (item instanceof Item.Literal literal && kind.isInstance(literal.value())) {
            return kind.cast(literal.value());
        }
        throw new RefusedException("its " + name + " is computed while the model runs");
    }

    /** Integers; a single one stands for a list of one. Empty if not given. */
    List<Long> integers(String name) {
        Item item = item(name);
        if (item.equals(Item.NONE)) {
            return List.of();
        }
        return Literals.integers(item)
                .orElseThrow(
                        () ->
                                new RefusedException(
                                        "its " + name + " is computed while the model runs"));
    }

    /** Integers, one for each axis: a single one counts for all. */
    List<Long> integers(String name, int axes, long absent) {
        List<Long> given = integers(name);
        if (given.isEmpty()) {
            return java.util.Collections.nCopies(axes, absent);
        } else if (given.size() == 1) {
            return java.util.Collections.nCopies(axes, given.get(0));
        } else if (given.size() != axes) {
            throw new RefusedException("its " + name + " has not one number for each axis");
        }
        return given;
    }

    List<Item> items(String name) {
        if (item(name) instanceof Item.Items items) {
            return items.elements();
        }
        throw new RefusedException("its " + name + " is a list whose length the input decides");
    }

    /** Tensors of a list. */
    List<Item.Array> tensors(String name) {
        List<Item.Array> arrays = new ArrayList<>();
        for (Item item : items(name)) {
            if (!(item instanceof Item.Array array)) {
                throw new RefusedException("its " + name + " holds more than tensors");
            }
            arrays.add(array);
        }
        return arrays;
    }

    /** An element type by libtorch's number, null if not given. */
    DataType dataType(String name) {
        return has(name) ? ElementTypes.of(integer(name, 0)) : null;
    }

    /** The rank of a tensor, which the row can't do without. */
    static int rank(Item.Array array) {
        return shape(array).rank();
    }

    static Shape shape(Item.Array array) {
        if (array.shape() == null) {
            throw new RefusedException(
                    "the number of axes of %"
                            + array.value()
                            + " is not known before the model runs");
        }
        return array.shape();
    }
}
