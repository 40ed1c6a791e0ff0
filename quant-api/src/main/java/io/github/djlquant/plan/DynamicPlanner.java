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
package io.github.djlquant.plan;

import io.github.djlquant.RecipeException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.ValueDecision.Kind;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.transform.TransformContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides without data: matrix products with a constant weight matrix run on integers, their inputs
 * quantized anew at run time, and so do LSTMs; large tables that rows are looked up in and the
 * weights of other recurrent layers are stored as integers; everything else stays float, with the
 * reason.
 */
public final class DynamicPlanner {

    /** The lowest opset with an operator that finds scale and zero point at run time. */
    private static final long SINCE = 11;

    /** From this share of convolutions on the model is a convolutional one. */
    private static final double MOSTLY = 0.5;

    private final Graph graph;
    private final TransformContext context;
    private final LayerRules rules;
    private final LookUpTables tables;
    private final Macs macs;
    private final Map<String, ValueDecision> values = new LinkedHashMap<>();
    private final List<NodeDecision> nodes = new ArrayList<>();

    /**
     * Creates a planner.
     *
     * @param graph the fused float graph
     * @param context recipe, target and operators
     * @throws UnsupportedModelException if the model computes on integers already
     */
    public DynamicPlanner(Graph graph, TransformContext context) {
        this.graph = graph;
        this.context = context;
        this.rules = new LayerRules(graph, context);
        this.tables = new LookUpTables(graph, context);
        this.macs = new Macs(graph, context.catalog(), context.sample());
        Planner.refuseQuantizedKernels(graph, context);
    }

    /**
     * Makes the plan.
     *
     * @return every decision with its reason
     * @throws UnsupportedModelException if a weight holds NaN or infinity
     * @throws RecipeException if no kernel takes the recipe's weights
     */
    public QuantPlan plan() {
        SchemeRules.requireDynamic(context.recipe());
        values.clear();
        nodes.clear();
        RecurrentForms recurrent = new RecurrentForms(graph, context, macs);
        Map<String, Optional<String>> obstacles = new HashMap<>();
        graph.nodes()
                .forEach(
                        node ->
                                obstacles.put(
                                        node.name(), obstacle(node, context.catalog().spec(node))));
        Map<String, ValueDecision> weights = weights(obstacles);
        for (Node node : graph.nodes()) {
            OpSpec spec = context.catalog().spec(node);
            if (spec.role() == Role.RECURRENT) {
                nodes.add(recurrent.decide(node, values));
                continue;
            }
            Optional<String> obstacle = obstacles.get(node.name());
            if (obstacle.isPresent()) {
                decide(node, Form.FLOAT, obstacle.get());
            } else if (LookUpTables.isLookUp(node, spec)) {
                String table = spec.input(node, Port.DATA).orElseThrow();
                values.computeIfAbsent(table, tables::decide);
                decide(node, Form.LOOK_UP, LookUpTables.REASON);
            } else {
                layer(node, spec, weights);
                decide(node, Form.DYNAMIC, "an integer kernel with a constant weight pays");
            }
        }
        for (QuantPlan inside : BodyPlans.of(graph, context, macs)) {
            inside.values().forEach(value -> values.put(value.value(), value));
            nodes.addAll(inside.nodes());
        }
        return new QuantPlan(List.copyOf(values.values()), nodes);
    }

    private void decide(Node node, Form form, String reason) {
        nodes.add(new NodeDecision(node.name(), node.op(), form, macs.orUnknown(node), reason));
    }

