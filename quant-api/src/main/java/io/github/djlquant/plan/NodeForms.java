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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.RangeRule;
import io.github.djlquant.op.Role;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.recipe.Fusion;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.transform.TransformContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which nodes run on integers, before any range is known.
 *
 * <p>Layers (convolution, linear, matrix product) come first: they pay. What stands between them
 * (sums, products, concatenations, pooling, reshaping) follows if it has an integer input and,
 * directly or through others, an integer reader; without one, staying float is more accurate and
 * costs nothing measurable.
 */
final class NodeForms {

    private final Graph graph;
    private final OpCatalog catalog;
    private final TransformContext context;
    private final Macs macs;
    private final LayerRules layers;
    private final LightRules light;
    private final LoudValues loud;
    private final Map<String, Form> forms = new LinkedHashMap<>();
    private final Map<String, String> reasons = new LinkedHashMap<>();
    private final Set<String> quantized = new HashSet<>();

    private NodeForms(Graph graph, TransformContext context, LoudValues loud) {
        this.loud = loud;
        this.graph = graph;
        this.catalog = context.catalog();
        this.context = context;
        this.macs = new Macs(graph, catalog, context.sample());
        this.layers = new LayerRules(graph, context);
        this.light =
                new LightRules(graph, context, n -> forms.get(n.name()) == Form.MOVES_INTEGERS);
    }

    /** Forms and quantized values of a graph in which some values have to stay float. */
    static NodeForms decide(Graph graph, TransformContext context, LoudValues loud) {
        NodeForms forms = new NodeForms(graph, context, loud);
        forms.run();
        return forms;
    }

    /** The values that carry scale and zero point, constants aside. */
    Set<String> quantized() {
        return quantized;
    }

    Form form(Node node) {
        return forms.get(node.name());
    }

    Macs macs() {
        return macs;
    }

    /** One decision per node, in graph order. */
    List<NodeDecision> decisions() {
        List<NodeDecision> decisions = new ArrayList<>();
        for (Node node : graph.nodes()) {
            decisions.add(
                    new NodeDecision(
                            node.name(),
                            node.op(),
                            forms.get(node.name()),
                            macs.orUnknown(node),
                            reasons.get(node.name())));
        }
        return decisions;
    }

    private void run() {
        LookUpTables tables = new LookUpTables(graph, context);
        for (Node node : graph.nodes()) {
            Optional<String> obstacle = layers.obstacle(node);
            if (LookUpTables.isLookUp(node, catalog.spec(node))
                    && tables.obstacle(node, catalog.spec(node)).isEmpty()) {
                set(node, Form.LOOK_UP, LookUpTables.REASON);
            } else if (!LayerRules.isLayer(catalog.role(node))) {
                set(node, Form.FLOAT, "");
            } else if (obstacle.isPresent()) {
                set(node, Form.FLOAT, obstacle.get());
            } else {
                boolean weighted = LayerRules.weight(graph, catalog.spec(node), node).isPresent();
                set(
                        node,
                        Form.INTEGER,
                        weighted
                                ? "an integer kernel with a constant weight pays"
                                : "an integer kernel for two activations pays");
                loudLayer(node).ifPresent(reason -> set(node, Form.FLOAT, reason));
            }
        }
        SmallHeads heads = new SmallHeads(graph, catalog, macs);
        for (Node node : graph.nodes()) {
            if (forms.get(node.name()) == Form.INTEGER
                    && keptWeight(node).isEmpty()
                    && heads.contains(node)) {
                set(
                        node,
                        Form.FLOAT,
                        "makes the model's output and is too small for integers to pay");
            }
        }
        for (Node node : graph.nodes()) {
            if (forms.get(node.name()) == Form.INTEGER) {
                quantized.addAll(layers.activations(node));
                if (layers.needsQuantizedOutput(node)) {
                    quantized.add(outcome(node));
                }
            }
        }
        List<Node> backwards = new ArrayList<>(graph.nodes());
        Collections.reverse(backwards);
        for (Node node : backwards) {
            quantizeBefore(node);
        }
        for (Node node : graph.nodes()) {
            follow(node);
        }
        for (Node node : backwards) {
            settle(node);
        }
        collectQuantized();
        for (Node node : graph.nodes()) {
            absorb(node);
        }
    }

