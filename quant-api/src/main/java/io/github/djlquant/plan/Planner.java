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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.calibrate.ObservationRequest;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.plan.ValueDecision.Kind;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.transform.TransformContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Decides what becomes of every node and value, each with its reason. The graph is the fused float
 * graph; the context brings recipe, target, operators, statistics and what the source had quantized
 * already.
 */
public final class Planner {

    private final Graph graph;
    private final TransformContext context;
    private final NodeForms forms;
    private final ScaleGroups groups;

    /** Decided when there were more integer nodes; empty in a first round. */
    private final Map<String, ValueDecision> before;

    /**
     * Creates a planner and decides what needs no statistics.
     *
     * @param graph the fused float graph
     * @param context recipe, target and operators
     * @throws UnsupportedModelException if the model computes on integers already, or a weight
     *     holds NaN or infinity
     * @throws RecipeException if no kernel takes the recipe's activations or weights
     */
    public Planner(Graph graph, TransformContext context) {
        this(checked(graph, context), context, LoudValues.NONE, Map.of());
    }

    private Planner(
            Graph graph,
            TransformContext context,
            LoudValues loud,
            Map<String, ValueDecision> before) {
        this.graph = graph;
        this.context = context;
        this.before = before;
        this.forms = NodeForms.decide(graph, context, loud);
        this.groups = ScaleGroups.of(graph, forms);
    }

    private static Graph checked(Graph graph, TransformContext context) {
        SchemeRules.requireStatic(context.recipe());
        refuseQuantizedKernels(graph, context);
        return graph;
    }

    static void refuseQuantizedKernels(Graph graph, TransformContext context) {
        for (Node node : graph.nodes()) {
            if (context.catalog().role(node).isQuantizedKernel()) {
                throw new UnsupportedModelException(
                        Problem.of("the model computes on integers already")
                                .at("node " + node.name())
                                .expected("float operators, or quantize/dequantize pairs")
                                .actual(node.op())
                                .next(
                                        "Start from the float model, or export it in"
                                                + " quantize/dequantize (QDQ) form"));
            }
        }
    }

    /**
     * Lists the values that need statistics: those that will carry their own scale, and the inputs
     * of layers if biases are to be corrected. Values whose parameters the source gives need none.
     *
     * @return what to observe of each value, in graph order
     */
    public Map<String, ObservationRequest> valuesToObserve() {
        Map<String, ObservationRequest> requests = new LinkedHashMap<>();
        for (String value : groups.allSources()) {
            if (kept(value).isEmpty()) {
                requests.put(value, ObservationRequest.of(context.recipe().ranges()));
            }
        }
        if (context.recipe().biasCorrection()) {
            for (Node node : graph.nodes()) {
                OpSpec spec = context.catalog().spec(node);
                if (forms.form(node) == NodeDecision.Form.INTEGER
                        && (spec.role() == Role.CONVOLUTION || spec.role() == Role.LINEAR)) {
                    requests.compute(
                            spec.input(node, Port.DATA).orElseThrow(),
                            (value, wanted) ->
                                    (wanted == null ? ObservationRequest.EXTREMES : wanted)
                                            .withChannelMeans(spec.layer().channelAxis()));
                }
            }
        }
        return requests;
    }

    private Optional<QuantParams> kept(String value) {
        return groups.sources(value).stream()
                .map(context::kept)
                .flatMap(Optional::stream)
                .findFirst()
                .or(() -> context.kept(value));
    }

    /**
     * Makes the plan.
     *
     * @return every decision with its reason
     * @throws CalibrationException if the statistics lack a value
     */
    public QuantPlan plan() {
        Map<String, ValueDecision> values = activations();
        LoudValues loud =
                LoudValues.among(
                        graph,
                        context.catalog(),
                        forms,
                        groups,
                        values,
                        this::seen,
                        context.recipe());
        if (loud.isEmpty()) {
            return plan(values);
        }
        Planner rest = new Planner(graph, context, loud, values);
        Map<String, ValueDecision> kept = new LinkedHashMap<>(loud.decisions());
        kept.putAll(rest.activations());
        return rest.plan(kept);
    }

