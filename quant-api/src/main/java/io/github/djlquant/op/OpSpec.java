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
package io.github.djlquant.op;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.scheme.QuantParams;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A row of the {@link OpCatalog}: what an operator is for, which input means what, how its range
 * follows. Whatever a transform must know of an operator it asks the row, so that it fits every
 * dialect. Immutable.
 */
public final class OpSpec {

    private final OpType op;
    private final Role role;
    private final Map<Port, Integer> ports;
    private LayerSpec layer;
    private BiFunction<Graph, Node, RangeRule> ranges;
    private BiFunction<Graph, Node, Optional<Clamp>> clamp = (g, n) -> Optional.empty();
    private BiFunction<Graph, Node, Double> epsilon = (g, n) -> 0.0;
    private BiFunction<Graph, Node, Optional<String>> irregular = (g, n) -> Optional.empty();
    private BiFunction<Graph, Node, Optional<Gate>> gate = (g, n) -> Optional.empty();
    private BiFunction<Graph, Node, Optional<Fill>> fill = (g, n) -> Optional.of(Fill.ZEROS);
    private Function<Node, Optional<OpSpec>> variant = n -> Optional.empty();
    private BiFunction<Graph, Node, Optional<QuantParams>> steps = (g, n) -> Optional.empty();
    private ExtentRule extents = ExtentRule.UNKNOWN;
    private long integersSince = Long.MAX_VALUE;

    private OpSpec(
            OpType op,
            Role role,
            Map<Port, Integer> ports,
            BiFunction<Graph, Node, RangeRule> ranges) {
        this.op = Objects.requireNonNull(op, "op");
        this.role = Objects.requireNonNull(role, "role");
        this.ports = Map.copyOf(ports);
        this.layer = LayerSpec.at(this.ports);
        this.ranges = ranges;
    }

    private OpSpec copy() {
        OpSpec copy = new OpSpec(op, role, ports, ranges);
        copy.layer = layer;
        copy.clamp = clamp;
        copy.epsilon = epsilon;
        copy.irregular = irregular;
        copy.gate = gate;
        copy.fill = fill;
        copy.variant = variant;
        copy.steps = steps;
        copy.extents = extents;
        copy.integersSince = integersSince;
        return copy;
    }

    /**
     * Makes a row without weights, clamps or epsilon.
     *
     * @param op the operator
     * @param role what it is for
     * @param ports input position by meaning
     * @param ranges how the output's range follows
     * @return the row
     */
    public static OpSpec of(OpType op, Role role, Map<Port, Integer> ports, RangeRule ranges) {
        return new OpSpec(op, role, ports, (g, n) -> ranges);
    }

    /**
     * Sets what holds if the operator is a layer.
     *
     * @param change of what the row says so far
     * @return a copy
     */
    public OpSpec withLayer(UnaryOperator<LayerSpec> change) {
        OpSpec copy = copy();
        copy.layer = change.apply(layer);
        return copy;
    }

    /**
     * Makes the range rule depend on the node.
     *
     * @param rule the rule given graph and node
     * @return a copy
     */
    public OpSpec withRanges(BiFunction<Graph, Node, RangeRule> rule) {
        OpSpec copy = copy();
        copy.ranges = rule;
        return copy;
    }

    /**
     * Declares that the operator only clamps.
     *
     * @param interval the interval given graph and node
     * @return a copy
     */
    public OpSpec withClamp(BiFunction<Graph, Node, Optional<Clamp>> interval) {
        OpSpec copy = copy();
        copy.clamp = interval;
        return copy;
    }

    /**
     * Sets where the epsilon is found.
     *
     * @param value the value given graph and node
     * @return a copy
     */
    public OpSpec withEpsilon(BiFunction<Graph, Node, Double> value) {
        OpSpec copy = copy();
        copy.epsilon = value;
        return copy;
    }

    /**
     * Declares when a node differs from the plain form of its role.
     *
     * @param what the difference given graph and node
     * @return a copy
     */
    public OpSpec withIrregular(BiFunction<Graph, Node, Optional<String>> what) {
        OpSpec copy = copy();
        copy.irregular = what;
        return copy;
    }

    /**
     * Declares that the operator is a straight line between 0 and 1, alone or times its input.
     *
     * @param line the line given graph and node
     * @return a copy
     */
    public OpSpec withGate(BiFunction<Graph, Node, Optional<Gate>> line) {
        OpSpec copy = copy();
        copy.gate = line;
        return copy;
    }

    /**
     * Sets what padding fills in.
     *
     * @param what the filling given graph and node
     * @return a copy
     */
    public OpSpec withFill(BiFunction<Graph, Node, Optional<Fill>> what) {
        OpSpec copy = copy();
        copy.fill = what;
        return copy;
    }

    /**
     * Declares that some nodes of the operator have another row.
     *
     * @param other the other row given the node; empty if this one is right
     * @return a copy
     */
    public OpSpec withVariant(Function<Node, Optional<OpSpec>> other) {
        OpSpec copy = copy();
        copy.variant = other;
        return copy;
    }

