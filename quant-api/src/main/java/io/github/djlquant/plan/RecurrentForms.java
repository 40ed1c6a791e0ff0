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

import io.github.djlquant.backend.Kernels;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.ValueDecision.Kind;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.scheme.TensorScheme.Symmetry;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.round.PairSafeScale;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides on recurrent layers without data: on integers where the engine has a kernel that pays; of
 * others the weights may still be stored as integers.
 */
final class RecurrentForms {

    /** Where the length is open, all must pay: a stream comes in steps, a sequence at once. */
    private static final List<Long> OPEN_STEPS = List.of(4L, 50L);

    /** Below, the additional nodes are worth more than the bytes. */
    private static final long STORING_PAYS = 1 << 12;

    private final Graph graph;
    private final TransformContext context;
    private final Macs macs;

    RecurrentForms(Graph graph, TransformContext context, Macs macs) {
        this.graph = graph;
        this.context = context;
        this.macs = macs;
    }

    /**
     * Decides on a node and, if it is not left as it is, on its weights.
     *
     * @param node a node of the role {@link Role#RECURRENT}
     * @param values receives the decisions on weights
     * @return the decision on the node
     */
    NodeDecision decide(Node node, Map<String, ValueDecision> values) {
        Optional<String> obstacle = obstacle(node);
        if (obstacle.isPresent()) {
            return decision(node, Form.FLOAT, obstacle.get());
        }
        Optional<String> withoutKernel = withoutKernel(node);
        if (withoutKernel.isPresent() && !layers().stores()) {
            return decision(node, Form.FLOAT, withoutKernel.get());
        }
        Form form = withoutKernel.isPresent() ? Form.STORED : Form.DYNAMIC;
        boolean pairSafe = form == Form.DYNAMIC && context.target().pairSafeWeights();
        for (String value : weights(node)) {
            // Two layers may share a weight: the stricter scale serves both.
            values.merge(value, weight(value, pairSafe), RecurrentForms::stricter);
        }
        return decision(
                node,
                form,
                withoutKernel
                        .map(
                                why ->
                                        why
                                                + ": its weights are stored as int8 and become float when"
                                                + " the model is loaded")
                        .orElse("an integer kernel with constant weights pays"));
    }

    private NodeDecision decision(Node node, Form form, String reason) {
        return new NodeDecision(node.name(), node.op(), form, macs.of(node), reason);
    }

    private List<String> weights(Node node) {
        return context.catalog().spec(node).layer().cellWeights(graph, node);
    }

    private Kernels.RecurrentLayers layers() {
        return context.target().kernels().recurrent();
    }

    /** Why nothing can be done with a node. */
    private Optional<String> obstacle(Node node) {
        if (!context.recipe().scope().holds(node.name(), node.op().name())) {
            return Optional.of("the recipe's scope leaves it out");
        }
        TensorScheme scheme = context.recipe().weights();
        if (scheme.type() != QuantType.INT8 || scheme.symmetry() == Symmetry.ASYMMETRIC) {
            return Optional.of("recurrent weights are stored as symmetric int8 only");
        }
        Optional<String> irregular = context.catalog().spec(node).irregular().apply(graph, node);
        if (irregular.isPresent()) {
            return irregular;
        }
        if (weights(node).isEmpty()) {
            return Optional.of("its weights are computed, not constant");
        }
        for (String weight : weights(node)) {
            Optional<String> obstacle = obstacle(node, weight);
            if (obstacle.isPresent()) {
                return obstacle;
            }
        }
        return elements(node) < STORING_PAYS
                ? Optional.of("its weights are too small to pay")
                : Optional.empty();
    }

    private Optional<String> obstacle(Node node, String value) {
        Optional<Tensor> weight = graph.constant(value);
        if (weight.isEmpty()) {
            return Optional.of("its weight is computed, not constant");
        }
        if (weight.get().dataType() != DataType.FLOAT) {
            return Optional.of("its weight is " + weight.get().dataType());
        }
        int rank = weight.get().shape().rank();
        if (rank != 2 && rank != 3 || weight.get().elementCount() == 0) {
            return Optional.of("its weight is " + weight.get().shape());
        }
        Optional<Node> other =
                graph.consumers(value).stream().filter(reader -> !isRecurrent(reader)).findFirst();
        if (other.isPresent()) {
            return Optional.of("its weight is also read by " + other.get().name());
        }
        LayerRules.requireFinite(value, weight.get(), node);
        return Optional.empty();
    }

