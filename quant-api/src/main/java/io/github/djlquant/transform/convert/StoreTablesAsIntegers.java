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
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.Port;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.scheme.QuantParams;
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
public final class StoreTablesAsIntegers extends NodeConversion {

    /** Creates the transform; called by ServiceLoader. */
    public StoreTablesAsIntegers() {}

    @Override
    boolean concerns(Node node, TransformContext context) {
        return hasIntegerOperators(node) && isPlanned(node, Form.LOOK_UP, context);
    }

    @Override
    Converter converter(Graph graph, GraphEditor editor, TransformContext context) {
        QuantPlan plan = context.plan().orElseThrow();
        FloatArithmetic arithmetic = new FloatArithmetic(editor);
        Map<String, Stored> tables = new HashMap<>();
        return node -> {
            int port = context.catalog().spec(node).ports().get(Port.DATA);
            Stored table =
                    tables.computeIfAbsent(
                            node.input(port),
                            name ->
                                    Stored.of(
                                            name,
                                            graph.constant(name).orElseThrow(),
                                            plan.value(name).orElseThrow().params(),
                                            editor));
            String output = node.output();
            String rows = editor.freshName(output + "_quantized");
            String scales = editor.freshName(output + "_scale");
            editor.put(node.withInput(port, table.integers()).withOutputs(List.of(rows)));
            editor.put(
                    new Node(
                            editor.freshName(node.name() + "/scale"),
                            node.op(),
                            node.withInput(port, table.scales()).inputs(),
                            List.of(scales),
                            node.attributes()));
            String cast = arithmetic.cast(node.name(), rows, output + "_cast");
            arithmetic.combineAs(node.name(), "Mul", cast, scales, output);
        };
    }

    /** A table's integers and the scales of its rows. */
    private record Stored(String integers, String scales) {

        static Stored of(String table, Tensor elements, QuantParams params, GraphEditor editor) {
            return new Stored(
                    editor.newConstant(table + "_quantized", QuantizedTensor.of(elements, params)),
                    editor.newConstant(
                            table + "_scale", Tensor.ofFloats(params.scales(), params.size(), 1)));
        }
    }
}
