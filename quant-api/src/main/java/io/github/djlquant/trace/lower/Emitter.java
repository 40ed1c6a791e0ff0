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
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the nodes and constants of a graph. Names are made from the Block's path. */
final class Emitter {

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Map<List<Object>, String> small = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Node> makers = new HashMap<>();
    private final Map<String, Integer> nextSuffix = new HashMap<>();
    private final ExtentWriter extents = new ExtentWriter(this);
    private String path = "";

    /** Later nodes belong to this Block. */
    void enter(String block) {
        path = block;
    }

    List<Node> nodes() {
        return nodes;
    }

    Map<String, Tensor> constants() {
        return constants;
    }

    ExtentWriter extents() {
        return extents;
    }

    String freshName(String wanted) {
        String candidate = wanted;
        while (!taken.add(candidate)) {
            candidate = wanted + "_" + nextSuffix.merge(wanted, 1, Integer::sum);
        }
        return candidate;
    }

    /** The node that makes a value; null for inputs and constants. */
    Node maker(String value) {
        return makers.get(value);
    }

    /** Tells whether a value holds nothing but zeros. */
    boolean isZero(Operand value) {
        if (value.constant() != null) {
            return value.constant().dataType() == DataType.FLOAT && areZero(value.constant());
        }
        Node maker = makers.get(value.name());
        return maker != null
                && maker.op().isOnnx("ConstantOfShape")
                && maker.attributes().get("value") instanceof Attribute.TensorAttribute filling
                && filling.value().dataType() == DataType.FLOAT
                && areZero(filling.value());
    }

    private static boolean areZero(Tensor tensor) {
        for (float element : tensor.toFloats()) {
            if (element != 0) {
                return false;
            }
        }
        return true;
    }

    String node(String op, List<String> inputs) {
        return node(op, inputs, Map.of());
    }

    String node(String op, List<String> inputs, Map<String, Attribute> attributes) {
        return nodes(op, inputs, attributes, 1).get(0);
    }

    /** A node with several outputs. */
    List<String> nodes(
            String op, List<String> inputs, Map<String, Attribute> attributes, int outputs) {
        List<String> read = new ArrayList<>(inputs);
        while (!read.isEmpty() && read.get(read.size() - 1).isEmpty()) {
            read.remove(read.size() - 1);
        }
        String name = freshName(path + "/" + op);
        List<String> made = new ArrayList<>(List.of(name));
        for (int i = 1; i < outputs; i++) {
            made.add(freshName(name + "_output" + i));
        }
        Node node = new Node(name, OpType.onnx(op), read, made, attributes);
        nodes.add(node);
        made.forEach(value -> makers.put(value, node));
        return made;
    }

    /** A node of another graph, with names of its own. */
    List<String> copy(Node node, List<String> inputs) {
        String name = freshName(path + "/" + node.name());
        List<String> made =
                node.outputs().stream()
                        .map(output -> output.isEmpty() ? "" : freshName(path + "/" + output))
                        .toList();
        Node copy = new Node(name, node.op(), inputs, made, node.attributes());
        nodes.add(copy);
        made.forEach(value -> makers.put(value, copy));
        return made;
    }

    /** A large constant under a name of its own. */
    String constant(String name, Tensor tensor) {
        String free = freshName(name);
        constants.put(free, tensor);
        return free;
    }

    /** A small constant, once for all that use it. */
    private String small(Tensor tensor) {
        return small.computeIfAbsent(
                List.of(tensor.dataType(), tensor.shape(), tensor.bytes()),
                key -> constant("constant", tensor));
    }

    String integers(long... values) {
        return small(Tensor.ofLongs(values, values.length));
    }

    String integers(List<Long> values) {
        return integers(values.stream().mapToLong(Long::longValue).toArray());
    }

    String scalar(DataType type, double value) {
        return small(Scalars.of(type, value));
    }

    String cast(String value, DataType from, DataType to) {
        return from == to
                ? value
                : node(
                        "Cast",
                        List.of(value),
                        Map.of("to", Attribute.of((long) OnnxTypeCodes.of(to))));
    }

    String cast(Operand value, DataType to) {
        return cast(value.name(), value.type(), to);
    }

    static Map<String, Attribute> axis(long axis) {
        return Map.of("axis", Attribute.of(axis));
    }

    static Attribute ints(List<Long> values) {
        return new Attribute.IntsAttribute(values);
    }
}
