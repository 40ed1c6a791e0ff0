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
package io.github.djlquant.pytorch.write;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds graphs of TorchScript's operators for tests. */
public final class AtenGraph {

    private final String name;
    private final List<Value> inputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> constants = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    public AtenGraph(String name) {
        this.name = name;
    }

    public AtenGraph input(String value) {
        inputs.add(new Value(value, new ValueType.TensorType(DataType.FLOAT, null)));
        return this;
    }

    /** Adds an input of known extents. */
    public AtenGraph input(String value, long... sizes) {
        inputs.add(new Value(value, new ValueType.TensorType(DataType.FLOAT, Shape.of(sizes))));
        return this;
    }

    public AtenGraph constant(String value, Tensor tensor) {
        constants.put(value, tensor);
        return this;
    }

    public AtenGraph metadata(String key, String text) {
        metadata.put(key, text);
        return this;
    }

    /** Adds a call; text is the name of a value, lists are integers, null is None. */
    public AtenGraph call(String op, String output, Object... arguments) {
        String[] parts = op.split("::");
        List<Argument> given = Arrays.stream(arguments).map(AtenGraph::argument).toList();
        nodes.add(
                new Call(new OpType(parts[0], parts[1]), given)
                        .node("node/" + output, List.of(output.split(","))));
        return this;
    }

    /** Adds a node of the ONNX dialect, as transforms insert them. */
    public AtenGraph onnx(String op, String output, String... reads) {
        return node(op, output, Map.of(), reads);
    }

    /** Adds a node of the ONNX dialect that works along an axis. */
    public AtenGraph onnx(String op, int axis, String output, String... reads) {
        return node(op, output, Map.of("axis", Attribute.of(axis)), reads);
    }

    public AtenGraph node(Node node) {
        nodes.add(node);
        return this;
    }

    private AtenGraph node(
            String op, String output, Map<String, Attribute> attributes, String... reads) {
        return node(
                new Node(
                        "node/" + output,
                        OpType.onnx(op),
                        List.of(reads),
                        List.of(output.split(",")),
                        attributes));
    }

    public Graph output(String... values) {
        return new Graph(
                name,
                inputs,
                Arrays.stream(values).map(v -> new Value(v, ValueType.UNKNOWN)).toList(),
                nodes,
                constants,
                Map.of(),
                Map.of(),
                metadata,
                Map.of());
    }

    @SuppressWarnings("unchecked")
    private static Argument argument(Object given) {
        if (given == null) {
            return Argument.NONE;
        } else if (given instanceof Integer number) {
            return Argument.literal((long) number);
        } else if (given instanceof Long number) {
            return Argument.literal(number);
        } else if (given instanceof Double number) {
            return Argument.literal(number);
        } else if (given instanceof Boolean truth) {
            return Argument.literal(truth);
        } else if (given instanceof List<?> list) {
            return Argument.literal(
                    ((List<Integer>) list).stream().map(Integer::longValue).toList());
        } else if (given instanceof Argument argument) {
            return argument;
        }
        return Argument.of((String) given);
    }
}
