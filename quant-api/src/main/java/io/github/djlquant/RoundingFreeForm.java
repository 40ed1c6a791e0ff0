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
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.Role;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A model that was trained for integers, without the roundings of its inner values:
 *
 * <pre>
 *   x -&gt; Q -&gt; DQ -&gt; Conv -&gt; y       =&gt;   x -&gt; Conv -&gt; y
 *   x -&gt; fake quantize -&gt; Conv -&gt; y   =&gt;   x -&gt; Conv -&gt; y
 * </pre>
 *
 * <p>Two engines add floats in another order, so that here and there a value that lies between two
 * steps goes to the other one, and such differences grow from layer to layer. What lies between the
 * roundings can be compared exactly; they themselves are the same few numbers in both engines.
 * Weights keep theirs.
 */
final class RoundingFreeForm {

    private final Graph graph;
    private final OpCatalog catalog;
    private final GraphEditor editor;

    private RoundingFreeForm(Graph graph, OpCatalog catalog) {
        this.graph = graph;
        this.catalog = catalog;
        this.editor = graph.edit();
    }

    /** Returns the same instance if nothing is rounded. */
    static Graph of(Graph graph, OpCatalog catalog) {
        return new RoundingFreeForm(graph, catalog).build();
    }

    private Graph build() {
        boolean changed = false;
        for (Node node : graph.nodes()) {
            Optional<String> before = rounded(node);
            if (before.isPresent()) {
                changed |= passOver(node, before.get());
            }
        }
        if (!changed) {
            return graph;
        }
        removeUnread();
        return editor.build();
    }

    /** What a node gives back up to rounding, as edited so far; empty if it does anything else. */
    private Optional<String> rounded(Node node) {
        Node rounding = node;
        if (catalog.role(node) == Role.DEQUANTIZE) {
            rounding =
                    graph.producer(node.input(0))
                            .filter(maker -> catalog.role(maker) == Role.QUANTIZE)
                            .orElse(null);
        } else if (catalog.role(node) != Role.FAKE_QUANTIZE) {
            rounding = null;
        }
        return Optional.ofNullable(rounding)
                .map(maker -> editor.node(maker.name()).orElseThrow().input(0))
                .filter(value -> editor.constant(value).isEmpty());
    }

    private boolean passOver(Node node, String before) {
        String rounded = node.output();
        if (graph.isOutput(rounded)) {
            Node maker = graph.producer(before).orElse(null);
            if (maker == null || graph.isOutput(before)) {
                return false;
            }
            Node renamed = editor.node(maker.name()).orElseThrow();
            editor.put(
                    renamed.withOutputs(
                            renamed.outputs().stream()
                                    .map(value -> value.equals(before) ? rounded : value)
                                    .toList()));
            editor.replaceReads(before, rounded);
        } else {
            editor.replaceReads(rounded, before);
        }
        editor.remove(node.name());
        return true;
    }

    private void removeUnread() {
        List<Node> left = editor.nodes();
        Set<String> read = new HashSet<>();
        left.forEach(node -> read.addAll(node.inputs()));
        for (Node node : left) {
            if (catalog.role(node) == Role.QUANTIZE
                    && !read.contains(node.output())
                    && !graph.isOutput(node.output())) {
                editor.remove(node.name());
            }
        }
    }
}
