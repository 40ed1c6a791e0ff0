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
package io.github.djlquant.onnx;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.ValueType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Operators whose ONNX Runtime kernels compare elements and so may answer with a number where they
 * read a NaN. All others tried (Relu, Clip, Max, Sigmoid, Softmax, convolutions, averages) hand it
 * on.
 */
final class NanLosers {

    private static final Set<String> OPERATORS =
            Set.of(
                    "MaxPool",
                    "GlobalMaxPool",
                    "ReduceMax",
                    "ReduceMin",
                    "ArgMax",
                    "ArgMin",
                    "TopK");

    private NanLosers() {}

    /**
     * Finds what must be summed to see every NaN on the way to a value.
     *
     * @param graph the graph
     * @param value the value
     * @return the value itself, or what it is made from if it can't be summed; and what is read by
     *     such operators before it; of these, the ones that can hold a NaN
     */
    static Set<String> summedFor(Graph graph, String value) {
        Set<String> summed = new LinkedHashSet<>();
        if (mayHoldNan(graph, value)) {
            summed.add(value);
        } else {
            graph.producer(value).ifPresent(node -> addInputs(graph, node, summed));
        }
        Set<String> seen = new HashSet<>(Set.of(value));
        Deque<String> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            Node node = graph.producer(open.pop()).orElse(null);
            if (node == null) {
                continue;
            }
            if (node.op().dialect().equals(OpType.ONNX) && OPERATORS.contains(node.op().name())) {
                addInputs(graph, node, summed);
            }
            node.inputs().stream()
                    .filter(input -> !input.isEmpty() && seen.add(input))
                    .forEach(open::push);
        }
        return summed;
    }

    private static void addInputs(Graph graph, Node node, Set<String> summed) {
        node.inputs().stream()
                .filter(input -> !input.isEmpty() && graph.constant(input).isEmpty())
                .filter(input -> mayHoldNan(graph, input))
                .forEach(summed::add);
    }

    /**
     * Whole numbers and text hold no NaN; lists can't be summed. A type that nobody knows is taken
     * for a float unless its operator's name says that it makes a list.
     */
    private static boolean mayHoldNan(Graph graph, String value) {
        ValueType type = graph.type(value);
        if (type instanceof ValueType.TensorType tensor) {
            return tensor.dataType() == null || tensor.dataType().isFloatingPoint();
        }
        return type instanceof ValueType.UnknownType
                && graph.producer(value)
                        .map(node -> node.op().name())
                        .filter(name -> name.contains("Sequence") || name.contains("Optional"))
                        .isEmpty();
    }
}
