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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import java.util.Set;

/** Values that can't be less than zero, whatever the data: their operator sees to it. */
final class NonNegativeValues {

    private static final Set<String> OPERATORS =
            Set.of("Relu", "Sigmoid", "HardSigmoid", "Softmax", "Softplus", "Abs", "Exp", "Sqrt");

    /** Not less than the least that they read. */
    private static final Set<String> POOLS =
            Set.of("MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool");

    private NonNegativeValues() {}

    static boolean contains(Graph graph, String value) {
        return graph.producer(value).map(node -> isNonNegative(graph, node)).orElse(false);
    }

    private static boolean isNonNegative(Graph graph, Node node) {
        if (!node.op().dialect().equals(OpType.ONNX)) {
            return false;
        }
        return OPERATORS.contains(node.op().name())
                || POOLS.contains(node.op().name()) && contains(graph, node.input(0))
                || node.op().isOnnx("Clip") && clipMinimum(graph, node) >= 0;
    }

    /** The bound is an attribute before opset 11 and an input since. */
    private static double clipMinimum(Graph graph, Node node) {
        if (node.attributes().get("min") instanceof Attribute.FloatAttribute min) {
            return min.value();
        }
        return graph.constant(node.input(1))
                .filter(min -> min.elementCount() == 1)
                .map(min -> (double) min.toFloats()[0])
                .orElse(Double.NEGATIVE_INFINITY);
    }
}
