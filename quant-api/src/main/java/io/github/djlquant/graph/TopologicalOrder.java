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
package io.github.djlquant.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sorts nodes so that every value is made before it is read, keeping the given order wherever the
 * data flow allows it.
 */
final class TopologicalOrder {

    private TopologicalOrder() {}

    /**
     * Depth first along producers, with an own stack: graphs of many thousand nodes in a row must
     * not overflow the thread's.
     */
    static List<Node> of(Collection<Node> nodes) {
        Map<String, Node> producers = new HashMap<>();
        for (Node node : nodes) {
            node.outputs().stream().filter(o -> !o.isEmpty()).forEach(o -> producers.put(o, node));
        }
        Map<String, Node> done = new LinkedHashMap<>();
        Set<String> open = new HashSet<>();
        Map<String, Node> cyclic = new LinkedHashMap<>();
        for (Node start : nodes) {
            Deque<Visit> stack = new ArrayDeque<>();
            push(start, stack, done, open);
            while (!stack.isEmpty()) {
                Visit visit = stack.peek();
                if (visit.reads.hasNext()) {
                    Node before = producers.get(visit.reads.next());
                    if (before != null && open.contains(before.name())) {
                        visit.onCycle = true;
                    } else if (before != null) {
                        push(before, stack, done, open);
                    }
                } else {
                    stack.pop();
                    open.remove(visit.node.name());
                    done.put(visit.node.name(), visit.node);
                    if (visit.onCycle) {
                        cyclic.put(visit.node.name(), visit.node);
                    }
                }
            }
        }
        done.keySet().removeAll(cyclic.keySet());
        List<Node> sorted = new ArrayList<>(done.values());
        sorted.addAll(cyclic.values());
        return sorted;
    }

    private static void push(
            Node node, Deque<Visit> stack, Map<String, Node> done, Set<String> open) {
        if (!done.containsKey(node.name()) && open.add(node.name())) {
            stack.push(new Visit(node));
        }
    }

    private static final class Visit {
        final Node node;
        final Iterator<String> reads;
        boolean onCycle;

        Visit(Node node) {
            this.node = node;
            this.reads = FreeValues.of(node).iterator();
        }
    }
}
