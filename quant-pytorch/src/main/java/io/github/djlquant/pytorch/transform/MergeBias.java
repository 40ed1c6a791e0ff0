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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.LiteralArguments;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.List;
import java.util.Optional;

/**
 * Lets a layer add its bias itself, as the layers of models that come from ONNX don't: a product
 * and a sum are two operators there.
 *
 * <pre>
 *   x                             x
 *   |                             |
 *   linear (w, None)     =&gt;      linear (w, b)
 *   |                             |
 *   add (b)
 *   |
 * </pre>
 */
public final class MergeBias implements BlockTransform {

    private static final OpType LINEAR = new OpType(OpType.ATEN, "linear");
    private static final OpType ADD = new OpType(OpType.ATEN, "add");

    /** Creates the transform; called by ServiceLoader. */
    public MergeBias() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        GraphEditor editor = graph.edit();
        boolean changed = false;
        for (Node node : graph.nodes()) {
            if (!node.op().equals(LINEAR) || Call.of(node).has("bias")) {
                continue;
            }
            List<Node> readers = graph.consumers(node.output());
            if (readers.size() != 1 || graph.isOutput(node.output())) {
                context.didNotFire(name(), node.name(), "no single sum reads it");
                continue;
            }
            Node sum = readers.get(0);
            Optional<String> bias = bias(graph, node, sum);
            if (bias.isEmpty()) {
                context.didNotFire(name(), node.name(), "no constant per output is added to it");
                continue;
            }
            editor.remove(sum.name())
                    .put(
                            Call.of(node)
                                    .with("bias", Argument.of(bias.get()))
                                    .node(node.name(), sum.outputs()));
            context.fired(name(), node.name(), "adds %" + bias.get());
            changed = true;
        }
        return changed ? editor.build() : graph;
    }

    /** One number for each row of the weight, added once. */
    private static Optional<String> bias(Graph graph, Node linear, Node sum) {
        Optional<Tensor> weight = graph.constant(linear.input(1));
        boolean once =
                sum.op().equals(ADD)
                        && LiteralArguments.of(sum)
                                .number("alpha", 1)
                                .filter(alpha -> alpha == 1)
                                .isPresent();
        if (!once || weight.isEmpty()) {
            return Optional.empty();
        }
        String other = sum.input(0).equals(linear.output()) ? sum.input(1) : sum.input(0);
        return graph.constant(other)
                .filter(
                        bias ->
                                bias.dataType() == DataType.FLOAT
                                        && bias.shape().rank() == 1
                                        && bias.shape().size(0) == weight.get().shape().size(0))
                .map(bias -> other);
    }
}
