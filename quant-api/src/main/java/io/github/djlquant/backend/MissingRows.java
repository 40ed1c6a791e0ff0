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
package io.github.djlquant.backend;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The operators of a graph that have no row in a table of a {@link Backend#adopt crossing}: all of
 * them, so that one look tells whether a model is near.
 */
public final class MissingRows {

    private final Map<String, Found> operators = new TreeMap<>();

    private MissingRows() {}

    /** How often an operator occurs, and where first. */
    private record Found(int count, String path) {}

    /**
     * Requires a row for each node, also for those in bodies.
     *
     * @param graph the graph to cross
     * @param hasRow whether the table has a row for a node's operator
     * @param dialect the dialect to cross to, for the message
     * @throws UnsupportedModelException if a row is missing; the message lists each such operator
     *     with the number of its nodes and the path of the first one
     */
    public static void refuse(Graph graph, Predicate<Node> hasRow, String dialect) {
        MissingRows missing = new MissingRows();
        missing.collect(graph, hasRow, "");
        if (!missing.operators.isEmpty()) {
            throw new UnsupportedModelException(
                    Problem.of("operators of this model have no counterpart in " + dialect)
                            .in(graph.name().isEmpty() ? null : graph.name())
                            .actual(missing.text())
                            .next("Keep the source's format, or replace these operators"));
        }
    }

    private void collect(Graph graph, Predicate<Node> hasRow, String path) {
        for (Node node : graph.nodes()) {
            String here = path + node.name();
            if (!hasRow.test(node)) {
                operators.merge(
                        node.op().toString(),
                        new Found(1, here),
                        (known, more) -> new Found(known.count() + 1, known.path()));
            }
            node.attributes()
                    .forEach(
                            (name, attribute) -> {
                                if (attribute instanceof Attribute.GraphAttribute body) {
                                    collect(body.body(), hasRow, here + "/" + name + "/");
                                }
                            });
        }
    }

    private String text() {
        return operators.entrySet().stream()
                .map(
                        entry ->
                                entry.getKey()
                                        + " ("
                                        + entry.getValue().count()
                                        + ", such as node "
                                        + entry.getValue().path()
                                        + ")")
                .collect(Collectors.joining(", "));
    }
}
