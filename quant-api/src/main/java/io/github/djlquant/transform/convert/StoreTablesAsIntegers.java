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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stores tables that rows are looked up in (embeddings) as integers with one scale per row.
 *
 * <pre>
 *   table   ids               table_int8  ids  scales
 *      \    /                       \    /  \   /
 *     look-up           =&gt;        look-up  look-up
 *        |                           |        |
 *        y                          Cast      |
 *                                      \     /
 *                                        Mul
 *                                         |
 *                                         y
 * </pre>
 *
 * Only the rows that are looked up become float again.
 */
public final class StoreTablesAsIntegers implements BlockTransform {

    /** The code of binary32 in ONNX's Cast. */
    private static final long FLOAT = 1;

    /** Creates the transform; called by ServiceLoader. */
    public StoreTablesAsIntegers() {}

    @Override
    public Phase phase() {
        return Phase.CONVERT;
    }

    @Override
    public boolean isFloatEquivalent() {
        return false;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.plan().isPresent();
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        QuantPlan plan = context.plan().orElseThrow();
        GraphEditor editor = graph.edit();
        Map<String, String> integers = new HashMap<>();
        Map<String, String> scales = new HashMap<>();
        boolean changed = false;
        for (Node node : graph.nodes()) {
            if (plan.node(node.name()).filter(d -> d.form() == Form.LOOK_UP).isEmpty()) {
                continue;
            }
            OpSpec spec = context.catalog().spec(node);
            int port = spec.ports().get(Port.DATA);
            String table = node.input(port);
            Tensor elements = graph.constant(table).orElseThrow();
            QuantParams params = plan.value(table).orElseThrow().params();
            String stored =
                    integers.computeIfAbsent(
                            table,
                            t ->
                                    editor.newConstant(
                                            t + "_quantized",
                                            QuantizedTensor.of(elements, params)));
            String scale =
                    scales.computeIfAbsent(
                            table,
                            t ->
                                    editor.newConstant(
                                            t + "_scale",
                                            Tensor.ofFloats(params.scales(), params.size(), 1)));
            String output = node.output();
            String rows = editor.freshName(output + "_quantized");
            String rowScales = editor.freshName(output + "_scale");
            String cast = editor.freshName(output + "_cast");
            editor.put(node.withInput(port, stored).withOutputs(List.of(rows)));
            editor.put(
                    new Node(
                            editor.freshName(node.name() + "/scale"),
                            node.op(),
                            node.withInput(port, scale).inputs(),
                            List.of(rowScales),
                            node.attributes()));
            editor.put(
                    new Node(
                            editor.freshName(node.name() + "/Cast"),
                            OpType.onnx("Cast"),
                            List.of(rows),
                            List.of(cast),
                            Map.of("to", Attribute.of(FLOAT))));
            editor.put(
                    new Node(
                            editor.freshName(node.name() + "/Mul"),
                            OpType.onnx("Mul"),
                            List.of(cast, rowScales),
                            List.of(output),
                            Map.of()));
            changed = true;
        }
        return changed ? editor.build() : graph;
    }
}
