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
package io.github.djlquant.onnx.opset;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Raises an opset of 7 and more to the one where the integer operators begin: 10 for QLinearConv
 * and its like, which ONNX Runtime makes of quantize and dequantize pairs (below, it makes them all
 * the same and then refuses its own graph), 11 for DynamicQuantizeLinear.
 *
 * <pre>
 *   opset 9: Conv, Slice (starts, ends)   ->   opset 10: Conv, Slice &lt;- starts, ends
 * </pre>
 *
 * <p>What took another form in between is rewritten ({@link OperatorForms}), also in the bodies of
 * If, Loop and Scan. Where that can't be done a static recipe refuses the model, and a dynamic one
 * leaves its matrix products in float.
 */
public final class RaiseOpset implements BlockTransform {

    private static final long LOWEST = 7;
    private static final long INTEGER_KERNELS_SINCE = 10;
    private static final long DYNAMIC_QUANTIZATION_SINCE = 11;

    /** Creates the transform; called by ServiceLoader. */
    public RaiseOpset() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    /** First: what follows sees the newer forms only. */
    @Override
    public int order() {
        return -100;
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        boolean dynamic = context.recipe().method() == Method.DYNAMIC;
        long wanted = dynamic ? DYNAMIC_QUANTIZATION_SINCE : INTEGER_KERNELS_SINCE;
        Long opset = graph.opsets().get(OpType.ONNX);
        if (opset == null || opset >= wanted || dynamic && opset < LOWEST) {
            return graph;
        }
        if (opset < LOWEST) {
            throw new UnsupportedModelException(
                    Problem.of("the model's opset is too old for integer kernels")
                            .expected("opset " + LOWEST + " or newer")
                            .actual("opset " + opset)
                            .next("Export the model again with a newer opset"));
        }
        try {
            Graph raised = raise(graph, opset, wanted);
            context.fired(name(), "", "opset " + opset + " became " + wanted);
            return raised;
        } catch (NoNewerFormException e) {
            if (dynamic) {
                context.didNotFire(name(), e.node().name(), e.getMessage());
                return graph;
            }
            throw new UnsupportedModelException(
                    Problem.of(
                                    "the model's opset is too old for integer kernels: "
                                            + e.getMessage())
                            .at("node " + e.node().name())
                            .expected("opset " + wanted + " or newer")
                            .actual(e.node().op() + " of opset " + opset)
                            .next("Export the model again with a newer opset"),
                    e);
        }
    }

    private static Graph raise(Graph graph, long opset, long wanted) throws NoNewerFormException {
        GraphEditor editor = graph.edit().opset(OpType.ONNX, wanted);
        OperatorForms forms = new OperatorForms(editor, graph, opset, wanted);
        for (Node node : graph.nodes()) {
            editor.put(raise(node, forms));
        }
        return editor.build();
    }

    private static Node raise(Node node, OperatorForms forms) throws NoNewerFormException {
        Node raised = forms.newer(node);
        if (node.bodies().isEmpty()) {
            return raised;
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>(raised.attributes());
        for (Map.Entry<String, Attribute> entry : attributes.entrySet()) {
            if (entry.getValue() instanceof Attribute.GraphAttribute body) {
                entry.setValue(new Attribute.GraphAttribute(raise(body.body(), forms)));
            }
        }
        return raised.withAttributes(attributes);
    }

    private static Graph raise(Graph body, OperatorForms forms) throws NoNewerFormException {
        GraphEditor editor = body.edit();
        for (Node node : body.nodes()) {
            editor.put(raise(node, forms));
        }
        return editor.build();
    }
}
