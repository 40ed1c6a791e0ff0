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
package io.github.djlquant.transform.convert;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.transform.TransformContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Inserts quantize and dequantize without data where the plan says so, in dialects without integer
 * products of their own: the engine's writer merges them with the operator between into one kernel.
 *
 * <pre>
 *   x   w   b               x
 *    \  |  /                |
 *     layer         DynamicQuantizeLinear   w_int8
 *       |        =&gt;           |                |
 *       y              Dequantize     Dequantize    b
 *                               \          |      /
 *                                 layer (keeps its name)
 *                                         |
 *                                         y
 *
 *   table   ids             table_int8
 *      \    /                    |
 *     look-up      =&gt;     Dequantize    ids
 *        |                        \     /
 *        y                       look-up
 *                                   |
 *                                   y
 * </pre>
 *
 * An input is quantized once for all layers that read it. Of a recurrent layer only the weights are
 * dequantized here: its kernel quantizes input and state by itself.
 */
public final class InsertDynamicQdq extends NodeConversion {

    /** Creates the transform; called by ServiceLoader. */
    public InsertDynamicQdq() {}

    @Override
    boolean concerns(Node node, TransformContext context) {
        return !hasIntegerOperators(node)
                && (isPlanned(node, Form.DYNAMIC, context)
                        || isPlanned(node, Form.LOOK_UP, context));
    }

    @Override
    Converter converter(Graph graph, GraphEditor editor, TransformContext context) {
        QuantPlan plan = context.plan().orElseThrow();
        QdqNodes qdq = new QdqNodes(editor, graph);
        Map<String, String> inputs = new HashMap<>();
        return node -> {
            OpSpec spec = context.catalog().spec(node);
            if (spec.role() == Role.RECURRENT) {
                spec.layer()
                        .cellWeights(graph, node)
                        .forEach(
                                weight ->
                                        editor.replaceReads(
                                                weight, dequantized(weight, graph, plan, qdq)));
                return;
            }
            boolean layer = isPlanned(node, Form.DYNAMIC, context);
            int port = spec.ports().get(layer ? Port.WEIGHT : Port.DATA);
            String stored = node.input(port);
            String dequantized = dequantized(stored, graph, plan, qdq);
            Node changed = node.withInput(port, dequantized);
            if (layer) {
                int data = spec.ports().get(Port.DATA);
                changed =
                        changed.withInput(
                                data,
                                inputs.computeIfAbsent(
                                        node.input(data), value -> quantize(value, editor)));
            }
            editor.put(changed);
        };
    }

    private static String dequantized(String constant, Graph graph, QuantPlan plan, QdqNodes qdq) {
        return qdq.constant(
                constant,
                graph.constant(constant).orElseThrow(),
                plan.value(constant).orElseThrow().params());
    }

    private static String quantize(String value, GraphEditor editor) {
        RunTimeIntegers quantized = RunTimeIntegers.of(value, editor);
        String dequantized = editor.freshName(value + "_dequantized");
        editor.put(
                new Node(
                        editor.freshName(value + "/DequantizeLinear"),
                        OpType.onnx("DequantizeLinear"),
                        quantized.names(),
                        List.of(dequantized),
                        Map.of()));
        return dequantized;
    }
}
