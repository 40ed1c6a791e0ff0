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
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a clipped activation that somebody wrote by hand, {@code x.maximum(a).minimum(b)} in a
 * LambdaBlock, as the one operator that it is. A clamp behind a layer costs nothing on integers: it
 * is the end of the layer's quantized range.
 *
 * <pre>
 *   x -> Max(a) -> Min(b) -> y      ==>      x -> Clip(a, b) -> y
 * </pre>
 */
public final class FuseClippedLambda implements BlockTransform {

    private static final OpType MAX = OpType.onnx("Max");
    private static final OpType MIN = OpType.onnx("Min");

    /** From this opset on the limits of a clamp are inputs. */
    private static final long LIMITS_ARE_INPUTS_SINCE = 11;

    /** Creates the transform; called by ServiceLoader. */
    public FuseClippedLambda() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        if (graph.opsets().getOrDefault(OpType.ONNX, 0L) < LIMITS_ARE_INPUTS_SINCE) {
            return graph;
        }
        GraphEditor editor = graph.edit();
        boolean changed = false;
        for (Node min : graph.nodes()) {
            Node max = min.op().equals(MIN) ? graph.producer(min.input(0)).orElse(null) : null;
            if (max == null || !max.op().equals(MAX)) {
                continue;
            }
            Optional<String> obstacle = obstacle(graph, max, min);
            if (obstacle.isPresent()) {
                context.didNotFire(name(), min.name(), obstacle.get());
                continue;
            }
            editor.remove(max.name());
            editor.put(
                    new Node(
                            min.name(),
                            OpType.onnx("Clip"),
                            List.of(max.input(0), max.input(1), min.input(1)),
                            min.outputs(),
                            Map.of()));
            context.fired(name(), min.name(), "read with " + max.name() + " as one clamp");
            changed = true;
        }
        return changed ? editor.build() : graph;
    }

    private static Optional<String> obstacle(Graph graph, Node max, Node min) {
        if (graph.consumers(max.output()).size() > 1 || graph.isOutput(max.output())) {
            return Optional.of("something else reads what is only clamped below");
        }
        Optional<Float> low = number(graph, max);
        Optional<Float> high = number(graph, min);
        if (low.isEmpty() || high.isEmpty()) {
            return Optional.of("a limit is not one constant number");
        }
        return low.get() <= high.get()
                ? Optional.empty()
                : Optional.of("the limits are in the wrong order");
    }

    /** A clamp takes scalars. */
    private static Optional<Float> number(Graph graph, Node node) {
        return node.inputs().size() != 2
                ? Optional.empty()
                : graph.constant(node.input(1))
                        .filter(limit -> limit.shape().rank() == 0)
                        .map(limit -> limit.toFloats()[0]);
    }
}