    private Optional<String> loudLayer(Node node) {
        List<String> values = new ArrayList<>(layers.activations(node));
        if (layers.needsQuantizedOutput(node)) {
            values.add(outcome(node));
        }
        return loud.obstacle(values);
    }

    /** Why a node between layers stays float; empty if it need not. */
    private Optional<String> obstacle(Node node, OpSpec spec) {
        Optional<String> own = light.obstacle(node, spec);
        if (own.isPresent()) {
            return own;
        }
        List<String> values = new ArrayList<>(light.activations(node, spec));
        values.addAll(node.outputs());
        values.add(outcome(node));
        return loud.obstacle(values);
    }

    /** What is quantized follows from the forms, now that they are settled. */
    private void collectQuantized() {
        Set<String> settled = new HashSet<>();
        for (Node node : graph.nodes()) {
            OpSpec spec = catalog.spec(node);
            switch (forms.get(node.name())) {
                case INTEGER -> {
                    settled.addAll(
                            LayerRules.isLayer(spec.role())
                                    ? layers.activations(node)
                                    : light.activations(node, spec));
                    if (quantized.contains(outcome(node))) {
                        settled.add(outcome(node));
                    }
                }
                case MOVES_INTEGERS -> {
                    settled.addAll(light.activations(node, spec));
                    node.outputs().stream().filter(o -> !o.isEmpty()).forEach(settled::add);
                }
                default -> {}
            }
        }
        quantized.retainAll(settled);
    }

    /** What the source quantized stays quantized, head or not. */
    private Optional<QuantParams> keptWeight(Node node) {
        return context.kept(catalog.spec(node).input(node, Port.WEIGHT).orElse(""));
    }

    private void set(Node node, Form form, String reason) {
        forms.put(node.name(), form);
        reasons.put(node.name(), reason);
    }

    /** What is moved only to be quantized is quantized first, unless most of it is left behind. */
    private void quantizeBefore(Node node) {
        OpSpec spec = catalog.spec(node);
        Role role = spec.role();
        if (role != Role.RANGE_PRESERVING && role != Role.PAD
                || !quantized.containsAll(node.outputs())
                || obstacle(node, spec).isPresent()) {
            return;
        }
        String read = node.input(0);
        boolean only = graph.consumers(read).size() == 1 && !graph.isOutput(read);
        if (only && rowSize(read) > 0 && rowSize(read) <= rowSize(node.output())) {
            set(node, Form.MOVES_INTEGERS, "moves values that are quantized before: fewer bytes");
            quantized.add(read);
        }
    }

    /** The elements of a value, leaving out extents that are not known; 0 if nothing is known. */
    private long rowSize(String value) {
        return graph.shape(value)
                .map(shape -> Arrays.stream(shape.toArray()).filter(size -> size >= 0))
                .map(sizes -> sizes.reduce(1, (a, b) -> a * b))
                .orElse(0L);
    }

    /** Tries to let a light node follow its integer inputs. */
    private void follow(Node node) {
        OpSpec spec = catalog.spec(node);
        if (forms.get(node.name()) != Form.FLOAT || LayerRules.isLayer(spec.role())) {
            return;
        }
        if (!node.bodies().isEmpty()) {
            reasons.put(node.name(), BodyPlans.REASON);
            return;
        }
        Optional<String> obstacle = obstacle(node, spec);
        if (obstacle.isPresent()) {
            reasons.put(node.name(), obstacle.get());
            return;
        }
        List<String> read = light.activations(node, spec);
        boolean joinsFloats =
                spec.role() == Role.CONCAT
                        && quantized.contains(node.output())
                        && context.target().kernels().quantizesParts();
        if (!joinsFloats && read.stream().noneMatch(quantized::contains)) {
            reasons.put(node.name(), "nothing before it is quantized");
            return;
        }
        quantized.addAll(read);
        if (light.movesIntegers(node, spec)) {
            set(
                    node,
                    Form.MOVES_INTEGERS,
                    spec.ranges().apply(graph, node) instanceof RangeRule.Scaled
                            ? "the same integers on another scale: costs nothing"
                            : "only moves values: scale and zero point stay");
            quantized.addAll(node.outputs());
        } else {
            set(node, Form.INTEGER, "stands between integer kernels");
            quantized.add(outcome(node));
        }
    }

