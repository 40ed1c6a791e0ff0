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
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.Set;

/** Values that can't be less than zero, whatever the data: their operator sees to it. */
final class NonNegativeValues {

    private static final Set<String> OPERATORS =
            Set.of("relu", "relu6", "sigmoid", "hardsigmoid", "softmax", "abs", "exp", "sqrt");

    /** Not less than the least that they read. */
    private static final Set<String> POOLS =
            Set.of("max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d");

    private NonNegativeValues() {}

    static boolean contains(Graph graph, String value) {
        return graph.producer(value)
                .filter(node -> node.op().dialect().equals(OpType.ATEN))
                .map(node -> isNonNegative(graph, node))
                .orElse(false);
    }

    private static boolean isNonNegative(Graph graph, Node node) {
        String op = node.op().name();
        return OPERATORS.contains(op)
                || POOLS.contains(op) && contains(graph, node.input(0))
                || op.equals("clamp") && bound(node, "min") >= 0
                || op.equals("hardtanh") && bound(node, "min_val") >= 0;
    }

    private static double bound(Node node, String argument) {
        if (!(Call.of(node).argument(argument) instanceof Argument.Literal literal)) {
            return Double.NEGATIVE_INFINITY;
        }
        if (literal.attribute() instanceof Attribute.IntAttribute whole) {
            return whole.value();
        }
        return literal.attribute() instanceof Attribute.DoubleAttribute real
                ? real.value()
                : Double.NEGATIVE_INFINITY;
    }
}
