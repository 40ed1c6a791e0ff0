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
package io.github.djlquant.pytorch.read;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.FreeValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Value;
import io.github.djlquant.pytorch.op.PrimOps;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Drops nodes whose results nobody reads, and results of branches that nobody reads. */
final class DropUnused {

    private DropUnused() {}

    static List<Node> from(List<Node> nodes, Set<String> read) {
        Set<String> used = new HashSet<>(read);
        List<Node> kept = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            if (node.outputs().stream().noneMatch(used::contains)) {
                continue;
            }
            Node slim = slim(node, used);
            used.addAll(FreeValues.of(slim));
            kept.add(slim);
        }
        Collections.reverse(kept);
        return kept;
    }

    private static Node slim(Node node, Set<String> used) {
        if (node.bodies().isEmpty()) {
            return node;
        }
        Set<Integer> dropped = new HashSet<>();
        List<String> outputs = new ArrayList<>();
        for (int i = 0; i < node.outputs().size(); i++) {
            if (node.op().equals(PrimOps.IF) && !used.contains(node.outputs().get(i))) {
                dropped.add(i);
            } else {
                outputs.add(node.outputs().get(i));
            }
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.replaceAll(
                (key, attribute) ->
                        attribute instanceof Attribute.GraphAttribute g
                                ? new Attribute.GraphAttribute(body(g.body(), dropped))
                                : attribute);
        return new Node(
                node.name(), node.op(), node.inputs(), outputs, attributes, node.annotations());
    }

    private static Graph body(Graph body, Set<Integer> dropped) {
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < body.outputs().size(); i++) {
            if (!dropped.contains(i)) {
                outputs.add(body.outputs().get(i));
            }
        }
        Set<String> read = new HashSet<>();
        outputs.forEach(output -> read.add(output.name()));
        return Cells.body(body.inputs(), from(body.nodes(), read), outputs);
    }
}