    private Map<String, ValueDecision> activations() {
        Map<String, ValueDecision> values = new LinkedHashMap<>();
        Map<String, ValueDecision> byGroup = new HashMap<>();
        for (String value : activationsInOrder()) {
            ValueDecision first =
                    byGroup.computeIfAbsent(
                            groups.find(value),
                            root -> rescaled(value, values).orElseGet(() -> activation(value)));
            boolean shared = first.isQuantized() && !first.value().equals(value);
            values.put(
                    value,
                    new ValueDecision(
                            value,
                            Kind.ACTIVATION,
                            first.params(),
                            shared
                                    ? "shares scale and zero point with %" + first.value()
                                    : first.reason()));
        }
        return values;
    }

    private QuantPlan plan(Map<String, ValueDecision> values) {
        keepClampsThatMatter(values);
        Map<String, ValueDecision> weights = weightDecisions(values);
        for (Node node : graph.nodes()) {
            if (forms.form(node) == NodeDecision.Form.INTEGER) {
                summands(node, values);
                weights(node, values, weights);
            } else if (forms.form(node) == NodeDecision.Form.LOOK_UP) {
                values.computeIfAbsent(
                        context.catalog().spec(node).input(node, Port.DATA).orElseThrow(),
                        new LookUpTables(graph, context)::decide);
            }
        }
        List<NodeDecision> nodes = nodeDecisions(values);
        for (QuantPlan inside : BodyPlans.of(graph, context, forms.macs())) {
            inside.values().forEach(value -> values.put(value.value(), value));
            nodes.addAll(inside.nodes());
        }
        return new QuantPlan(List.copyOf(values.values()), nodes);
    }

    /** Recurrent layers quantize input and state by themselves, whatever calibration saw. */
    private List<NodeDecision> nodeDecisions(Map<String, ValueDecision> values) {
        RecurrentForms recurrent = new RecurrentForms(graph, context, forms.macs());
        List<NodeDecision> decisions = new ArrayList<>();
        for (NodeDecision decision : forms.decisions()) {
            Node node = graph.node(decision.node()).orElseThrow();
            decisions.add(
                    context.catalog().role(node) == Role.RECURRENT
                            ? recurrent.decide(node, values)
                            : decision);
        }
        return decisions;
    }

    private List<String> activationsInOrder() {
        List<String> ordered = new ArrayList<>();
        graph.inputs().forEach(input -> ordered.add(input.name()));
        graph.nodes().forEach(node -> ordered.addAll(node.outputs()));
        ordered.retainAll(forms.quantized());
        return ordered;
    }

    /** The decision on the multiple of a value that is decided already. */
    private Optional<ValueDecision> rescaled(String value, Map<String, ValueDecision> values) {
        return graph.producer(value)
                .flatMap(
                        node -> forms.rescaled(node).map(factor -> multiple(node, factor, values)));
    }

    private ValueDecision multiple(Node node, double factor, Map<String, ValueDecision> values) {
        String read = forms.moved(node).get(0);
        ValueDecision of = values.get(read);
        return !of.isQuantized()
                ? new ValueDecision(node.output(), Kind.ACTIVATION, null, of.reason())
                : new ValueDecision(
                        node.output(),
                        Kind.ACTIVATION,
                        of.params().times(factor),
                        "the integers of %" + read);
    }

    /** A number that is added is the end of its own range, and so exact. */
    private void summands(Node node, Map<String, ValueDecision> values) {
        if (context.catalog().role(node) != Role.ADD) {
            return;
        }
        for (String input : node.inputs()) {
            graph.constant(input)
                    .ifPresent(
                            number -> {
                                float value = number.toFloats()[0];
                                values.put(
                                        input,
                                        new ValueDecision(
                                                input,
                                                Kind.WEIGHT,
                                                QuantParams.perTensor(
                                                        context.recipe().activations(),
                                                        Math.min(value, 0),
                                                        Math.max(value, 0)),
                                                "one number, exact"));
                            });
        }
    }

    private Optional<Statistics> seen(String value) {
        return kept(value).isPresent()
                ? Optional.empty()
                : context.statistics().flatMap(table -> table.get(value));
    }

