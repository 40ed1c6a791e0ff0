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

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The nodes that some values depend on. */
public final class NeededNodes {

    private NeededNodes() {}

    /**
     * Finds them. What nothing reads is left out, and so is what only such nodes read.
     *
     * @param nodes nodes in an order in which they may run
     * @param values the names of what is needed
     * @return those that are needed, in the same order
     */
    public static List<Node> of(List<Node> nodes, Collection<String> values) {
        Set<String> read = new HashSet<>(values);
        List<Node> needed = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (node.outputs().stream().anyMatch(read::contains)) {
                needed.add(node);
                read.addAll(FreeValues.of(node));
            }
        }
        Collections.reverse(needed);
        return needed;
    }

    /**
     * Removes what an edit left unread. What nothing read before stays.
     *
     * @param before the graph that is edited
     * @param editor what became of it, its nodes in an order in which they may run
     * @return the editor
     */
    public static GraphEditor removeUnread(Graph before, GraphEditor editor) {
        List<String> outputs = before.outputs().stream().map(Value::name).toList();
        Set<String> unread = new LinkedHashSet<>();
        of(before.nodes(), outputs).forEach(node -> unread.add(node.name()));
        of(editor.nodes(), outputs).forEach(node -> unread.remove(node.name()));
        unread.forEach(editor::remove);
        return editor;
    }
}
