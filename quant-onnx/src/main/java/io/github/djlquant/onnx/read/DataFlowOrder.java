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
package io.github.djlquant.onnx.read;

import io.github.djlquant.graph.FreeValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import java.util.HashSet;
import java.util.Set;

/**
 * Brings nodes into an order in which values are made before they are read. The format demands it,
 * but runtimes sort by themselves and not every exporter obeys.
 */
final class DataFlowOrder {

    private DataFlowOrder() {}

    /** The same graph if it and its bodies are in order already. */
    static Graph of(Graph graph) {
        GraphEditor editor = null;
        if (!isInOrder(graph)) {
            editor = graph.edit();
        }
        for (Node node : graph.nodes()) {
            Node sorted = node.withBodies(DataFlowOrder::of);
            if (!sorted.equals(node)) {
                editor = editor == null ? graph.edit() : editor;
                editor.put(sorted);
            }
        }
        return editor == null ? graph : editor.build();
    }

    private static boolean isInOrder(Graph graph) {
        Set<String> pending = new HashSet<>();
        graph.nodes().forEach(node -> pending.addAll(node.outputs()));
        for (Node node : graph.nodes()) {
            for (String read : FreeValues.of(node)) {
                if (pending.contains(read)) {
                    return false;
                }
            }
            node.outputs().forEach(pending::remove);
        }
        return true;
    }
}
