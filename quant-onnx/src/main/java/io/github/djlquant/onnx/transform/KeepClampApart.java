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
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.transform.NodeRewrite;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the clamp behind a product on integers so that the runtime does not take it for a part of
 * the product.
 *
 * <pre>
 *   Dequantize  Dequantize            Dequantize  Dequantize
 *           \    /                            \    /
 *          MatMul, Gemm          =&gt;         MatMul, Gemm
 *             |                                  |
 *          Relu, Clip                       Max (and Min)
 *             |                                  |
 *           floats                             floats
 * </pre>
 *
 * ONNX Runtime (1.29.0, 1.31.1) looks for the quantize of such a product behind a Relu or Clip that
 * follows it, finds none, and multiplies floats; without one it has a kernel that yields floats.
 */
public final class KeepClampApart extends NodeRewrite {

    /** What the runtime does not take for a part of the product. */
    private static final Set<String> APART = Set.of("Max", "Min");

    /** Creates the transform; called by ServiceLoader. */
    public KeepClampApart() {}

    @Override
    public Phase phase() {
        return Phase.CONVERT;
    }

    /** Behind the insertion of quantize and dequantize. */
    @Override
    public int order() {
        return 150;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.plan().isPresent();
    }

    @Override
    protected Outcome rewrite(Graph graph, Node node, TransformContext context) {
        OpCatalog catalog = context.catalog();
        Optional<OpSpec.Clamp> clamp = catalog.spec(node).clamp().apply(graph, node);
        if (clamp.isEmpty()
                || APART.contains(node.op().name())
                || !node.op().dialect().equals(OpType.ONNX)
                || !followsProduct(graph, catalog, node)
                || isQuantized(graph, catalog, node)) {
            return Outcome.unconcerned();
        }
        return new Outcome.Rewritten(
                apart(graph.edit(), node, clamp.get()),
                "the product before it keeps its integer kernel");
    }

    private static boolean followsProduct(Graph graph, OpCatalog catalog, Node clamp) {
        String made = clamp.input(0);
        return !graph.isOutput(made)
                && graph.consumers(made).size() == 1
                && graph.producer(made).filter(p -> isOnIntegers(graph, catalog, p)).isPresent();
    }

    private static boolean isOnIntegers(Graph graph, OpCatalog catalog, Node node) {
        OpSpec spec = catalog.spec(node);
        return (spec.role() == Role.LINEAR || spec.role() == Role.MATRIX_PRODUCT)
                && isDequantized(graph, catalog, spec.input(node, Port.DATA))
                && isDequantized(graph, catalog, spec.input(node, Port.WEIGHT));
    }

    private static boolean isDequantized(Graph graph, OpCatalog catalog, Optional<String> value) {
        return value.flatMap(graph::producer)
                .filter(maker -> catalog.role(maker) == Role.DEQUANTIZE)
                .isPresent();
    }

    private static boolean isQuantized(Graph graph, OpCatalog catalog, Node clamp) {
        return graph.consumers(clamp.output()).stream()
                .anyMatch(reader -> catalog.role(reader) == Role.QUANTIZE);
    }

    private static Graph apart(GraphEditor editor, Node node, OpSpec.Clamp clamp) {
        boolean below = clamp.min() > Float.NEGATIVE_INFINITY;
        boolean above = clamp.max() < Float.POSITIVE_INFINITY;
        String read = node.input(0);
        if (below && above) {
            read = editor.freshName(node.output() + "_above");
            editor.make(
                    OpType.onnx("Max"),
                    List.of(node.input(0), number(editor, clamp.min())),
                    Map.of(),
                    read);
        }
        Node last =
                above
                        ? node.withOp(OpType.onnx("Min"))
                                .withInputs(List.of(read, number(editor, clamp.max())))
                        : node.withOp(OpType.onnx("Max"))
                                .withInputs(List.of(read, number(editor, clamp.min())));
        return editor.put(last.withAttributes(Map.of())).build();
    }

    private static String number(GraphEditor editor, double value) {
        return editor.newConstant("clamp_" + (float) value, Tensor.ofFloat((float) value));
    }
}
