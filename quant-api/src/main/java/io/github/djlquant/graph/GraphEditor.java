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
package io.github.djlquant.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Collects changes to a graph and builds the changed one. Nodes may be added in any order: {@link
 * #build()} sorts them, keeping the given order wherever the data flow allows it, and drops
 * constants that nobody reads and types of values that nobody makes. Not thread-safe.
 */
public final class GraphEditor {

    private String name;
    private final List<Value> inputs;
    private final List<Value> outputs;
    private final LinkedHashMap<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, Tensor> constants;
    private final Map<String, ValueType> types;
    private final Map<String, Long> opsets;
    private final Map<String, String> metadata;
    private final Map<String, Bytes> attachments;
    private final Set<String> taken = new HashSet<>();
    private final Map<String, Integer> nextSuffix = new HashMap<>();

    GraphEditor(Graph graph) {
        name = graph.name();
        inputs = new ArrayList<>(graph.inputs());
        outputs = new ArrayList<>(graph.outputs());
        graph.nodes().forEach(node -> nodes.put(node.name(), node));
        constants = new LinkedHashMap<>(graph.constants());
        types = new LinkedHashMap<>(graph.types());
        opsets = new LinkedHashMap<>(graph.opsets());
        metadata = new LinkedHashMap<>(graph.metadata());
        attachments = new LinkedHashMap<>(graph.attachments());
        reserveNames(graph);
    }

    private void reserveNames(Graph graph) {
        taken.addAll(graph.constants().keySet());
        taken.addAll(graph.types().keySet());
        graph.inputs().forEach(value -> taken.add(value.name()));
        for (Node node : graph.nodes()) {
            taken.add(node.name());
            taken.addAll(node.outputs());
            taken.addAll(node.inputs());
            node.bodies().forEach(this::reserveNames);
        }
    }

    /**
     * Invents a name that nothing in the graph or its bodies has.
     *
     * @param wanted the name to use if it is free, else the stem of a numbered one
     * @return a free name, reserved from now on
     */
    public String freshName(String wanted) {
        String candidate = wanted;
        while (!taken.add(candidate)) {
            int suffix = nextSuffix.merge(wanted, 1, Integer::sum);
            candidate = wanted + "_" + suffix;
        }
        return candidate;
    }

    /**
     * Returns a node as it is now.
     *
     * @param nodeName its name
     * @return the node
     */
    public Optional<Node> node(String nodeName) {
        return Optional.ofNullable(nodes.get(nodeName));
    }

    /**
     * Returns a constant as edited so far.
     *
     * @param value its name
     * @return its elements, empty if the value is no constant
     */
    public Optional<Tensor> constant(String value) {
        return Optional.ofNullable(constants.get(value));
    }

    /**
     * Returns the nodes as they are now.
     *
     * @return a snapshot
     */
    public List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    /**
     * Adds a node or replaces the one with the same name.
     *
     * @param node the node
     * @return this editor
     */
    public GraphEditor put(Node node) {
        taken.add(node.name());
        taken.addAll(node.outputs());
        nodes.put(node.name(), node);
        return this;
    }

    /**
     * Adds a node that makes one value, named after that and its operator.
     *
     * @param op the operator
     * @param reads the values that it reads
     * @param attributes its attributes by name
     * @param made the value, whose name nothing else has
     * @return this editor
     */
    public GraphEditor make(
            OpType op, List<String> reads, Map<String, Attribute> attributes, String made) {
        return put(
                new Node(freshName(made + "/" + op.name()), op, reads, List.of(made), attributes));
    }

    /**
     * Removes a node.
     *
     * @param nodeName its name
     * @return this editor
     */
    public GraphEditor remove(String nodeName) {
        nodes.remove(nodeName);
        return this;
    }

    /**
     * Sets a constant.
     *
     * @param value the value's name
     * @param tensor its elements
     * @return this editor
     */
    public GraphEditor constant(String value, Tensor tensor) {
        taken.add(value);
        constants.put(value, tensor);
        types.remove(value);
        return this;
    }

    /**
     * Adds a constant under a fresh name.
     *
     * @param wanted the preferred name
     * @param tensor its elements
     * @return the name it got
     */
    public String newConstant(String wanted, Tensor tensor) {
        String value = freshName(wanted);
        constants.put(value, tensor);
        return value;
    }

    /**
     * Sets what is known of an inner value.
     *
     * @param value its name
     * @param type the type; {@link ValueType#UNKNOWN} forgets it
     * @return this editor
     */
    public GraphEditor type(String value, ValueType type) {
        if (type instanceof ValueType.UnknownType) {
            types.remove(value);
        } else {
            types.put(value, type);
        }
        return this;
    }

    /**
     * Makes every reader of a value read another one, also inside nested bodies. The graph's
     * outputs keep their names.
     *
     * @param from the value read so far
     * @param to the value to read instead
     * @return this editor
     */
    public GraphEditor replaceReads(String from, String to) {
        nodes.replaceAll((key, node) -> renameReads(node, from, to));
        return this;
    }

    /**
     * Makes one node read another value, also inside its nested bodies.
     *
     * @param node the node
     * @param from the value read so far
     * @param to the value to read instead
     * @return the changed node, the same instance if it does not read the value
     */
    public static Node renameReads(Node node, String from, String to) {
        if (!FreeValues.of(node).contains(from)) {
            return node;
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.replaceAll(
                (key, attribute) ->
                        attribute instanceof Attribute.GraphAttribute g
                                        && FreeValues.of(g.body()).contains(from)
                                ? new Attribute.GraphAttribute(renameFree(g.body(), from, to))
                                : attribute);
        List<String> reads = node.inputs().stream().map(i -> i.equals(from) ? to : i).toList();
        return node.withInputs(reads).withAttributes(attributes);
    }

    private static Graph renameFree(Graph body, String from, String to) {
        GraphEditor editor = body.edit();
        editor.replaceReads(from, to);
        editor.outputs.replaceAll(v -> v.name().equals(from) ? new Value(to, v.type()) : v);
        return editor.build();
    }

    /**
     * Replaces the inputs.
     *
     * @param change maps the present list to the new one
     * @return this editor
     */
    public GraphEditor inputs(UnaryOperator<List<Value>> change) {
        List<Value> changed = change.apply(List.copyOf(inputs));
        inputs.clear();
        inputs.addAll(changed);
        return this;
    }

    /**
     * Replaces the outputs.
     *
     * @param change maps the present list to the new one
     * @return this editor
     */
    public GraphEditor outputs(UnaryOperator<List<Value>> change) {
        List<Value> changed = change.apply(List.copyOf(outputs));
        outputs.clear();
        outputs.addAll(changed);
        return this;
    }

    /**
     * Sets the version of a dialect.
     *
     * @param dialect the dialect
     * @param version its version
     * @return this editor
     */
    public GraphEditor opset(String dialect, long version) {
        opsets.put(dialect, version);
        return this;
    }

    /**
     * Sets a text that travels with the model.
     *
     * @param key its key
     * @param text the text
     * @return this editor
     */
    public GraphEditor metadata(String key, String text) {
        metadata.put(key, text);
        return this;
    }

    /**
     * Builds the changed graph.
     *
     * @return a graph in topological order; nodes on a cycle stand last, where {@link GraphChecker}
     *     finds them
     */
    public Graph build() {
        List<Node> sorted = TopologicalOrder.of(nodes.values());
        Set<String> read = new HashSet<>();
        Set<String> made = new HashSet<>();
        outputs.forEach(output -> read.add(output.name()));
        for (Node node : sorted) {
            read.addAll(FreeValues.of(node));
            made.addAll(node.outputs());
        }
        Map<String, Tensor> usedConstants = new LinkedHashMap<>(constants);
        usedConstants.keySet().retainAll(read);
        Map<String, ValueType> knownTypes = new LinkedHashMap<>(types);
        knownTypes.keySet().retainAll(made);
        return new Graph(
                name,
                inputs,
                outputs,
                sorted,
                usedConstants,
                knownTypes,
                opsets,
                metadata,
                attachments);
    }
}
