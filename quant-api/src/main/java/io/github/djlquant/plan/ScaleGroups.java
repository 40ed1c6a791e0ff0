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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which quantized values share scale and zero point: whatever nodes that only move integers
 * connect.
 */
final class ScaleGroups {

    private final Map<String, String> parent = new HashMap<>();
    private final Map<String, List<String>> sources = new LinkedHashMap<>();

    /** Joins the values of a graph whose forms are decided. */
    static ScaleGroups of(Graph graph, NodeForms forms) {
        ScaleGroups groups = new ScaleGroups();
        for (Node node : graph.nodes()) {
            if (forms.form(node) == NodeDecision.Form.MOVES_INTEGERS
                    && forms.rescaled(node).isEmpty()) {
                for (String input : forms.moved(node)) {
                    node.outputs().stream()
                            .filter(o -> !o.isEmpty())
                            .forEach(o -> groups.join(input, o));
                }
            }
        }
        List<String> ordered = new ArrayList<>();
        graph.inputs().forEach(input -> ordered.add(input.name()));
        graph.nodes().forEach(node -> ordered.addAll(node.outputs()));
        Set<String> quantized = forms.quantized();
        for (String value : ordered) {
            boolean moved =
                    graph.producer(value)
                            .filter(p -> forms.form(p) == NodeDecision.Form.MOVES_INTEGERS)
                            .isPresent();
            if (quantized.contains(value) && !moved) {
                groups.sources
                        .computeIfAbsent(groups.find(value), k -> new ArrayList<>())
                        .add(value);
            }
        }
        return groups;
    }

    /** The values of a group that are computed rather than moved, in graph order. */
    List<String> sources(String value) {
        return sources.getOrDefault(find(value), List.of());
    }

    /** All values that need statistics, in graph order within their groups. */
    List<String> allSources() {
        return sources.values().stream().flatMap(List::stream).toList();
    }

    /** A name that stands for the group. */
    String find(String value) {
        String up = parent.getOrDefault(value, value);
        if (up.equals(value)) {
            return value;
        }
        String root = find(up);
        parent.put(value, root);
        return root;
    }

    private void join(String a, String b) {
        parent.put(find(b), find(a));
    }
}
