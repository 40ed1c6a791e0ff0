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

import io.github.djlquant.graph.FreeValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What of a graph must run for some of its values. */
final class NeededNodes {

    private NeededNodes() {}

    static List<Node> of(Graph graph, Collection<String> values) {
        Set<String> seen = new HashSet<>(values);
        Deque<String> open = new ArrayDeque<>(seen);
        Set<String> needed = new HashSet<>();
        while (!open.isEmpty()) {
            Node node = graph.producer(open.pop()).orElse(null);
            if (node != null && needed.add(node.name())) {
                FreeValues.of(node).stream().filter(seen::add).forEach(open::push);
            }
        }
        return graph.nodes().stream().filter(node -> needed.contains(node.name())).toList();
    }
}
