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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.LiteralArguments;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Takes out slices that take everything, which Python's {@code x[:, :, ::2]} leaves for each axis
 * before the last.
 *
 * <pre>
 *   x                                                  x
 *   |                                                  |
 *   slice (dim 1, 0 to the end, step 1)                |
 *   |                                          =&gt;      |
 *   slice (dim 2, 0 to the end, step 2)                slice (dim 2, 0 to the end, step 2)
 *   |                                                  |
 * </pre>
 *
 * Each costs as much time as a small kernel: libtorch makes a tensor for it.
 */
public final class DropWholeSlices implements BlockTransform {

    private static final OpType SLICE = new OpType(OpType.ATEN, "slice");

    /** Creates the transform; called by ServiceLoader. */
    public DropWholeSlices() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        GraphEditor editor = graph.edit();
        Map<String, String> same = new HashMap<>();
        for (Node node : graph.nodes()) {
            if (node.op().equals(SLICE) && takesAll(node) && !graph.isOutput(node.output())) {
                String read = same.getOrDefault(node.input(0), node.input(0));
                same.put(node.output(), read);
                editor.replaceReads(node.output(), read).remove(node.name());
                context.fired(name(), node.name(), "takes everything");
            }
        }
        return same.isEmpty() ? graph : editor.build();
    }

    private static boolean takesAll(Node slice) {
        LiteralArguments arguments = LiteralArguments.of(slice);
        return is(arguments.integer("start", 0), 0)
                && is(arguments.integer("end", Long.MAX_VALUE), Long.MAX_VALUE)
                && is(arguments.integer("step", 1), 1);
    }

    private static boolean is(Optional<Long> argument, long number) {
        return argument.filter(a -> a == number).isPresent();
    }
}
