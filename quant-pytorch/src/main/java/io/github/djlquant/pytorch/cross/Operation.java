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
package io.github.djlquant.pytorch.cross;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A node of the source while it crosses. It notes which attributes a row looked at: one that no row
 * looks at would be dropped in silence.
 */
final class Operation {

    private final Node node;
    private final long opset;
    private final String path;
    private final Set<String> seen = new HashSet<>();

    /**
     * Creates an operation.
     *
     * @param node the node
     * @param opset the version of its dialect
     * @param path where the node lies, for errors
     */
    Operation(Node node, long opset, String path) {
        this.node = node;
        this.opset = opset;
        this.path = path;
    }

    Node node() {
        return node;
    }

    String op() {
        return node.op().name();
    }

    long opset() {
        return opset;
    }

    String path() {
        return path;
    }

    int inputs() {
        return node.inputs().size();
    }

    boolean has(int input) {
        return node.hasInput(input);
    }

    boolean makes(int output) {
        return output < node.outputs().size() && !node.outputs().get(output).isEmpty();
    }

    private Attribute attribute(String name) {
        seen.add(name);
        return node.attributes().get(name);
    }

    boolean says(String name) {
        return attribute(name) != null;
    }

    long integer(String name, long absent) {
        attribute(name);
        return node.intAttribute(name, absent);
    }

    boolean truth(String name, boolean absent) {
        return integer(name, absent ? 1 : 0) != 0;
    }

    double number(String name, double absent) {
        Attribute given = attribute(name);
        // The decimal form of a float of 32 bits, not its nearest double: both round to the same.
        return given instanceof Attribute.FloatAttribute a
                ? Double.parseDouble(Float.toString(a.value()))
                : absent;
    }

    String text(String name, String absent) {
        attribute(name);
        return node.stringAttribute(name, absent);
    }

    /** Integers, empty if the attribute is not given. */
    Optional<List<Long>> integers(String name) {
        Attribute given = attribute(name);
        return given instanceof Attribute.IntsAttribute a
                ? Optional.of(a.values())
                : given instanceof Attribute.IntAttribute a
                        ? Optional.of(List.of(a.value()))
                        : Optional.empty();
    }

    Optional<Attribute> any(String name) {
        return Optional.ofNullable(attribute(name));
    }

    /** Requires an attribute to have the only value that a row has a form for. */
    void require(String name, long only) {
        long given = integer(name, only);
        if (given != only) {
            throw refuse("the attribute " + name + " has no counterpart", only, given);
        }
    }

    void require(String name, String only) {
        String given = text(name, only);
        if (!given.equals(only)) {
            throw refuse("the attribute " + name + " has no counterpart", only, given);
        }
    }

    /** Says that an attribute does not change what inference computes. */
    void ignore(String... names) {
        seen.addAll(List.of(names));
    }

    void requireNoOutput(int output, String what) {
        if (makes(output)) {
            throw refuse("the output " + what + " has no counterpart", "no reader", "one");
        }
    }

    /** Refuses attributes that no row looked at. */
    void requireAllSeen() {
        Set<String> left = new TreeSet<>(node.attributes().keySet());
        left.removeAll(seen);
        if (!left.isEmpty()) {
            throw refuse("attributes that are not known", seen.isEmpty() ? "none" : seen, left);
        }
    }

    UnsupportedModelException refuse(String what, Object expected, Object actual) {
        return new UnsupportedModelException(
                Problem.of(node.op() + " can't cross to TorchScript: " + what)
                        .at("node " + path)
                        .expected(Objects.requireNonNullElse(expected, "something else"))
                        .actual(Objects.requireNonNullElse(actual, "nothing")));
    }
}
