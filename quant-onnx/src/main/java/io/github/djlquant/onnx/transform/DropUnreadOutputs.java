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
package io.github.djlquant.onnx.transform;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.Set;

/**
 * Drops the mask of a Dropout and the indices of a MaxPool that nothing reads.
 *
 * <pre>
 *   x -> Dropout -> y, mask   =&gt;   x -> Dropout -> y
 * </pre>
 *
 * Exporters of before opset 10 name the mask in any case. Its type changed since, so that such a
 * node could not be raised, and no integer kernel writes a second output.
 */
public final class DropUnreadOutputs implements BlockTransform {

    private static final Set<String> OPERATORS = Set.of("Dropout", "MaxPool");

    /** Creates the transform; called by ServiceLoader. */
    public DropUnreadOutputs() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    /** Before the opset is raised. */
    @Override
    public int order() {
        return -110;
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        GraphEditor editor = graph.edit();
        boolean changed = false;
        for (Node node : graph.nodes()) {
            Node inside = node.withBodies(body -> apply(body, context));
            Node dropped = drop(graph, inside, context);
            if (!dropped.equals(node)) {
                editor.put(dropped);
                changed = true;
            }
        }
        return changed ? editor.build() : graph;
    }

    private Node drop(Graph graph, Node node, TransformContext context) {
        if (node.outputs().size() != 2
                || OPERATORS.stream().noneMatch(node.op()::isOnnx)
                || isRead(graph, node.outputs().get(1))) {
            return node;
        }
        context.fired(name(), node.name(), "its second output is read by nothing");
        return node.withOutputs(node.outputs().subList(0, 1));
    }

    private static boolean isRead(Graph graph, String value) {
        return graph.isOutput(value) || !graph.consumers(value).isEmpty();
    }
}
