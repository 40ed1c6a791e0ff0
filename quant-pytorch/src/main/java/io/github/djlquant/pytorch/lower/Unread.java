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
package io.github.djlquant.pytorch.lower;

import io.github.djlquant.graph.FreeValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.pytorch.op.PrimOps;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes what kernels have made superfluous: nodes without effects that nobody reads. */
final class Unread {

    private Unread() {}

    static Graph remove(Graph graph) {
        GraphEditor editor = graph.edit();
        Set<String> read = new HashSet<>();
        graph.outputs().forEach(output -> read.add(output.name()));
        List<Node> nodes = graph.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            boolean removable =
                    LowerQuantized.isForeign(node) || node.op().equals(PrimOps.LIST_CONSTRUCT);
            if (removable && node.outputs().stream().noneMatch(read::contains)) {
                editor.remove(node.name());
            } else {
                read.addAll(FreeValues.of(node));
            }
        }
        return editor.build();
    }
}
