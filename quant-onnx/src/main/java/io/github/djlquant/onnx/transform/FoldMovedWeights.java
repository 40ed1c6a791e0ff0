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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.NeededNodes;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.transform.NodeRewrite;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives a layer the constant that is left once operators that only move elements have moved its
 * weight.
 *
 * <pre>
 *   w:[out,in] -> Transpose -> MatMul                 =>    w':[in,out] -> MatMul
 *   w:[4 h,in] -> Slice, Concat, Unsqueeze -> LSTM    =>    w':[1,4 h,in] -> LSTM
 * </pre>
 *
 * Exporters that fold no constants leave these operators behind, and so do models whose last layer
 * shares the table of their embedding. Later stages look for constants, and would keep the layer in
 * floats. A float artifact keeps them: the runtime computes them when it loads the model, and the
 * file holds a shared weight once.
 */
public final class FoldMovedWeights extends NodeRewrite {

    private static final List<Port> WEIGHTS = List.of(Port.WEIGHT, Port.RECURRENCE, Port.BIAS);

    /** Creates the transform; called by ServiceLoader. */
    public FoldMovedWeights() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    /** Behind those that find constants and widen them, before all that look for weights. */
    @Override
    public int order() {
        return -40;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.recipe().method() != Method.FLOAT;
    }

    @Override
    protected Outcome rewrite(Graph graph, Node node, TransformContext context) {
        OpSpec spec = context.catalog().spec(node);
        boolean layer =
                switch (spec.role()) {
                    case CONVOLUTION, TRANSPOSED_CONVOLUTION, LINEAR, MATRIX_PRODUCT, RECURRENT ->
                            true;
                    default -> false;
                };
        if (!layer) {
            return Outcome.unconcerned();
        }
        GraphEditor editor = graph.edit();
        Set<String> moved = new LinkedHashSet<>();
        for (Port port : WEIGHTS) {
            String read = spec.input(node, port).orElse("");
            Optional<Tensor> left =
                    graph.producer(read).flatMap(maker -> MovedConstant.of(graph, maker));
            if (left.filter(tensor -> tensor.dataType() == DataType.FLOAT).isPresent()
                    && moved.add("%" + read)) {
                editor.replaceReads(read, editor.newConstant(read + "_moved", left.get()));
            }
        }
        return moved.isEmpty()
                ? Outcome.unconcerned()
                : new Outcome.Rewritten(
                        NeededNodes.removeUnread(graph, editor).build(),
                        "a constant in place of " + String.join(", ", moved));
    }
}
