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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The layers that make a model's answer and are so small that their floats cost nothing. */
final class SmallHeads {

    /** A head may stay float if it holds at most this share of the work and of the weights. */
    private static final double SMALL = 0.02;

    private final Graph graph;
    private final OpCatalog catalog;
    private final Macs macs;
    private final long allMacs;
    private final long allWeights;

    SmallHeads(Graph graph, OpCatalog catalog, Macs macs) {
        this.graph = graph;
        this.catalog = catalog;
        this.macs = macs;
        List<Node> layers = graph.nodes().stream().filter(this::isLayer).toList();
        this.allMacs = layers.stream().mapToLong(macs::of).sum();
        this.allWeights = layers.stream().mapToLong(this::weights).sum();
    }

    boolean contains(Node node) {
        return isLayer(node)
                && isLast(node)
                && macs.of(node) <= SMALL * allMacs
                && weights(node) <= SMALL * allWeights;
    }

    private boolean isLayer(Node node) {
        return LayerRules.isLayer(catalog.role(node));
    }

    /**
     * True if no layer comes after this one: what follows decodes it (boxes, scores) or hands it
     * on. Bodies of control flow may hold anything.
     */
    private boolean isLast(Node node) {
        Deque<Node> open = new ArrayDeque<>(readers(node));
        Set<Node> seen = new HashSet<>(open);
        while (!open.isEmpty()) {
            Node after = open.pop();
            if (isLayer(after) || !after.bodies().isEmpty()) {
                return false;
            }
            readers(after).stream().filter(seen::add).forEach(open::push);
        }
        return true;
    }

    private List<Node> readers(Node node) {
        return node.outputs().stream()
                .filter(output -> !output.isEmpty())
                .flatMap(output -> graph.consumers(output).stream())
                .toList();
    }

    private long weights(Node node) {
        return LayerRules.weight(graph, catalog.spec(node), node)
                .map(tensor -> tensor.elementCount())
                .orElse(0L);
    }
}