    /**
     * Sets where a fake quantization's scale and zero point are found.
     *
     * @param params scale and zero point given graph and node, empty if they are computed
     * @return a copy
     */
    public OpSpec withSteps(BiFunction<Graph, Node, Optional<QuantParams>> params) {
        OpSpec copy = copy();
        copy.steps = params;
        return copy;
    }

    /**
     * Sets how the output's extents follow, where the role does not tell.
     *
     * @param rule the rule
     * @return a copy
     */
    public OpSpec withExtents(ExtentRule rule) {
        OpSpec copy = copy();
        copy.extents = rule;
        return copy;
    }

    /**
     * Declares that the operator moves 8-bit integers as it moves floats.
     *
     * @param opset the lowest opset of the dialect in which it does
     * @return a copy
     */
    public OpSpec withIntegersSince(long opset) {
        OpSpec copy = copy();
        copy.integersSince = opset;
        return copy;
    }

    /**
     * Returns the operator.
     *
     * @return dialect and name
     */
    public OpType op() {
        return op;
    }

    /**
     * Returns what the operator is for.
     *
     * @return its role
     */
    public Role role() {
        return role;
    }

    /**
     * Returns which input means what.
     *
     * @return input position by meaning
     */
    public Map<Port, Integer> ports() {
        return ports;
    }

    /**
     * Returns how weights lie and windows slide.
     *
     * @return what holds if the operator is a layer
     */
    public LayerSpec layer() {
        return layer;
    }

    /**
     * Returns how the output's range follows.
     *
     * @return the rule, given graph and node
     */
    public BiFunction<Graph, Node, RangeRule> ranges() {
        return ranges;
    }

    /**
     * Returns the interval that the operator clamps to.
     *
     * @return the interval, given graph and node; empty if the operator does anything else
     */
    public BiFunction<Graph, Node, Optional<Clamp>> clamp() {
        return clamp;
    }

    /**
     * Returns the small number added to a variance.
     *
     * @return the number, given graph and node; 0 where there is none
     */
    public BiFunction<Graph, Node, Double> epsilon() {
        return epsilon;
    }

    /**
     * Returns what makes a node differ from the plain form of its role, so that transforms must
     * leave it alone.
     *
     * @return the difference, given graph and node; empty if there is none
     */
    public BiFunction<Graph, Node, Optional<String>> irregular() {
        return irregular;
    }

    /**
     * Returns the straight line between two limits that the operator is made of.
     *
     * @return the line, given graph and node; empty if it is not
     */
    public BiFunction<Graph, Node, Optional<Gate>> gate() {
        return gate;
    }

    /**
     * Returns what padding fills in.
     *
     * @return the filling, given graph and node; empty if it is another constant than 0, or
     *     computed
     */
    public BiFunction<Graph, Node, Optional<Fill>> fill() {
        return fill;
    }

    /**
     * Returns how the output's extents follow, where the role does not tell.
     *
     * @return the rule
     */
    public ExtentRule extents() {
        return extents;
    }

    /**
     * Returns the steps that a fake quantization rounds to.
     *
     * @return scale and zero point, given graph and node; empty if they are computed
     */
    public BiFunction<Graph, Node, Optional<QuantParams>> steps() {
        return steps;
    }

    /**
     * Returns the row of a node, which may be another one than most nodes of the operator have.
     *
     * @param node a node of this operator
     * @return its row
     */
    OpSpec of(Node node) {
        return variant.apply(node).orElse(this);
    }

    /**
     * Tells whether the operator moves 8-bit integers as it moves floats.
     *
     * @param graph the graph, which knows its opsets
     * @return true if so
     */
    public boolean movesIntegers(Graph graph) {
        return integersSince != Long.MAX_VALUE
                && graph.opsets().getOrDefault(op.dialect(), Long.MAX_VALUE) >= integersSince;
    }

    /**
     * Returns the value that a node reads at a port.
     *
     * @param node a node of this operator
     * @param port the meaning
     * @return the value's name, empty if the operator has no such port or the input is absent
     */
    public Optional<String> input(Node node, Port port) {
        Integer index = ports.get(port);
        return index == null || !node.hasInput(index)
                ? Optional.empty()
                : Optional.of(node.input(index));
    }

    /**
     * Returns the values that an operator over equals (sum, product, concatenation) joins.
     *
     * @param node a node of this operator
     * @return the names of all inputs that are present, in order
     */
    public List<String> operands(Node node) {
        return node.inputs().stream().filter(input -> !input.isEmpty()).toList();
    }

    /**
     * An interval that values are limited to.
     *
     * @param min the lower end, may be negative infinity
     * @param max the upper end, may be positive infinity
     */
    public record Clamp(double min, double max) {}

    /**
     * The function {@code g(x) = min(max(slope x + offset, 0), 1)}, or x times it.
     *
     * @param slope the slope, positive
     * @param offset the value at 0, between 0 and 1
     * @param timesInput true if the operator yields x g(x)
     */
    public record Gate(double slope, double offset, boolean timesInput) {}
}
