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
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.transform.TransformContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs an LSTM on integers where the plan says so.
 *
 * <pre>
 *   x  W  R  b ..            x  W_int8  R_int8  b ..  W_scale  0  R_scale  0
 *    \ |  | /                 \    |      |    /       /      /    /      /
 *     LSTM            =&gt;            DynamicQuantizeLSTM (com.microsoft)
 *    /  |  \                            /   |   \
 *   y  y_h  y_c                        y   y_h  y_c
 * </pre>
 *
 * The kernel quantizes the sequence once and the state in each step. It takes the weights
 * transposed, [directions, features, 4 * hidden] for ONNX's [directions, 4 * hidden, features], and
 * one scale per direction and gate row; gates stay in ONNX's order (i, o, f, c), and biases,
 * peepholes, initial states and activations are those of the source. Contract: ONNX Runtime,
 * ContribOperators.md, com.microsoft.DynamicQuantizeLSTM.
 */
public final class QuantizeRecurrent extends NodeConversion {

    /** The number of inputs of ONNX's LSTM, also of those left out. */
    private static final int LSTM_INPUTS = 8;

    /** Creates the transform; called by ServiceLoader. */
    public QuantizeRecurrent() {}

    @Override
    boolean concerns(Node node, TransformContext context) {
        return hasIntegerOperators(node)
                && context.catalog().role(node) == Role.RECURRENT
                && isPlanned(node, Form.DYNAMIC, context);
    }

    @Override
    Converter converter(Graph graph, GraphEditor editor, TransformContext context) {
        return new Kernels(graph, editor, context);
    }

    /** A weight as the kernel takes it. */
    private record Weight(String integers, String scale, String zeroPoint) {}

    /** Makes the layers of one graph kernels. */
    private static final class Kernels implements Converter {
        private final Graph graph;
        private final QuantPlan plan;
        private final OpCatalog catalog;
        private final GraphEditor editor;
        private final Map<String, Weight> weights = new HashMap<>();

        Kernels(Graph graph, GraphEditor editor, TransformContext context) {
            this.graph = graph;
            this.plan = context.plan().orElseThrow();
            this.catalog = context.catalog();
            this.editor = editor;
        }

        @Override
        public void convert(Node node) {
            OpSpec spec = catalog.spec(node);
            Weight input = weight(spec.input(node, Port.WEIGHT).orElseThrow());
            Weight recurrence = weight(spec.input(node, Port.RECURRENCE).orElseThrow());
            List<String> inputs = new ArrayList<>(node.inputs());
            while (inputs.size() < LSTM_INPUTS) {
                inputs.add("");
            }
            inputs.set(spec.ports().get(Port.WEIGHT), input.integers());
            inputs.set(spec.ports().get(Port.RECURRENCE), recurrence.integers());
            inputs.addAll(
                    List.of(
                            input.scale(),
                            input.zeroPoint(),
                            recurrence.scale(),
                            recurrence.zeroPoint()));
            Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
            attributes.remove("layout");
            editor.opset(OpType.MICROSOFT, 1);
            editor.put(
                    node.withOp(new OpType(OpType.MICROSOFT, "DynamicQuantizeLSTM"))
                            .withInputs(inputs)
                            .withAttributes(attributes));
        }

        private Weight weight(String value) {
            return weights.computeIfAbsent(value, this::quantized);
        }

        private Weight quantized(String value) {
            Tensor weight = graph.constant(value).orElseThrow();
            QuantParams params = plan.value(value).orElseThrow().params();
            long directions = weight.shape().size(0);
            long rows = weight.shape().size(1);
            return new Weight(
                    editor.newConstant(
                            value + "_quantized",
                            TransposedMatrices.of(QuantizedTensor.of(weight, params))),
                    editor.newConstant(
                            value + "_scale", Tensor.ofFloats(params.scales(), directions, rows)),
                    editor.newConstant(
                            value + "_zero_point",
                            Tensor.ofInts(
                                    params.type().dataType(),
                                    params.zeroPoints(),
                                    directions,
                                    rows)));
        }
    }
}
