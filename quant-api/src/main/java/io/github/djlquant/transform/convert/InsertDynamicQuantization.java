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
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.transform.TransformContext;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Multiplies on integers where the plan says so; scale and zero point of the input are found at run
 * time, once for all layers that read it.
 *
 * <pre>
 *   x   w   b                x
 *    \  |  /                 |
 *     layer         DynamicQuantizeLinear
 *       |             |      |       \
 *       y          x_scale  x_int8  x_zero_point  w_int8
 *            =&gt;       |         \      |       /
 *                  w_scale Mul     MatMulInteger
 *                           \           |
 *                            \         Cast
 *                             \       /
 *                                Mul
 *                                 |
 *                                Add b
 *                                 |
 *                                 y
 * </pre>
 *
 * In exact arithmetic y = S_x S_w sum (q_x - Z_x) q_w + b, with one S_w per output channel. ONNX
 * Runtime merges all but the first node into one kernel; so that it takes up a bias of the source
 * too, the product becomes the first operand of the sum. The integer product keeps the layer's
 * name, so that what the runtime reports can be found in the plan.
 */
public final class InsertDynamicQuantization extends NodeConversion {

    /** Creates the transform; called by ServiceLoader. */
    public InsertDynamicQuantization() {}

    @Override
    boolean concerns(Node node, TransformContext context) {
        return hasIntegerOperators(node)
                && context.catalog().role(node) != Role.RECURRENT
                && isPlanned(node, Form.DYNAMIC, context);
    }

    @Override
    Converter converter(Graph graph, GraphEditor editor, TransformContext context) {
        return new Insertion(graph, editor, context);
    }

    /** Makes the layers of one graph integer products. */
    private static final class Insertion implements Converter {
        private final Graph graph;
        private final QuantPlan plan;
        private final OpCatalog catalog;
        private final GraphEditor editor;
        private final FloatArithmetic arithmetic;
        private final Map<String, RunTimeIntegers> inputs = new HashMap<>();
        private final Map<List<Object>, String> weights = new HashMap<>();
        private final Map<String, String> scales = new HashMap<>();

        Insertion(Graph graph, GraphEditor editor, TransformContext context) {
            this.graph = graph;
            this.plan = context.plan().orElseThrow();
            this.catalog = context.catalog();
            this.editor = editor;
            this.arithmetic = new FloatArithmetic(editor);
        }

        @Override
        public void convert(Node node) {
            OpSpec spec = catalog.spec(node);
            RunTimeIntegers data =
                    inputs.computeIfAbsent(
                            spec.input(node, Port.DATA).orElseThrow(),
                            value -> RunTimeIntegers.of(value, editor));
            String weight = spec.input(node, Port.WEIGHT).orElseThrow();
            QuantParams params = plan.value(weight).orElseThrow().params();
            boolean transposed =
                    spec.layer().weightAxis(graph, node).filter(axis -> axis == 0).isPresent();
            String integers =
                    weights.computeIfAbsent(
                            List.of(weight, transposed), key -> integers(weight, transposed));
            Optional<String> bias = spec.input(node, Port.BIAS);
            String output = node.output();

            List<String> operands = List.of(data.integers(), integers, data.zeroPoint());
            if (Arrays.stream(params.zeroPoints()).anyMatch(z -> z != 0)) {
                operands =
                        List.of(
                                data.integers(),
                                integers,
                                data.zeroPoint(),
                                editor.newConstant(
                                        weight + "_zero_point",
                                        Tensor.ofInts(
                                                params.type().dataType(),
                                                params.zeroPoints(),
                                                shape(params))));
            }
            String sum = editor.freshName(output + "_integers");
            editor.put(
                    new Node(
                            node.name(),
                            OpType.onnx("MatMulInteger"),
                            operands,
                            List.of(sum),
                            Map.of()));
            String name = node.name();
            String scale =
                    arithmetic.combine(
                            name, "Mul", data.scale(), scale(weight, params), output + "_scale");
            String cast = arithmetic.cast(name, sum, output + "_cast");
            if (bias.isEmpty()) {
                arithmetic.combineAs(name, "Mul", cast, scale, output);
            } else {
                String product = arithmetic.combine(name, "Mul", cast, scale, output + "_product");
                arithmetic.combineAs(name, "Add", product, bias.get(), output);
            }
            putFirst(output);
        }

        /** Older runtimes merge a bias only into sums whose first operand is the product. */
        private void putFirst(String product) {
            for (Node reader : graph.consumers(product)) {
                if (catalog.role(reader) == Role.ADD
                        && reader.inputs().size() == 2
                        && reader.input(1).equals(product)
                        && graph.constant(reader.input(0)).isPresent()) {
                    editor.put(reader.withInputs(List.of(product, reader.input(0))));
                }
            }
        }

        private String integers(String weight, boolean transposed) {
            Tensor tensor =
                    QuantizedTensor.of(
                            graph.constant(weight).orElseThrow(),
                            plan.value(weight).orElseThrow().params());
            return editor.newConstant(
                    weight + "_quantized", transposed ? TransposedMatrices.of(tensor) : tensor);
        }

        private String scale(String weight, QuantParams params) {
            return scales.computeIfAbsent(
                    weight,
                    key ->
                            editor.newConstant(
                                    weight + "_scale",
                                    Tensor.ofFloats(params.scales(), shape(params))));
        }

        private static long[] shape(QuantParams params) {
            return params.granularity() instanceof Granularity.PerTensor
                    ? new long[0]
                    : new long[] {params.size()};
        }
    }
}