    /** A recurrent layer, or the list that hands it its weights. */
    private boolean isRecurrent(Node reader) {
        return context.catalog().role(reader) == Role.RECURRENT
                || reader.outputs().size() == 1
                        && !graph.isOutput(reader.output())
                        && !graph.consumers(reader.output()).isEmpty()
                        && graph.consumers(reader.output()).stream()
                                .allMatch(
                                        layer ->
                                                context.catalog().role(layer) == Role.RECURRENT
                                                        && !layer.inputs().isEmpty());
    }

    private long elements(Node node) {
        return weights(node).stream()
                .mapToLong(weight -> graph.constant(weight).orElseThrow().elementCount())
                .sum();
    }

    /** Directions and layers that one node computes. */
    private long cells(Node node) {
        Shape first = graph.constant(weights(node).get(0)).orElseThrow().shape();
        return first.rank() == 3 ? first.size(0) : weights(node).size() / 2;
    }

    /** Why a node with constant weights does not multiply on integers. */
    private Optional<String> withoutKernel(Node node) {
        Kernels.RecurrentCost cost = layers().operators().get(node.op().name());
        if (cost == null) {
            return Optional.of("the engine has no integer kernel for " + node.op().name());
        }
        if (layers().timeFirst() && context.catalog().spec(node).layer().timeAxis(node) != 0) {
            return Optional.of("the integer kernel takes time as the first axis only");
        }
        long weights = elements(node) / cells(node);
        return steps(node).stream().allMatch(steps -> cost.pays(weights, steps))
                ? Optional.empty()
                : Optional.of("too small for the integer kernel to pay");
    }

    private List<Long> steps(Node node) {
        return context.catalog()
                .spec(node)
                .input(node, Port.DATA)
                .flatMap(graph::shape)
                .filter(shape -> shape.rank() == 3)
                .map(shape -> shape.toArray()[context.catalog().spec(node).layer().timeAxis(node)])
                .filter(steps -> steps > 0)
                .map(List::of)
                .orElse(OPEN_STEPS);
    }

    /** One scale for each row of [directions, gates, features] or [gates, features]. */
    private ValueDecision weight(String value, boolean pairSafe) {
        Tensor weight = graph.constant(value).orElseThrow();
        TensorScheme scheme = context.recipe().weights();
        int rank = weight.shape().rank();
        int width = (int) weight.shape().size(rank - 1);
        float[] elements = weight.toFloats();
        int rows = elements.length / width;
        float all = scheme.granularity() instanceof Granularity.PerTensor ? largest(elements) : 0;
        float[] scales = new float[rows];
        int widened = 0;
        for (int i = 0; i < rows; i++) {
            float[] row = Arrays.copyOfRange(elements, i * width, (i + 1) * width);
            float reach = Math.max(all, largest(row));
            float scale = scheme.parametersFor(-reach, reach).scale();
            scales[i] = pairSafe ? PairSafeScale.of(row, scale) : scale;
            widened += scales[i] > scale ? 1 : 0;
        }
        return new ValueDecision(
                value,
                Kind.WEIGHT,
                new QuantParams(
                        scheme.withGranularity(
                                rank == 2
                                        ? new Granularity.PerChannel(0)
                                        : new Granularity.PerGroup(2, width)),
                        scales,
                        new int[rows]),
                (all > 0 ? "largest weight" : "largest weight of each gate's row")
                        + (widened == 0
                                ? ""
                                : "; "
                                        + widened
                                        + " of "
                                        + rows
                                        + " widened so that neighbours never saturate"));
    }

    private static ValueDecision stricter(ValueDecision a, ValueDecision b) {
        for (int i = 0; i < a.params().size(); i++) {
            if (b.params().scale(i) > a.params().scale(i)) {
                return b;
            }
        }
        return a;
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