    private ValueDecision activation(String value) {
        if (before.containsKey(value)) {
            return before.get(value);
        }
        Optional<QuantParams> kept = kept(value);
        if (kept.isPresent()) {
            return new ValueDecision(value, Kind.ACTIVATION, kept.get(), "kept from the source");
        }
        List<String> sources = groups.sources(value);
        Statistics statistics =
                sources.stream().map(this::statistics).reduce(Statistics::merge).orElseThrow();
        return statistics.isEmpty()
                ? new ValueDecision(value, Kind.ACTIVATION, null, LoudValues.UNSEEN)
                : ActivationParams.of(value, statistics, context.recipe());
    }

    private Statistics statistics(String value) {
        return context.statistics()
                .flatMap(table -> table.get(value))
                .orElseThrow(
                        () ->
                                new CalibrationException(
                                        Problem.of("no statistics of a value that needs a scale")
                                                .at("value " + value)
                                                .next(
                                                        "Calibrate this model with this recipe; a"
                                                                + " table of another model or recipe"
                                                                + " does not fit")));
    }

    /** A clamp may go only if its output's quantized range ends within half a step of it. */
    private void keepClampsThatMatter(Map<String, ValueDecision> values) {
        for (Node node : graph.nodes()) {
            if (forms.form(node) != NodeDecision.Form.ABSORBED) {
                continue;
            }
            OpSpec.Clamp clamp =
                    context.catalog().spec(node).clamp().apply(graph, node).orElseThrow();
            QuantParams params = values.get(node.output()).params();
            // Half a step and what binary32 rounds: symmetric clamps end just there.
            double slack = params.scale(0) * 0.501;
            if (params.dequantize(params.qmin(), 0) < clamp.min() - slack
                    || params.dequantize(params.qmax(), 0) > clamp.max() + slack) {
                forms.keepClamp(node, "the quantized range of its output is wider than the clamp");
            }
        }
    }

    /** Weights are most of the work, and none depends on another: they share the processors. */
    private Map<String, ValueDecision> weightDecisions(Map<String, ValueDecision> activations) {
        Map<String, Node> readers = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (forms.form(node) == NodeDecision.Form.INTEGER && hasWeight(node)) {
                OpSpec spec = context.catalog().spec(node);
                readers.putIfAbsent(spec.input(node, Port.WEIGHT).orElseThrow(), node);
            }
        }
        return readers.entrySet().parallelStream()
                .map(
                        entry ->
                                WeightParams.decide(
                                        graph,
                                        context,
                                        entry.getValue(),
                                        layersOf(entry.getKey(), activations)))
                .collect(Collectors.toMap(ValueDecision::value, decision -> decision));
    }

    private boolean hasWeight(Node node) {
        OpSpec spec = context.catalog().spec(node);
        return LayerRules.isLayer(spec.role()) && LayerRules.weight(graph, spec, node).isPresent();
    }

    private void weights(
            Node node, Map<String, ValueDecision> values, Map<String, ValueDecision> weights) {
        if (!hasWeight(node)) {
            return;
        }
        OpSpec spec = context.catalog().spec(node);
        String weight = spec.input(node, Port.WEIGHT).orElseThrow();
        QuantParams data = values.get(spec.input(node, Port.DATA).orElseThrow()).params();
        values.putIfAbsent(weight, weights.get(weight));
        spec.input(node, Port.BIAS)
                .ifPresent(
                        bias ->
                                values.put(
                                        bias,
                                        new ValueDecision(
                                                bias,
                                                Kind.BIAS,
                                                BiasParams.of(data, values.get(weight).params()),
                                                "scale of input times scale of weight")));
    }

    /** The integer layers that read a weight, with the scales of their inputs. */
    private List<WeightParams.Layer> layersOf(String weight, Map<String, ValueDecision> values) {
        List<WeightParams.Layer> layers = new ArrayList<>();
        for (Node node : graph.consumers(weight)) {
            OpSpec spec = context.catalog().spec(node);
            if (forms.form(node) == NodeDecision.Form.INTEGER
                    && LayerRules.isLayer(spec.role())
                    && spec.input(node, Port.WEIGHT).filter(weight::equals).isPresent()) {
                QuantParams data = values.get(spec.input(node, Port.DATA).orElseThrow()).params();
                layers.add(
                        new WeightParams.Layer(
                                data.scale(0),
                                spec.input(node, Port.BIAS)
                                        .flatMap(graph::constant)
                                        .map(t -> t.toFloats())));
            }
        }
        return layers;
    }
}
