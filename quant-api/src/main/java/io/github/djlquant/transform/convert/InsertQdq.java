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

import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.graph.FreeValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Value;
import io.github.djlquant.op.Fill;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.RangeRule;
import io.github.djlquant.op.Role;
import io.github.djlquant.plan.BiasParams;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Inserts quantize and dequantize where the plan says so; the engine merges them with the operator
 * between into one integer kernel.
 *
 * <pre>
 *   x   w   b                  x                       w_int8    b_int32
 *    \  |  /                   |                         |         |
 *     layer                    Quantize -> Dequantize   Dequantize Dequantize
 *       |            =&gt;                        \            |     /
 *      mover                                        layer
 *       |                                             |
 *       y                                          Quantize
 *                                                     |
 *                                                   mover   (on integers)
 *                                                     |
 *                                                 Dequantize
 *                                                     |
 *                                                     y
 * </pre>
 *
 * Each value is quantized once and dequantized once, whatever reads it; readers that stay float
 * read the float value where there is one.
 */
public final class InsertQdq implements BlockTransform {

    /** Creates the transform; called by ServiceLoader. */
    public InsertQdq() {}

    @Override
    public Phase phase() {
        return Phase.CONVERT;
    }

    @Override
    public int order() {
        return 100;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.plan().isPresent();
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        return new Insertion(graph, context).run();
    }

    /** One application. */
    private static final class Insertion {
        private final Graph graph;
        private final OpCatalog catalog;
        private final boolean quantizesFloats;
        private final QuantPlan plan;
        private final GraphEditor editor;
        private final QdqNodes qdq;
        private final Map<String, String> integers = new HashMap<>();
        private final Map<String, String> dequantized = new HashMap<>();
        private final Set<String> madeByIntegers = new HashSet<>();

        Insertion(Graph graph, TransformContext context) {
            this.graph = graph;
            this.catalog = context.catalog();
            this.quantizesFloats = context.target().kernels().library().quantizesFloats();
            this.plan = context.plan().orElseThrow();
            this.editor = graph.edit();
            this.qdq = new QdqNodes(editor, graph);
        }

        Graph run() {
            for (Node node : graph.nodes()) {
                for (String output : node.outputs()) {
                    if (makesIntegers(node) && quantized(output)) {
                        madeByIntegers.add(output);
                    }
                    if (quantized(output) && isClampOfIntegerKernel(node)) {
                        madeByIntegers.add(output);
                    }
                }
            }
            for (Node node : graph.nodes()) {
                switch (form(node)) {
                    case INTEGER -> editor.put(integer(node));
                    case MOVES_INTEGERS -> move(node);
                    case FLOAT, DYNAMIC, LOOK_UP, STORED -> editor.put(onFloats(node));
                    case ABSORBED -> throw absorbed(node);
                }
            }
            for (Value output : graph.outputs()) {
                if (madeByIntegers.contains(output.name())) {
                    giveBack(output.name());
                }
            }
            return editor.build();
        }

        /** A clamp that stays behind an integer kernel belongs to it. */
        private boolean isClampOfIntegerKernel(Node node) {
            return form(node) == Form.FLOAT
                    && catalog.spec(node).clamp().apply(graph, node).isPresent()
                    && graph.producer(node.input(0)).filter(this::makesIntegers).isPresent();
        }

        /** Other forms compute on integers, or store them, and yield floats. */
        private boolean makesIntegers(Node node) {
            return switch (form(node)) {
                case INTEGER, MOVES_INTEGERS, ABSORBED -> true;
                case FLOAT, DYNAMIC, LOOK_UP, STORED -> false;
            };
        }

        private Form form(Node node) {
            return plan.node(node.name()).map(NodeDecision::form).orElse(Form.FLOAT);
        }

        private boolean quantized(String value) {
            return plan.value(value)
                    .filter(d -> d.kind() == ValueDecision.Kind.ACTIVATION)
                    .filter(ValueDecision::isQuantized)
                    .isPresent();
        }

        private QuantParams params(String value) {
            return plan.value(value)
                    .filter(ValueDecision::isQuantized)
                    .map(ValueDecision::params)
                    .orElseThrow(
                            () ->
                                    new QuantizationException(
                                            Problem.of("the plan has no parameters for a value")
                                                    .at("value " + value)
                                                    .next("Plan this graph, not another one")));
        }

        private Node integer(Node node) {
            OpSpec spec = catalog.spec(node);
            Node changed = node;
            for (int i = 0; i < node.inputs().size(); i++) {
                String input = node.input(i);
                if (!input.isEmpty() && quantized(input)) {
                    changed = changed.withInput(i, dequantize(input));
                } else if (spec.role() == Role.ADD && graph.constant(input).isPresent()) {
                    changed = changed.withInput(i, constant(input));
                }
            }
            return constants(spec, changed, node);
        }

