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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * One application of an operator.
 *
 * @param name unique and not empty in its graph; readers invent names for nodes without one
 * @param op the operator
 * @param inputs names of the values read; the empty string stands for an absent optional input
 * @param outputs names of the values made; the empty string stands for an unused optional output
 * @param attributes constant parameters by name, in the source's order
 * @param annotations what the source says about the node (documentation, metadata); never
 *     interpreted
 */
public record Node(
        String name,
        OpType op,
        List<String> inputs,
        List<String> outputs,
        Map<String, Attribute> attributes,
        Map<String, String> annotations) {

    /** Copies the collections. */
    public Node {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(op, "op");
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    /**
     * Creates a node without annotations.
     *
     * @param name the node's name
     * @param op the operator
     * @param inputs names of the values read
     * @param outputs names of the values made
     * @param attributes constant parameters
     */
    public Node(
            String name,
            OpType op,
            List<String> inputs,
            List<String> outputs,
            Map<String, Attribute> attributes) {
        this(name, op, inputs, outputs, attributes, Map.of());
    }

    /**
     * Returns an input's name.
     *
     * @param index the position
     * @return the name, the empty string if the input is absent
     */
    public String input(int index) {
        return index >= 0 && index < inputs.size() ? inputs.get(index) : "";
    }

    /**
     * Tells whether an input is present.
     *
     * @param index the position
     * @return true if a value is connected
     */
    public boolean hasInput(int index) {
        return !input(index).isEmpty();
    }

    /**
     * Returns the first output's name.
     *
     * @return the name, the empty string if the node has no output or does not use its first
     */
    public String output() {
        return outputs.isEmpty() ? "" : outputs.get(0);
    }

    /**
     * Returns an integer attribute.
     *
     * @param key its name
     * @param absent what to return if there is none
     * @return the value
     */
    public long intAttribute(String key, long absent) {
        return attributes.get(key) instanceof Attribute.IntAttribute a ? a.value() : absent;
    }

    /**
     * Returns a float attribute.
     *
     * @param key its name
     * @param absent what to return if there is none
     * @return the value
     */
    public float floatAttribute(String key, float absent) {
        return attributes.get(key) instanceof Attribute.FloatAttribute a ? a.value() : absent;
    }

    /**
     * Returns a truth value.
     *
     * @param key the attribute's name
     * @param absent what to return where there is none
     * @return the value
     */
    public boolean boolAttribute(String key, boolean absent) {
        return attributes.get(key) instanceof Attribute.BoolAttribute a ? a.value() : absent;
    }

    /**
     * Returns a string attribute.
     *
     * @param key its name
     * @param absent what to return if there is none
     * @return the value
     */
    public String stringAttribute(String key, String absent) {
        return attributes.get(key) instanceof Attribute.StringAttribute a ? a.value() : absent;
    }

    /**
     * Returns an attribute of integers.
     *
     * @param key its name
     * @return the values, empty if there is none
     */
    public List<Long> intsAttribute(String key) {
        return attributes.get(key) instanceof Attribute.IntsAttribute a ? a.values() : List.of();
    }

    /**
     * Replaces the inputs.
     *
     * @param newInputs names of the values read
     * @return a copy
     */
    public Node withInputs(List<String> newInputs) {
        return new Node(name, op, newInputs, outputs, attributes, annotations);
    }

    /**
     * Replaces one input.
     *
     * @param index the position
     * @param value the name of the value read there
     * @return a copy; absent inputs before the position become empty strings
     */
    public Node withInput(int index, String value) {
        List<String> copy = new java.util.ArrayList<>(inputs);
        while (copy.size() <= index) {
            copy.add("");
        }
        copy.set(index, value);
        return withInputs(copy);
    }

    /**
     * Replaces the outputs.
     *
     * @param newOutputs names of the values made
     * @return a copy
     */
    public Node withOutputs(List<String> newOutputs) {
        return new Node(name, op, inputs, newOutputs, attributes, annotations);
    }

    /**
     * Sets an attribute.
     *
     * @param key its name
     * @param value its value
     * @return a copy
     */
    public Node withAttribute(String key, Attribute value) {
        Map<String, Attribute> copy = new LinkedHashMap<>(attributes);
        copy.put(key, value);
        return withAttributes(copy);
    }

    /**
     * Replaces all attributes.
     *
     * @param newAttributes by name, in order
     * @return a copy
     */
    public Node withAttributes(Map<String, Attribute> newAttributes) {
        return new Node(name, op, inputs, outputs, newAttributes, annotations);
    }

    /**
     * Replaces the operator.
     *
     * @param newOp the operator
     * @return a copy
     */
    public Node withOp(OpType newOp) {
        return new Node(name, newOp, inputs, outputs, attributes, annotations);
    }

    /**
     * Returns the nested graphs among the attributes.
     *
     * @return bodies in attribute order
     */
    public List<Graph> bodies() {
        return attributes.values().stream()
                .filter(Attribute.GraphAttribute.class::isInstance)
                .map(a -> ((Attribute.GraphAttribute) a).body())
                .toList();
    }

    /**
     * Rewrites the bodies.
     *
     * @param rewrite returns the new body, or the same instance where nothing changes
     * @return the node with the new bodies, the same instance if none is new
     */
    public Node withBodies(UnaryOperator<Graph> rewrite) {
        Node rewritten = this;
        for (Map.Entry<String, Attribute> entry : attributes.entrySet()) {
            if (entry.getValue() instanceof Attribute.GraphAttribute nested) {
                Graph body = rewrite.apply(nested.body());
                if (body != nested.body()) {
                    rewritten =
                            rewritten.withAttribute(
                                    entry.getKey(), new Attribute.GraphAttribute(body));
                }
            }
        }
        return rewritten;
    }

    // Written out, as in other records that are compared a lot: what a record has of its own is
    // linked in each process anew, and all of it takes some hundredths of a second.
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Node that
                        && name.equals(that.name)
                        && op.equals(that.op)
                        && inputs.equals(that.inputs)
                        && outputs.equals(that.outputs)
                        && attributes.equals(that.attributes)
                        && annotations.equals(that.annotations);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
