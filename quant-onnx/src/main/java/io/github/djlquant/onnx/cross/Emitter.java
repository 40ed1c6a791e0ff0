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
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The ONNX graph under construction, or one of its bodies.
 *
 * <p>Extents that are not known get a symbol, so that a size taken of one tensor is recognised
 * where another one has the same.
 */
final class Emitter {

    private final Emitter outer;
    private final Store store;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Item.Array> derived = new HashMap<>();
    private String prefix = "";

    Emitter(Store store) {
        this(store, null);
    }

    private Emitter(Store store, Emitter outer) {
        this.store = store;
        this.outer = outer;
    }

    /** Starts a body that reads what is made here. */
    Emitter body() {
        Emitter body = new Emitter(store, this);
        body.prefix = prefix;
        return body;
    }

    List<Node> nodes() {
        return nodes;
    }

    Store store() {
        return store;
    }

    /** Begins the nodes of one node of the source; returns where they start. */
    int begin(String name) {
        prefix = name;
        return nodes.size();
    }

    /** Starts a node. */
    Op op(String name) {
        return new Op(name);
    }

    /** The tensor of a value if it is constant. */
    Optional<Tensor> constant(Item.Array array) {
        return store.constant(array.value());
    }

    /** A constant. */
    Item.Array constant(Tensor tensor, String wanted) {
        return new Item.Array(store.add(tensor, wanted), tensor.dataType(), tensor.shape());
    }

    /** A number of a type, without axes. */
    Item.Array scalar(double value, DataType type) {
        return new Item.Array(store.scalar(value, type), type, Shapes.SCALAR);
    }

    /** A constant vector. */
    Item.Array longs(List<Long> values) {
        return new Item.Array(store.longs(values), DataType.INT64, Shapes.of(values.size()));
    }

    Item.Array longs(long... values) {
        return longs(java.util.Arrays.stream(values).boxed().toList());
    }

    /** Remembers what was derived of values, so that it is made once. */
    Item.Array once(String key, java.util.function.Supplier<Item.Array> maker) {
        for (Emitter scope = this; scope != null; scope = scope.outer) {
            Item.Array known = scope.derived.get(key);
            if (known != null) {
                return known.named(store.current(known.value()));
            }
        }
        Item.Array made = maker.get();
        derived.put(key, made);
        return made;
    }

    /**
     * Gives a value the name that it has in the source, if it was made for this node of the source.
     *
     * @param array the value
     * @param wanted its name
     * @param start where the nodes of the source's node start
     * @param nodeName the name of the node that makes it, null to keep it
     * @return the value under its name
     */
    Item.Array rename(Item.Array array, String wanted, int start, String nodeName) {
        int maker = -1;
        for (int i = start; i < nodes.size(); i++) {
            if (nodes.get(i).outputs().contains(array.value())) {
                maker = i;
            }
        }
        if (maker < 0 || !store.claim(wanted)) {
            return array;
        }
        for (int i = start; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            nodes.set(
                    i,
                    node.withInputs(replaced(node.inputs(), array.value(), wanted))
                            .withOutputs(replaced(node.outputs(), array.value(), wanted)));
        }
        Node made = nodes.get(maker);
        if (nodeName != null && store.claimNode(nodeName)) {
            nodes.set(
                    maker,
                    new Node(
                            nodeName,
                            made.op(),
                            made.inputs(),
                            made.outputs(),
                            made.attributes(),
                            made.annotations()));
        }
        store.renamed(array.value(), wanted);
        return array.named(wanted);
    }

    private static List<String> replaced(List<String> names, String from, String to) {
        return names.stream().map(name -> name.equals(from) ? to : name).toList();
    }

    /** A tensor that has so many axes wherever the source runs. */
    Item.Array withRank(Item.Array array, int rank) {
        if (array.shape() != null) {
            return array;
        }
        store.rank(array.value(), rank);
        return new Item.Array(
                array.value(), array.type(), symbols(array.value(), Shapes.open(rank)));
    }

    /** Ends a body. */
    Graph close(String name, List<Value> inputs, List<Item.Array> outputs) {
        return new Graph(
                name,
                inputs,
                outputs.stream().map(Emitter::value).toList(),
                nodes,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    static Value value(Item.Array array) {
        return new Value(
                array.value(), new ValueType.TensorType(array.type(), declared(array.shape())));
    }

    /** Symbols are only for ourselves. */
    private static Shape declared(Shape shape) {
        return shape == null
                ? null
                : new Shape(
                        shape.dimensions().stream()
                                .map(d -> d instanceof Dimension.Fixed ? d : Dimension.UNKNOWN)
                                .toList());
    }

    /** A node under construction. */
    final class Op {
        private final String op;
        private final List<String> inputs = new ArrayList<>();
        private final Map<String, Attribute> attributes = new LinkedHashMap<>();

        private Op(String op) {
            this.op = op;
        }

        /** Adds inputs; null stands for an absent one. */
        Op in(Item.Array... arrays) {
            for (Item.Array array : arrays) {
                inputs.add(array == null ? "" : array.value());
            }
            return this;
        }

        Op in(List<Item.Array> arrays) {
            return in(arrays.toArray(new Item.Array[0]));
        }

        Op attr(String name, long value) {
            attributes.put(name, Attribute.of(value));
            return this;
        }

        Op attr(String name, double value) {
            attributes.put(name, Attribute.of((float) value));
            return this;
        }

        Op attr(String name, String value) {
            attributes.put(name, Attribute.of(value));
            return this;
        }

        Op attr(String name, Attribute value) {
            attributes.put(name, value);
            return this;
        }

        Op attr(String name, List<Long> values) {
            attributes.put(name, new Attribute.IntsAttribute(values));
            return this;
        }

        /** Ends the node; its output is like a tensor. */
        Item.Array like(Item.Array array) {
            return to(array.type(), array.shape());
        }

        Item.Array to(DataType type, Shape shape) {
            return all(List.of(type), java.util.Collections.singletonList(shape)).get(0);
        }

        /** Ends a node with several outputs. */
        List<Item.Array> all(List<DataType> types, List<Shape> shapes) {
            List<Item.Array> made =
                    IntStream.range(0, types.size())
                            .mapToObj(
                                    i -> {
                                        String value = store.fresh(prefix + "/" + op);
                                        return new Item.Array(
                                                value, types.get(i), symbols(value, shapes.get(i)));
                                    })
                            .toList();
            while (!inputs.isEmpty() && inputs.get(inputs.size() - 1).isEmpty()) {
                inputs.remove(inputs.size() - 1);
            }
            nodes.add(
                    new Node(
                            store.freshNode(prefix + "/" + op),
                            OpType.onnx(op),
                            inputs,
                            made.stream().map(Item.Array::value).toList(),
                            attributes));
            return made;
        }
    }

    /** Gives extents that are not known a symbol of their own. */
    static Shape symbols(String value, Shape shape) {
        if (shape == null) {
            return null;
        }
        List<Dimension> dimensions = new ArrayList<>();
        for (Dimension dimension : shape.dimensions()) {
            dimensions.add(
                    dimension.equals(Dimension.UNKNOWN)
                            ? new Dimension.Symbolic(value + ":" + dimensions.size())
                            : dimension);
        }
        return new Shape(dimensions);
    }
}
