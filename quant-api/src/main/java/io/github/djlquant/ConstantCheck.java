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
package io.github.djlquant;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import java.nio.file.Path;

/**
 * Refuses constants that make every result NaN, before data is blamed for it: NaN that is added,
 * multiplied or clamped with, and variances below 0. Infinities are legal (attention masks). The
 * weights of layers are judged where they are rounded; layers outside the scope keep theirs.
 */
final class ConstantCheck {

    private final Graph graph;
    private final OpCatalog catalog;
    private final Path source;

    private ConstantCheck(Graph graph, OpCatalog catalog, Path source) {
        this.graph = graph;
        this.catalog = catalog;
        this.source = source;
    }

    /**
     * Checks.
     *
     * @throws UnsupportedModelException naming file, node and constant
     */
    static void require(Graph graph, OpCatalog catalog, Path source) {
        ConstantCheck check = new ConstantCheck(graph, catalog, source);
        graph.nodes().forEach(check::node);
    }

    private void node(Node node) {
        OpSpec spec = catalog.spec(node);
        switch (spec.role()) {
            case CONVOLUTION, TRANSPOSED_CONVOLUTION, LINEAR -> number(node, spec, Port.BIAS);
            case ADD, MULTIPLY, ACTIVATION, NORM -> numbers(node);
            case BATCH_NORM -> {
                numbers(node);
                variance(node, spec);
            }
            default -> {}
        }
    }

    private void numbers(Node node) {
        node.inputs().forEach(value -> number(node, value));
    }

    private void number(Node node, OpSpec spec, Port port) {
        spec.input(node, port).ifPresent(value -> number(node, value));
    }

    private void number(Node node, String value) {
        Tensor tensor = graph.constant(value).orElse(null);
        if (tensor == null
                || !tensor.dataType().isFloatingPoint()
                || tensor.firstNonFinite().isEmpty()) {
            return;
        }
        tensor.forEach(
                (index, number) -> {
                    if (Double.isNaN(number)) {
                        throw refusal(node, value, "a number", "NaN at element " + index);
                    }
                });
    }

    private void variance(Node node, OpSpec spec) {
        String value = spec.input(node, Port.VARIANCE).orElse("");
        double epsilon = spec.epsilon().apply(graph, node);
        graph.constant(value)
                .filter(tensor -> tensor.dataType().isFloatingPoint())
                .ifPresent(
                        tensor ->
                                tensor.forEach(
                                        (index, number) -> {
                                            if (number + epsilon < 0) {
                                                throw refusal(
                                                        node,
                                                        value,
                                                        "a variance of 0 or more",
                                                        number + " at element " + index);
                                            }
                                        }));
    }

    private UnsupportedModelException refusal(
            Node node, String value, String expected, String actual) {
        return new UnsupportedModelException(
                Problem.of("a constant of the model makes its results NaN")
                        .in(source)
                        .at("node " + node.name() + ", constant " + value)
                        .expected(expected)
                        .actual(actual)
                        .next("Repair the model or train it again"));
    }
}