    /** The values that a node which moves integers reads as integers. */
    List<String> moved(Node node) {
        return light.activations(node, catalog.spec(node));
    }

    /** The factor of a node that leaves the integers as they are and changes their scale. */
    Optional<Double> rescaled(Node node) {
        return forms.get(node.name()) != Form.FLOAT
                        && catalog.spec(node).ranges().apply(graph, node)
                                instanceof RangeRule.Scaled scaled
                ? Optional.of(scaled.factor())
                : Optional.empty();
    }

    /** The value that a kernel's result is quantized at: behind a clamp that only it feeds. */
    private String outcome(Node node) {
        return catalog.attachedClamp(graph, node).map(Node::output).orElse(node.output());
    }

    /** Takes back what has no integer reader. Runs from the outputs to the inputs. */
    private void settle(Node node) {
        Form form = forms.get(node.name());
        boolean layer = LayerRules.isLayer(catalog.role(node));
        if (form == Form.FLOAT
                || form == Form.LOOK_UP
                || layer && layers.needsQuantizedOutput(node)) {
            return;
        }
        List<String> results = form == Form.INTEGER ? List.of(outcome(node)) : node.outputs();
        boolean read =
                results.stream()
                        .flatMap(r -> graph.consumers(r).stream())
                        .anyMatch(r -> forms.get(r.name()) != Form.FLOAT);
        if (read || sumsIntegers(node)) {
            if (layer) {
                quantized.add(outcome(node));
            }
            return;
        }
        quantized.removeAll(results);
        if (!layer) {
            set(node, Form.FLOAT, "nothing behind it runs on integers");
        }
    }

    /** One pass over two integer values beats dequantizing both. */
    private boolean sumsIntegers(Node node) {
        Role role = catalog.role(node);
        return (role == Role.ADD || role == Role.MULTIPLY)
                && catalog.spec(node).operands(node).stream()
                        .allMatch(
                                i ->
                                        graph.producer(i)
                                                .filter(p -> madeOnIntegers(p, i))
                                                .isPresent());
    }

    private boolean madeOnIntegers(Node maker, String value) {
        boolean clamp = catalog.spec(maker).clamp().apply(graph, maker).isPresent();
        Optional<Node> kernel = clamp ? graph.producer(maker.input(0)) : Optional.of(maker);
        return quantized.contains(value)
                && kernel.filter(k -> forms.get(k.name()) != Form.FLOAT).isPresent();
    }

    private void absorb(Node node) {
        OpSpec spec = catalog.spec(node);
        if (spec.clamp().apply(graph, node).isEmpty() || !quantized.contains(node.output())) {
            return;
        }
        if (context.recipe().fusion() != Fusion.BATCH_NORM_ACTIVATION) {
            reasons.put(node.name(), "the recipe fuses no activations");
        } else if (graph.isOutput(node.input(0))
                || graph.consumers(node.input(0)).size() > 1
                || graph.producer(node.input(0))
                        .filter(p -> forms.get(p.name()) == Form.INTEGER || isLifted(node))
                        .isEmpty()
                || quantized.contains(node.input(0))) {
            reasons.put(
                    node.name(),
                    "what it clamps is read unclamped too, or no integer kernel makes it");
        } else {
            set(node, Form.ABSORBED, "the quantized range of its output clamps as it does");
        }
    }

    /** The clamp of a range that the source gave, which nothing reads but its integers. */
    private boolean isLifted(Node clamp) {
        return context.kept(clamp.output()).isPresent()
                && !graph.isOutput(clamp.output())
                && graph.consumers(clamp.output()).stream()
                        .noneMatch(reader -> forms.get(reader.name()) == Form.FLOAT);
    }

    /** Takes back an absorption that the parameters don't bear out. */
    void keepClamp(Node node, String reason) {
        set(node, Form.FLOAT, reason);
    }
}
