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
package io.github.djlquant.pytorch.read;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects nodes, those of nested bodies apart, under names that are unique in the whole graph. */
final class NodeSink {

    private final Journal journal;
    private final Set<String> valueNames = new HashSet<>();
    private final Set<String> nodeNames = new HashSet<>();
    private final Map<String, Integer> suffixes = new HashMap<>();
    private final Deque<List<Node>> bodies = new ArrayDeque<>();
    private long count;

    NodeSink(Journal journal) {
        this.journal = journal;
        bodies.push(new ArrayList<>());
    }

    /** Begins a body; what is added goes there until it is closed. */
    void open() {
        open(new ArrayList<>());
    }

    /** Goes on with a body that was closed. */
    void open(List<Node> body) {
        bodies.push(body);
    }

    List<Node> close() {
        return bodies.pop();
    }

    /** Keeps the names of a body that is part of the graph although its state was rolled back. */
    void keep(List<Node> nodes) {
        for (Node node : nodes) {
            retain(nodeNames, node.name());
            node.outputs().forEach(output -> retain(valueNames, output));
            node.bodies()
                    .forEach(
                            body -> {
                                body.inputs().forEach(input -> retain(valueNames, input.name()));
                                keep(body.nodes());
                            });
        }
    }

    void keepValue(String name) {
        retain(valueNames, name);
    }

    private void retain(Set<String> names, String name) {
        if (names.add(name)) {
            journal.changed(names, () -> names.remove(name));
        }
    }

    List<Node> current() {
        return bodies.element();
    }

    /** How many nodes were added so far, rolled back ones included. */
    long count() {
        return count;
    }

    String valueName(Frame frame, String hint) {
        return unique(valueNames, path(frame, hint));
    }

    /** Reserves a name that shall be kept, if it is still free. */
    String reserve(String name) {
        return unique(valueNames, name);
    }

    List<String> add(Frame frame, Call call, List<String> hints) {
        List<String> outputs = new ArrayList<>(hints.size());
        hints.forEach(hint -> outputs.add(valueName(frame, hint)));
        add(call.node(nodeName(frame, call.op()), outputs));
        return outputs;
    }

    String add(Frame frame, Call call, String hint) {
        return add(frame, call, List.of(hint)).get(0);
    }

    /** Adds a node with bodies. */
    void add(
            Frame frame,
            Call call,
            List<String> outputs,
            Map<String, Attribute> bodiesByAttribute) {
        Node node = call.node(nodeName(frame, call.op()), outputs);
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.putAll(bodiesByAttribute);
        add(new Node(node.name(), node.op(), node.inputs(), outputs, attributes));
    }

    /** Gives a literal a name. */
    String constant(Frame frame, Argument literal, String type) {
        Map<String, Argument> named =
                type.isEmpty() || !literal.equals(Argument.NONE)
                        ? Map.of()
                        : Map.of(PrimOps.TYPE, Argument.literal(type));
        return add(frame, new Call(PrimOps.CONSTANT, List.of(literal), named), "literal");
    }

    private void add(Node node) {
        count++;
        bodies.element().add(node);
    }

    private String nodeName(Frame frame, OpType op) {
        return unique(nodeNames, path(frame, op.name()));
    }

    private static String path(Frame frame, String last) {
        return frame.path.isEmpty() ? last : frame.path + "/" + last;
    }

    private String unique(Set<String> names, String wanted) {
        if (!names.contains(wanted)) {
            retain(names, wanted);
            return wanted;
        }
        // Names taken back leave gaps; what was tried once is not tried again.
        int suffix = suffixes.getOrDefault(wanted, 1);
        while (names.contains(wanted + "_" + suffix)) {
            suffix++;
        }
        suffixes.put(wanted, suffix);
        String name = wanted + "_" + suffix;
        retain(names, name);
        return name;
    }
}
