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
package io.github.djlquant.plan;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.op.OpCatalog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Every decision of the planner, each with its reason. Converting obeys it; the report prints it; a
 * test pins it.
 */
public final class QuantPlan {

    private final Map<String, ValueDecision> values = new LinkedHashMap<>();
    private final Map<String, NodeDecision> nodes = new LinkedHashMap<>();

    /**
     * Creates a plan.
     *
     * @param values one decision per value
     * @param nodes one decision per node
     */
    public QuantPlan(List<ValueDecision> values, List<NodeDecision> nodes) {
        values.forEach(v -> this.values.put(v.value(), v));
        nodes.forEach(n -> this.nodes.put(n.node(), n));
    }

    /**
     * Makes the plan of a recipe that quantizes nothing.
     *
     * @param graph the graph
     * @param catalog the operators' roles
     * @return a plan that keeps every node that multiplies with weights as it is
     */
    public static QuantPlan allFloat(Graph graph, OpCatalog catalog) {
        return allFloat(graph, catalog, Map.of());
    }

    private static QuantPlan allFloat(Graph graph, OpCatalog catalog, Map<String, long[]> sample) {
        Macs macs = new Macs(graph, catalog, sample);
        List<NodeDecision> nodes = new ArrayList<>();
        graph.nodes().stream()
                .filter(node -> macs.of(node) > 0)
                .map(
                        node ->
                                new NodeDecision(
                                        node.name(),
                                        node.op(),
                                        NodeDecision.Form.FLOAT,
                                        macs.of(node),
                                        "the recipe keeps everything in float"))
                .forEach(nodes::add);
        for (NestedBody body : NestedBody.of(graph, catalog, macs)) {
            nodes.addAll(allFloat(body.graph(), catalog, body.sample()).under(body).nodes());
        }
        return new QuantPlan(List.of(), nodes);
    }

    /**
     * Returns the decisions on values.
     *
     * @return in graph order
     */
    public List<ValueDecision> values() {
        return List.copyOf(values.values());
    }

    /**
     * Returns the decisions on nodes.
     *
     * @return in graph order
     */
    public List<NodeDecision> nodes() {
        return List.copyOf(nodes.values());
    }

    /**
     * Returns the decision on a value.
     *
     * @param value its name
     * @return the decision, empty if the value was not considered
     */
    public Optional<ValueDecision> value(String value) {
        return Optional.ofNullable(values.get(value));
    }

    /**
     * Returns the decision on a node.
     *
     * @param node its name
     * @return the decision, empty if the node was not considered
     */
    public Optional<NodeDecision> node(String node) {
        return Optional.ofNullable(nodes.get(node));
    }

    /**
     * Returns what stands before the names of nodes and values that lie in a body of a node.
     *
     * @param node a node with bodies
     * @param attribute the attribute that holds the body
     * @return the prefix
     */
    public static String path(Node node, String attribute) {
        return node.name() + "/" + attribute + "/";
    }

    /**
     * Returns the decisions on one body, by the names inside it.
     *
     * @param path what {@link #path} gives for the body
     * @return its own plan, empty if nothing was decided there
     */
    public QuantPlan within(String path) {
        return new QuantPlan(
                values().stream()
                        .filter(decision -> decision.value().startsWith(path))
                        .map(decision -> named(decision, decision.value().substring(path.length())))
                        .toList(),
                nodes().stream()
                        .filter(decision -> decision.node().startsWith(path))
                        .map(decision -> named(decision, decision.node().substring(path.length())))
                        .toList());
    }

    /**
     * Returns the decisions of this plan of a body by the names that they have outside it, with the
     * work of all rounds.
     *
     * @param body where they were made
     * @return the same decisions; where nobody knows how many rounds there are, the reasons of
     *     those that multiply say so
     */
    QuantPlan under(NestedBody body) {
        return new QuantPlan(
                values().stream()
                        .map(decision -> named(decision, body.path() + decision.value()))
                        .toList(),
                nodes().stream().map(decision -> under(body, decision)).toList());
    }

    private static NodeDecision under(NestedBody body, NodeDecision decision) {
        String reason = decision.reason();
        boolean once = body.rounds().isEmpty() && decision.macs() > 0;
        return new NodeDecision(
                body.path() + decision.node(),
                decision.op(),
                decision.form(),
                body.allRounds(decision.macs()),
                once && !reason.endsWith(BodyPlans.ONCE) ? reason + "; " + BodyPlans.ONCE : reason);
    }

    private static ValueDecision named(ValueDecision decision, String name) {
        return new ValueDecision(
                name, decision.kind(), decision.params(), decision.reason(), decision.warning());
    }

    private static NodeDecision named(NodeDecision decision, String name) {
        return new NodeDecision(
                name, decision.op(), decision.form(), decision.macs(), decision.reason());
    }

    /**
     * Returns what the user should look at.
     *
     * @return one sentence for each value that has something
     */
    public List<String> warnings() {
        return values().stream()
                .filter(decision -> !decision.warning().isEmpty())
                .map(
                        decision ->
                                decision.kind().name().toLowerCase(Locale.ROOT)
                                        + " %"
                                        + decision.value()
                                        + ": "
                                        + decision.warning())
                .toList();
    }

    /**
     * Returns the share of multiply-accumulates that run on integers, of those that are known.
     *
     * @return between 0 and 1; 1 if there are none at all, 0 if there are layers but the work of
     *     none is known
     */
    public double quantizedMacShare() {
        double all = nodes.values().stream().mapToDouble(node -> Math.max(0, node.macs())).sum();
        double quantized =
                nodes.values().stream()
                        .filter(NodeDecision::quantized)
                        .mapToDouble(node -> Math.max(0, node.macs()))
                        .sum();
        return all == 0 ? layersOfUnknownWork() > 0 ? 0 : 1 : quantized / all;
    }

    /**
     * Counts the layers that {@link #quantizedMacShare} knows nothing of.
     *
     * @return how many convolutions have extents that only a run would tell
     */
    public long layersOfUnknownWork() {
        return nodes.values().stream().filter(node -> node.macs() < 0).count();
    }

    /**
     * Prints one decision a line.
     *
     * @return text for people and golden tests
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (NodeDecision node : nodes.values()) {
            text.append(node.quantized() ? "int8  " : "float ")
                    .append(node.node())
                    .append(" (")
                    .append(node.op());
            text.append("): ").append(node.reason()).append('\n');
        }
        for (ValueDecision value : values.values()) {
            text.append('%').append(value.value()).append(": ");
            text.append(value.isQuantized() ? value.params() : "float")
                    .append(": ")
                    .append(value.reason())
                    .append('\n');
        }
        return text.toString();
    }
}
