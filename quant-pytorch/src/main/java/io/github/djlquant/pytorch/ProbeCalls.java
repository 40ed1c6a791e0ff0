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
package io.github.djlquant.pytorch;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.NeededNodes;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Calls of libtorch's operators that look at a graph's values, each kept until its place has come:
 * right behind the node that makes the value, so that it is looked at while it is in the cache and
 * freed as early as without.
 */
final class ProbeCalls {

    private final Graph graph;
    private final GraphEditor names;
    private final Map<String, List<Node>> behind = new HashMap<>();
    private final Map<String, Tensor> constants;

    ProbeCalls(Graph graph) {
        this.graph = graph;
        this.names = graph.edit();
        this.constants = new LinkedHashMap<>(graph.constants());
    }

    /** Calls an {@code aten} operator behind a value and returns what it makes. */
    String call(String value, String op, Argument... arguments) {
        return call(value, new OpType(OpType.ATEN, op), arguments);
    }

    /** Calls an operator behind a value and returns what it makes. */
    String call(String value, OpType op, Argument... arguments) {
        return insert(value, op.name(), new Call(op, List.of(arguments))::node);
    }

    /**
     * Makes calls behind a value if a condition holds, else others, and returns what is made.
     *
     * @param condition a truth value
     * @param then each makes one value
     * @param otherwise each makes what stands for it
     */
    List<String> either(String value, String condition, List<Call> then, List<Call> otherwise) {
        List<String> outputs =
                then.stream().map(call -> freshName("probe/" + call.op().name())).toList();
        Map<String, Attribute> bodies =
                Map.of(
                        PrimOps.THEN, new Attribute.GraphAttribute(body(then)),
                        PrimOps.ELSE, new Attribute.GraphAttribute(body(otherwise)));
        behind.computeIfAbsent(value, key -> new ArrayList<>())
                .add(new Node(freshName("probe"), PrimOps.IF, List.of(condition), outputs, bodies));
        return outputs;
    }

    private Graph body(List<Call> calls) {
        List<String> outputs = new ArrayList<>();
        List<Node> nodes = new ArrayList<>();
        for (Call call : calls) {
            String output = freshName("probe/" + call.op().name());
            outputs.add(output);
            nodes.add(call.node(freshName("probe"), List.of(output)));
        }
        return new Graph(
                "",
                List.of(),
                outputs.stream().map(output -> new Value(output, ValueType.UNKNOWN)).toList(),
                List.copyOf(nodes),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of());
    }

    /** Adds a node behind a value and returns what it makes. */
    String insert(String value, String what, BiFunction<String, List<String>, Node> node) {
        String output = freshName("probe/" + what);
        behind.computeIfAbsent(value, key -> new ArrayList<>())
                .add(node.apply(freshName("probe"), List.of(output)));
        return output;
    }

    /** Adds a constant and returns its name. */
    String constant(Tensor tensor) {
        String name = freshName("probe_constant");
        constants.put(name, tensor);
        return name;
    }

    /** The constants of the graph, and those that were added. */
    Map<String, Tensor> constants() {
        return constants;
    }

    String freshName(String wanted) {
        return names.freshName(wanted);
    }

    /**
     * The nodes of the graph that the calls and the kept outputs need, and each call behind its
     * value.
     */
    List<Node> placed(List<Value> kept) {
        List<Node> placed = new ArrayList<>();
        graph.inputs().forEach(input -> place(input.name(), placed));
        graph.constants().keySet().forEach(constant -> place(constant, placed));
        Set<String> needed = new HashSet<>(behind.keySet());
        kept.forEach(output -> needed.add(output.name()));
        for (Node node : NeededNodes.of(graph.nodes(), needed)) {
            placed.add(node);
            node.outputs().forEach(output -> place(output, placed));
        }
        return placed;
    }

    private void place(String value, List<Node> placed) {
        placed.addAll(behind.getOrDefault(value, List.of()));
    }
}
