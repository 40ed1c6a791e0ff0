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
package io.github.djlquant.pytorch.transform;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.LiteralArguments;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a concatenation read its parts instead of a list of them, so that each part can be quantized
 * like any other input.
 *
 * <pre>
 *   a   b                         a   b
 *    \ /                           \ /
 *   prim::ListConstruct    =&gt;     Concat (axis)
 *     |                             |
 *   aten::cat (dim)
 *     |
 * </pre>
 *
 * What no rewrite changes is written as {@code torch.cat} of a list again.
 */
public final class UnpackLists implements BlockTransform {

    private static final OpType CAT = new OpType(OpType.ATEN, "cat");
    private static final OpType LIST = new OpType(OpType.PRIM, "ListConstruct");

    /** Creates the transform; called by ServiceLoader. */
    public UnpackLists() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        GraphEditor editor = graph.edit();
        boolean changed = false;
        for (Node node : graph.nodes()) {
            if (!node.op().equals(CAT)) {
                continue;
            }
            Optional<Node> list = graph.producer(node.input(0)).filter(n -> n.op().equals(LIST));
            Optional<Long> axis = LiteralArguments.of(node).integer("dim", 0);
            if (list.isEmpty() || list.get().inputs().contains("") || axis.isEmpty()) {
                context.didNotFire(name(), node.name(), "its parts or its axis are not known");
                continue;
            }
            editor.put(
                    new Node(
                            node.name(),
                            OpType.onnx("Concat"),
                            list.get().inputs(),
                            node.outputs(),
                            Map.of("axis", Attribute.of(axis.get())),
                            node.annotations()));
            changed = true;
        }
        if (!changed) {
            return graph;
        }
        Graph joined = editor.build();
        GraphEditor rest = joined.edit();
        for (Node node : joined.nodes()) {
            boolean unread =
                    node.outputs().stream()
                            .allMatch(o -> joined.consumers(o).isEmpty() && !joined.isOutput(o));
            if (node.op().equals(LIST) && unread) {
                rest.remove(node.name());
            }
        }
        return rest.build();
    }
}
