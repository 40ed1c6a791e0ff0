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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A row of the {@link OpCatalog}: what an operator is for, which input means what, how its range
 * follows.
 *
 * @param op the operator
 * @param role what it is for
 * @param ports input position by meaning
 * @param ranges how the output's range follows, given graph and node
 * @param weightAxis the output-channel axis of the weight input, given graph and node; empty if per
 *     channel makes no sense
 * @param clamp the interval that the operator clamps to and nothing else, empty if it does anything
 *     else
 * @param epsilon the small number added to a variance; 0 where there is none
 * @param irregular what makes a node differ from the plain form of its role, so that transforms
 *     must leave it alone; empty if nothing does
 * @param gate the straight line between two limits that the operator is made of, empty if it is not
 * @param integersSince the lowest opset in which the operator moves 8-bit integers as it moves
 *     floats; {@link Long#MAX_VALUE} if it never does
 */
public record OpSpec(
        OpType op,
        Role role,
        Map<Port, Integer> ports,
        BiFunction<Graph, Node, RangeRule> ranges,
        BiFunction<Graph, Node, Optional<Integer>> weightAxis,
        BiFunction<Graph, Node, Optional<Clamp>> clamp,
        BiFunction<Graph, Node, Double> epsilon,
        BiFunction<Graph, Node, Optional<String>> irregular,
        BiFunction<Graph, Node, Optional<Gate>> gate,
        long integersSince) {

    /** Copies the ports. */
    public OpSpec {
        Objects.requireNonNull(op, "op");
        Objects.requireNonNull(role, "role");
        ports = Map.copyOf(ports);
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
        return new OpSpec(
                op,
                role,
                ports,
                (g, n) -> ranges,
                (g, n) -> Optional.empty(),
                (g, n) -> Optional.empty(),
                (g, n) -> 0.0,
                (g, n) -> Optional.empty(),
                (g, n) -> Optional.empty(),
                Long.MAX_VALUE);
    }

    /**
     * Makes the range rule depend on the node.
     *
     * @param rule the rule given graph and node
     * @return a copy
     */
    public OpSpec withRanges(BiFunction<Graph, Node, RangeRule> rule) {
        return new OpSpec(
                op, role, ports, rule, weightAxis, clamp, epsilon, irregular, gate, integersSince);
    }

    /**
     * Sets the output-channel axis of the weight.
     *
     * @param axis the axis given graph and node
     * @return a copy
     */
    public OpSpec withWeightAxis(BiFunction<Graph, Node, Optional<Integer>> axis) {
        return new OpSpec(
                op, role, ports, ranges, axis, clamp, epsilon, irregular, gate, integersSince);
    }

    /**
     * Declares that the operator only clamps.
     *
     * @param interval the interval given graph and node
     * @return a copy
     */
    public OpSpec withClamp(BiFunction<Graph, Node, Optional<Clamp>> interval) {
        return new OpSpec(
                op,
                role,
                ports,
                ranges,
                weightAxis,
                interval,
                epsilon,
                irregular,
                gate,
                integersSince);
    }

    /**
     * Sets where the epsilon is found.
     *
     * @param value the value given graph and node
     * @return a copy
     */
    public OpSpec withEpsilon(BiFunction<Graph, Node, Double> value) {
        return new OpSpec(
                op, role, ports, ranges, weightAxis, clamp, value, irregular, gate, integersSince);
    }

    /**
     * Declares when a node differs from the plain form of its role.
     *
     * @param what the difference given graph and node
     * @return a copy
     */
    public OpSpec withIrregular(BiFunction<Graph, Node, Optional<String>> what) {
        return new OpSpec(
                op, role, ports, ranges, weightAxis, clamp, epsilon, what, gate, integersSince);
    }

    /**
     * Declares that the operator is a straight line between 0 and 1, alone or times its input.
     *
     * @param line the line given graph and node
     * @return a copy
     */
    public OpSpec withGate(BiFunction<Graph, Node, Optional<Gate>> line) {
        return new OpSpec(
                op,
                role,
                ports,
                ranges,
                weightAxis,
                clamp,
                epsilon,
                irregular,
                line,
                integersSince);
    }

    /**
     * Declares that the operator moves 8-bit integers as it moves floats.
     *
     * @param opset the lowest opset of the dialect in which it does
     * @return a copy
     */
    public OpSpec withIntegersSince(long opset) {
        return new OpSpec(
                op, role, ports, ranges, weightAxis, clamp, epsilon, irregular, gate, opset);
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
