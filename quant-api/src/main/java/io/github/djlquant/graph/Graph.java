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
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A model as an immutable data-flow graph. Values are referred to by name; nodes stand in an order
 * in which every value is made before it is read. Weights are shared by reference, so that a
 * changed graph costs little. Change it with {@link #edit()}.
 */
public final class Graph {

    private final String name;
    private final List<Value> inputs;
    private final List<Value> outputs;
    private final List<Node> nodes;
    private final Map<String, Tensor> constants;
    private final Map<String, ValueType> types;
    private final Map<String, Long> opsets;
    private final Map<String, String> metadata;
    private final Map<String, Bytes> attachments;
    private volatile Uses uses;

    /**
     * Creates a graph. Nothing is checked here; {@link GraphChecker} does.
     *
     * @param name the graph's name, may be empty
     * @param inputs what a caller must supply; constants are not among them
     * @param outputs what a caller gets
     * @param nodes in topological order
     * @param constants weights and other constants by value name
     * @param types what is known of inner values
     * @param opsets version of each dialect, empty for bodies
     * @param metadata text that travels with the model, empty for bodies
     * @param attachments whatever else the source holds (such as functions), in the source's
     *     serialized form
     */
    public Graph(
            String name,
            List<Value> inputs,
            List<Value> outputs,
            List<Node> nodes,
            Map<String, Tensor> constants,
            Map<String, ValueType> types,
            Map<String, Long> opsets,
            Map<String, String> metadata,
            Map<String, Bytes> attachments) {
        this.name = Objects.requireNonNull(name, "name");
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.nodes = List.copyOf(nodes);
        this.constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
        this.types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
        this.opsets = Collections.unmodifiableMap(new LinkedHashMap<>(opsets));
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        this.attachments = Collections.unmodifiableMap(new LinkedHashMap<>(attachments));
    }

    /**
     * Returns the name.
     *
     * @return the name, may be empty
     */
    public String name() {
        return name;
    }

    /**
     * Returns what a caller must supply.
     *
     * @return the inputs in order
     */
    public List<Value> inputs() {
        return inputs;
    }

    /**
     * Returns what a caller gets.
     *
     * @return the outputs in order
     */
    public List<Value> outputs() {
        return outputs;
    }

    /**
     * Returns the nodes.
     *
     * @return in topological order
     */
    public List<Node> nodes() {
        return nodes;
    }

    /**
     * Returns the weights and other constants.
     *
     * @return tensors by value name
     */
    public Map<String, Tensor> constants() {
        return constants;
    }

    /**
     * Returns what is known of inner values.
     *
     * @return types by value name
     */
    public Map<String, ValueType> types() {
        return types;
    }

    /**
     * Returns the versions of the dialects.
     *
     * @return version by dialect
     */
    public Map<String, Long> opsets() {
        return opsets;
    }

    /**
     * Returns the text that travels with the model.
     *
     * @return values by key
     */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * Returns what else the source holds.
     *
     * @return serialized forms by the source's key
     */
    public Map<String, Bytes> attachments() {
        return attachments;
    }

    /**
     * Returns a constant.
     *
     * @param value the value's name
     * @return its tensor, empty if the value is not constant
     */
    public Optional<Tensor> constant(String value) {
        return Optional.ofNullable(constants.get(value));
    }

    /**
     * Returns what is known of a value.
     *
     * @param value its name
     * @return the type, {@link ValueType#UNKNOWN} if nothing is known
     */
    public ValueType type(String value) {
        ValueType known = uses().declared.get(value);
        return known == null ? ValueType.UNKNOWN : known;
    }

    /**
     * Returns a value's shape if it is a tensor whose rank is known.
     *
     * @param value its name
     * @return the shape
     */
    public Optional<Shape> shape(String value) {
        return type(value) instanceof ValueType.TensorType t
                ? Optional.ofNullable(t.shape())
                : Optional.empty();
    }

    /**
     * Returns the node that makes a value.
     *
     * @param value its name
     * @return the node, empty for inputs, constants and unknown names
     */
    public Optional<Node> producer(String value) {
        return Optional.ofNullable(uses().producers.get(value));
    }

    /**
     * Returns the nodes that read a value, also those that read it inside a nested body.
     *
     * @param value its name
     * @return each node once, in order
     */
    public List<Node> consumers(String value) {
        return uses().consumers.getOrDefault(value, List.of());
    }

    /**
     * Returns a node by its name.
     *
     * @param nodeName the name
     * @return the node, empty if there is none
     */
    public Optional<Node> node(String nodeName) {
        return Optional.ofNullable(uses().nodes.get(nodeName));
    }

    /**
     * Tells whether a caller gets a value.
     *
     * @param value its name
     * @return true if it is among the outputs
     */
    public boolean isOutput(String value) {
        return uses().outputs.contains(value);
    }

    /**
     * Tells whether a caller supplies a value.
     *
     * @param value its name
     * @return true if it is among the inputs
     */
    public boolean isInput(String value) {
        return uses().inputs.contains(value);
    }

    /**
     * Returns the same graph with another text that travels with it.
     *
     * @param texts values by key; all that this graph has are dropped
     * @return a copy that shares everything else
     */
    public Graph withMetadata(Map<String, String> texts) {
        return new Graph(
                name, inputs, outputs, nodes, constants, types, opsets, texts, attachments);
    }

    /**
     * Starts a changed graph.
     *
     * @return an editor that begins with this graph's content
     */
    public GraphEditor edit() {
        return new GraphEditor(this);
    }

    /**
     * Returns the readable form, without the elements of large constants.
     *
     * @return lines of text
     */
    @Override
    public String toString() {
        return GraphText.print(this);
    }

    private Uses uses() {
        Uses known = uses;
        if (known == null) {
            known = new Uses(this);
            uses = known;
        }
        return known;
    }

    /** Who makes and who reads each value; derived once per graph. */
    private static final class Uses {
        final Map<String, Node> producers = new HashMap<>();
        final Map<String, List<Node>> consumers = new HashMap<>();
        final Map<String, Node> nodes = new HashMap<>();
        final Map<String, ValueType> declared = new HashMap<>();
        final java.util.Set<String> inputs = new java.util.HashSet<>();
        final java.util.Set<String> outputs = new java.util.HashSet<>();

        Uses(Graph graph) {
            declared.putAll(graph.types);
            graph.constants.forEach(
                    (value, tensor) ->
                            declared.put(
                                    value,
                                    new ValueType.TensorType(tensor.dataType(), tensor.shape())));
            for (Value value : graph.outputs) {
                declared.put(value.name(), value.type());
                outputs.add(value.name());
            }
            for (Value value : graph.inputs) {
                declared.put(value.name(), value.type());
                inputs.add(value.name());
            }
            for (Node node : graph.nodes) {
                nodes.put(node.name(), node);
                for (String output : node.outputs()) {
                    if (!output.isEmpty()) {
                        producers.put(output, node);
                    }
                }
                for (String read : FreeValues.of(node)) {
                    consumers.computeIfAbsent(read, k -> new ArrayList<>()).add(node);
                }
            }
        }
    }
}
