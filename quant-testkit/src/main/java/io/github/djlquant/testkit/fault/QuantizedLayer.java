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
package io.github.djlquant.testkit.fault;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A layer that reads its weights as integers.
 *
 * @param node the layer
 * @param weights what reads the weights back
 * @param bias what reads the bias back, null if it has none or a float one
 */
record QuantizedLayer(Node node, Node weights, Node bias) {

    static List<QuantizedLayer> of(Graph graph, OpCatalog catalog) {
        List<QuantizedLayer> layers = new ArrayList<>();
        for (Node node : graph.nodes()) {
            Role role = catalog.role(node);
            if (role == Role.CONVOLUTION || role == Role.LINEAR || role == Role.MATRIX_PRODUCT) {
                constant(graph, catalog, node, 1)
                        .ifPresent(
                                weights ->
                                        layers.add(
                                                new QuantizedLayer(
                                                        node,
                                                        weights,
                                                        constant(graph, catalog, node, 2)
                                                                .orElse(null))));
            }
        }
        return layers;
    }

    private static Optional<Node> constant(Graph graph, OpCatalog catalog, Node node, int input) {
        return node.hasInput(input)
                ? graph.producer(node.input(input))
                        .filter(maker -> catalog.role(maker) == Role.DEQUANTIZE)
                        .filter(maker -> graph.constant(maker.input(0)).isPresent())
                : Optional.empty();
    }

    Tensor integers(Graph graph) {
        return graph.constant(weights.input(0)).orElseThrow();
    }
}
