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
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.Map;
import java.util.Optional;

/**
 * Reads through what exporters put between a constant and its reader: Identity, by which equal
 * constants share one, and Cast of small integers, as zero points are after training with fake
 * quantization.
 *
 * <pre>
 *   w -> Identity -> layer            w -> layer
 *   z:int32 -> Cast -> Quantize  =&gt;   z:uint8 -> Quantize
 * </pre>
 *
 * Later stages look for constants, and would take these for computed values.
 */
public final class FoldConstants implements BlockTransform {

    /** More elements than any axis of a weight has. */
    private static final long SMALL = 1 << 16;

    /** The codes of integer types in ONNX's Cast. */
    private static final Map<Long, DataType> INTEGERS =
            Map.of(
                    2L, DataType.UINT8,
                    3L, DataType.INT8,
                    4L, DataType.UINT16,
                    5L, DataType.INT16,
                    6L, DataType.INT32);

    /** Creates the transform; called by ServiceLoader. */
    public FoldConstants() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    @Override
    public int order() {
        return -100;
    }

    /**
     * Exact by construction, so nothing is proven in the engine: there are QDQ models that ONNX
     * Runtime does not open with its optimizations before their scales are lifted.
     */
    @Override
    public boolean isFloatEquivalent() {
        return false;
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        GraphEditor editor = graph.edit();
        boolean changed = false;
        // In graph order, so that a chain folds from its start.
        for (Node node : graph.nodes()) {
            Node current = editor.node(node.name()).orElseThrow();
            Optional<Tensor> constant = editor.constant(current.input(0));
            if (constant.isEmpty() || node.outputs().size() != 1 || graph.isOutput(node.output())) {
                continue;
            }
            if (node.op().isOnnx("Identity")) {
                editor.replaceReads(node.output(), current.input(0)).remove(node.name());
            } else if (isSmallCast(node, constant.get())) {
                DataType type = INTEGERS.get(node.intAttribute("to", 0));
                editor.remove(node.name()).constant(node.output(), cast(constant.get(), type));
            } else {
                continue;
            }
            context.fired(name(), node.name(), "read through");
            changed = true;
        }
        return changed ? editor.build() : graph;
    }

    private static boolean isSmallCast(Node node, Tensor constant) {
        DataType type = INTEGERS.get(node.intAttribute("to", 0));
        if (!node.op().isOnnx("Cast")
                || type == null
                || constant.elementCount() > SMALL
                || !INTEGERS.containsValue(constant.dataType())) {
            return false;
        }
        boolean signed = type != DataType.UINT8 && type != DataType.UINT16;
        long lowest = signed ? -(1L << type.bits() - 1) : 0;
        long highest = lowest + (1L << type.bits()) - 1;
        boolean[] fits = {true};
        constant.forEach((index, value) -> fits[0] &= value >= lowest && value <= highest);
        return fits[0];
    }

    private static Tensor cast(Tensor constant, DataType type) {
        return Tensor.ofInts(type, constant.toInts(), constant.shape().toArray());
    }
}
