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
package io.github.djlquant.examples.plugin;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.List;
import java.util.Optional;

/**
 * {@link FuseClippedLambda} for the engine PyTorch, whose operators have other names and take their
 * arguments as {@link Call} says them.
 *
 * <pre>
 *   x -> maximum(a) -> minimum(b) -> y      ==>      x -> clamp(a, b) -> y
 * </pre>
 */
public final class FuseClippedTorchLambda implements BlockTransform {

    private static final OpType MAXIMUM = new OpType(OpType.ATEN, "maximum");
    private static final OpType MINIMUM = new OpType(OpType.ATEN, "minimum");
    private static final OpType CLAMP = new OpType(OpType.ATEN, "clamp");

    /** Creates the transform; called by ServiceLoader. */
    public FuseClippedTorchLambda() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        GraphEditor editor = graph.edit();
        boolean changed = false;
        for (Node min : graph.nodes()) {
            Node max = min.op().equals(MINIMUM) ? graph.producer(min.input(0)).orElse(null) : null;
            if (max == null || !max.op().equals(MAXIMUM)) {
                continue;
            }
            if (graph.consumers(max.output()).size() > 1 || graph.isOutput(max.output())) {
                context.didNotFire(
                        name(), min.name(), "something else reads what is only clamped below");
                continue;
            }
            Optional<Double> low = number(graph, max);
            Optional<Double> high = number(graph, min);
            if (low.isEmpty() || high.isEmpty() || low.get() > high.get()) {
                context.didNotFire(name(), min.name(), "the limits are no interval");
                continue;
            }
            editor.remove(max.name());
            editor.put(
                    new Call(
                                    CLAMP,
                                    List.of(
                                            Argument.of(max.input(0)),
                                            Argument.literal(low.get()),
                                            Argument.literal(high.get())))
                            .node(min.name(), min.outputs()));
            context.fired(name(), min.name(), "read with " + max.name() + " as one clamp");
            changed = true;
        }
        return changed ? editor.build() : graph;
    }

    private static Optional<Double> number(Graph graph, Node node) {
        return graph.constant(node.input(1))
                .filter(limit -> limit.shape().rank() == 0)
                .map(limit -> (double) limit.toFloats()[0]);
    }
}