    /** Weights are most of the work, and none depends on another: they share the processors. */
    private Map<String, ValueDecision> weights(Map<String, Optional<String>> obstacles) {
        Map<String, Node> readers = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            OpSpec spec = context.catalog().spec(node);
            if (LayerRules.isLayer(spec.role()) && obstacles.get(node.name()).isEmpty()) {
                readers.putIfAbsent(spec.input(node, Port.WEIGHT).orElseThrow(), node);
            }
        }
        return readers.values().parallelStream()
                .map(node -> WeightParams.decide(graph, context, node, List.of()))
                .collect(Collectors.toMap(ValueDecision::value, decision -> decision));
    }

    private void layer(Node node, OpSpec spec, Map<String, ValueDecision> weights) {
        String data = spec.input(node, Port.DATA).orElseThrow();
        values.computeIfAbsent(
                data,
                value ->
                        new ValueDecision(
                                value,
                                Kind.ACTIVATION,
                                null,
                                "quantized at run time, once for all layers that read it"));
        String weight = spec.input(node, Port.WEIGHT).orElseThrow();
        values.putIfAbsent(weight, weights.get(weight));
    }

    private Optional<String> obstacle(Node node, OpSpec spec) {
        if (LookUpTables.isLookUp(node, spec)) {
            return tables.obstacle(node, spec);
        }
        if (spec.role() == Role.CONVOLUTION || spec.role() == Role.TRANSPOSED_CONVOLUTION) {
            return Optional.of(
                    insideStatic()
                            ? "no calibration reaches into a body, and finding scales at run time"
                                    + " makes convolutions slower"
                            : "dynamic quantization makes convolutions slower");
        }
        if (!LayerRules.isLayer(spec.role())) {
            return Optional.of(
                    !node.bodies().isEmpty()
                            ? BodyPlans.REASON
                            : insideStatic()
                                    ? "inside a body only products with a constant matrix are"
                                            + " quantized, at run time"
                                    : "dynamic quantization is for products with a constant"
                                            + " matrix");
        }
        long opset = graph.opsets().getOrDefault(OpType.ONNX, Long.MAX_VALUE);
        if (opset < SINCE) {
            return Optional.of(
                    "dynamic quantization needs opset " + SINCE + ", the model has " + opset);
        }
        if (LayerRules.weight(graph, spec, node).isEmpty()) {
            return Optional.of("its weight is computed, not constant");
        }
        Optional<String> obstacle = rules.obstacle(node);
        if (obstacle.isPresent()) {
            return obstacle;
        }
        String weight = spec.input(node, Port.WEIGHT).orElseThrow();
        Shape shape = graph.constant(weight).orElseThrow().shape();
        return shape.rank() == 2
                ? smallness(node, shape)
                : Optional.of("its weight has " + shape.rank() + " dimensions, not 2");
    }

    /** Plans of bodies are made without data, whatever is planned around them. */
    private boolean insideStatic() {
        return context.recipe().method() == Method.STATIC;
    }

    private Optional<String> smallness(Node node, Shape weight) {
        long weights = weight.size(0) * weight.size(1);
        // A sequence whose length is open counts as one row: what decodes takes single steps.
        long rows = Math.max(1, macs.of(node) / weights);
        return context.target().kernels().dynamic().pay(rows, weight.size(0), weight.size(1))
                ? Optional.empty()
                : Optional.of(
                        String.format(
                                Locale.ROOT,
                                "%,d weights are too few: quantizing its input at run time takes"
                                        + " longer than integers save",
                                weights));
    }

    /**
     * Says what the user should know before the plan is carried out.
     *
     * @return sentences; empty if there is nothing to say
     */
    public List<String> warnings() {
        long all = 0;
        long convolutions = 0;
        boolean known =
                graph.nodes().stream()
                        .filter(node -> context.catalog().role(node) == Role.CONVOLUTION)
                        .anyMatch(node -> macs.of(node) > 0);
        for (Node node : graph.nodes()) {
            OpSpec spec = context.catalog().spec(node);
            long work =
                    known
                            ? macs.of(node)
                            : LayerRules.isLayer(spec.role())
                                    ? LayerRules.weight(graph, spec, node)
                                            .map(Tensor::elementCount)
                                            .orElse(0L)
                                    : 0L;
            all += work;
            convolutions += spec.role() == Role.CONVOLUTION ? work : 0;
        }
        return all == 0 || convolutions <= MOSTLY * all
                ? List.of()
                : List.of(
                        String.format(
                                Locale.ROOT,
                                "%.0f %% of this model's %s are convolutions, which dynamic"
                                        + " quantization leaves in float: use static-int8 with"
                                        + " calibration data",
                                100.0 * convolutions / all,
                                known ? "multiply-accumulates" : "weights"));
    }
}
