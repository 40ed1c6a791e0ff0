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
package io.github.djlquant.onnx;

import io.github.djlquant.graph.FreeValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes other values the outputs and drops the nodes that they do not need. The inputs stay, so
 * that the same feeds fit.
 *
 * <pre>
 *   x -> A -> B -> y          outputs [a]      x -> A -> a
 *         \-> a          ==================>
 * </pre>
 */
final class PruneToOutputs {

    private PruneToOutputs() {}

    static Graph apply(GraphEditor editor, List<Value> outputs) {
        editor.outputs(present -> outputs);
        Graph graph = editor.build();
        Set<String> needed = new HashSet<>();
        outputs.forEach(output -> needed.add(output.name()));
        GraphEditor pruned = graph.edit();
        List<Node> nodes = graph.nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (node.outputs().stream().anyMatch(needed::contains)) {
                needed.addAll(FreeValues.of(node));
            } else {
                pruned.remove(node.name());
                node.outputs().forEach(value -> pruned.type(value, ValueType.UNKNOWN));
            }
        }
        return pruned.build();
    }
}