        private String constant(String value) {
            return qdq.constant(value, graph.constant(value).orElseThrow(), params(value));
        }

        private Node constants(OpSpec spec, Node changed, Node node) {
            String weight = spec.input(node, Port.WEIGHT).orElse("");
            if (graph.constant(weight).isEmpty() || !isLayer(spec.role())) {
                return changed;
            }
            QuantParams weightParams = params(weight);
            Node result =
                    changed.withInput(
                            spec.ports().get(Port.WEIGHT),
                            qdq.constant(weight, graph.constant(weight).get(), weightParams));
            String bias = spec.input(node, Port.BIAS).orElse("");
            if (graph.constant(bias).isEmpty()) {
                return result;
            }
            QuantParams dataParams = params(spec.input(node, Port.DATA).orElseThrow());
            return result.withInput(
                    spec.ports().get(Port.BIAS),
                    qdq.constant(
                            bias,
                            graph.constant(bias).get(),
                            BiasParams.of(dataParams, weightParams)));
        }

        private static boolean isLayer(Role role) {
            return role == Role.CONVOLUTION || role == Role.LINEAR || role == Role.MATRIX_PRODUCT;
        }

        private void move(Node node) {
            OpSpec spec = catalog.spec(node);
            if (spec.ranges().apply(graph, node) instanceof RangeRule.Scaled) {
                rescale(node);
                return;
            }
            Node changed = node;
            int last = spec.role() == Role.CONCAT ? node.inputs().size() : 1;
            for (int i = 0; i < last; i++) {
                if (node.hasInput(i)) {
                    changed = changed.withInput(i, integersOf(node.input(i)));
                }
            }
            boolean zeros = spec.fill().apply(graph, node).filter(Fill.ZEROS::equals).isPresent();
            if (spec.role() == Role.PAD && spec.ports().containsKey(Port.FILL) && zeros) {
                changed =
                        changed.withInput(
                                spec.ports().get(Port.FILL), qdq.zeroPoint(params(node.output())));
            }
            java.util.List<String> outputs = new java.util.ArrayList<>();
            for (String output : node.outputs()) {
                String moved = output.isEmpty() ? "" : editor.freshName(output + "_quantized");
                integers.put(output, moved);
                outputs.add(moved);
            }
            editor.put(changed.withOutputs(outputs));
        }

        /** The same integers stand for the multiple: only their scale differs. */
        private void rescale(Node node) {
            String read =
                    node.inputs().stream()
                            .filter(i -> graph.constant(i).isEmpty())
                            .findFirst()
                            .orElseThrow();
            integers.put(node.output(), integersOf(read));
            editor.remove(node.name());
        }

        private Node onFloats(Node node) {
            Node changed = node;
            boolean plainly = quantizesFloats && isFloatLayer(node);
            for (String read : FreeValues.of(node)) {
                if (madeByIntegers.contains(read)) {
                    String real =
                            plainly
                                    ? qdq.dequantizePlainly(
                                            integersOf(read), read + "_plain", params(read))
                                    : dequantize(read);
                    changed = GraphEditor.renameReads(changed, read, real);
                }
            }
            return changed;
        }

        /**
         * The engine quantizes a float weight by itself, per tensor, where it finds its layer
         * between a dequantize and a quantize: such a layer gets its input by plain arithmetic
         * instead.
         */
        private boolean isFloatLayer(Node node) {
            Role role = catalog.role(node);
            boolean layer = isLayer(role) || role == Role.TRANSPOSED_CONVOLUTION;
            return layer
                    && (quantized(node.output())
                            || graph.consumers(node.output()).stream()
                                    .flatMap(reader -> reader.outputs().stream())
                                    .anyMatch(this::quantized));
        }

        /** The integer form of a value, quantizing it on first use. */
        private String integersOf(String value) {
            String known = integers.get(value);
            if (known == null) {
                known = qdq.quantize(value, params(value));
                integers.put(value, known);
            }
            return known;
        }

        private String dequantize(String value) {
            String known = dequantized.get(value);
            if (known == null) {
                known =
                        qdq.dequantize(
                                integersOf(value),
                                editor.freshName(value + "_dequantized"),
                                params(value));
                dequantized.put(value, known);
            }
            return known;
        }

        /** A caller gets the dequantized value under the name that it knows. */
        private void giveBack(String output) {
            String read = dequantize(output);
            graph.producer(output)
                    .filter(p -> form(p) != Form.MOVES_INTEGERS)
                    .ifPresent(p -> qdq.rename(output, editor.freshName(output + "_float")));
            qdq.rename(read, output);
        }

        private static QuantizationException absorbed(Node node) {
            return new QuantizationException(
                    Problem.of("a clamp that the plan absorbs is still there")
                            .at("node " + node.name())
                            .next("Run FuseActivation before InsertQdq"));
        }
    }
}
