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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
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
 * Decides on recurrent layers without data. ONNX Runtime multiplies on integers in LSTM only; the
 * weights of the others are stored as integers, which the runtime turns into floats once, when it
 * loads the model.
 *
 * <p>Measured with ONNX Runtime 1.29.0 (AVX512-VNNI, one thread, ratio to float): LSTM over 50
 * steps 0.8x at 8,000 weights, 1.0x at 20,000, 1.2x at 33,000, 2.2x at 295,000; over 4 steps 0.96x
 * at 33,000, 1.0x at 51,000; for one step 0.93x at 33,000, 0.97x at 74,000, 1.07x at 131,000.
 * Stored weights cost nothing at run time (0.97x to 1.02x), where DequantizeLinear, which is not
 * computed ahead, costs 0.6x to 0.97x.
 */
final class RecurrentForms {

    /** As many weights as pay for quantizing each step's state. */
    private static final long LSTM_STEP = 18_400;

    /** As many weights, in one step, as pay for what the integer kernel does once a call. */
    private static final long LSTM_CALL = 81_600;

    /** Where the length is open: a stream may come in steps, a sequence at once. */
    private static final long OPEN_STEPS = 4;

    /** Below, the additional nodes are worth more than the bytes. */
    private static final long STORING_PAYS = 1 << 12;

    private static final List<Port> WEIGHTS = List.of(Port.WEIGHT, Port.RECURRENCE);

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
        Form form = withoutKernel.isPresent() ? Form.STORED : Form.DYNAMIC;
        boolean pairSafe = form == Form.DYNAMIC && context.target().pairSafeWeights();
        for (Port port : WEIGHTS) {
            String value = weight(node, port);
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

    private String weight(Node node, Port port) {
        return context.catalog().spec(node).input(node, port).orElseThrow();
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
        OpSpec spec = context.catalog().spec(node);
        for (Port port : WEIGHTS) {
            Optional<String> obstacle = obstacle(node, spec.input(node, port).orElse(""));
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
        if (weight.get().shape().rank() != 3 || weight.get().elementCount() == 0) {
            return Optional.of("its weight is " + weight.get().shape());
        }
        Optional<Node> other =
                graph.consumers(value).stream()
                        .filter(reader -> context.catalog().role(reader) != Role.RECURRENT)
                        .findFirst();
        if (other.isPresent()) {
            return Optional.of("its weight is also read by " + other.get().name());
        }
        LayerRules.requireFinite(value, weight.get(), node);
        return Optional.empty();
    }

    private long elements(Node node) {
        return WEIGHTS.stream()
                .mapToLong(port -> graph.constant(weight(node, port)).orElseThrow().elementCount())
                .sum();
    }

    /** Why a node with constant weights does not multiply on integers. */
    private Optional<String> withoutKernel(Node node) {
        if (!node.op().isOnnx("LSTM")) {
            return Optional.of("no engine has an integer kernel for " + node.op().name());
        }
        if (context.catalog().spec(node).timeAxis(node) != 0) {
            return Optional.of("the integer kernel takes time as the first axis only");
        }
        long directions = graph.constant(weight(node, Port.WEIGHT)).orElseThrow().shape().size(0);
        return elements(node) / directions < LSTM_STEP + LSTM_CALL / steps(node)
                ? Optional.of("too small for the integer kernel to pay")
                : Optional.empty();
    }

    private long steps(Node node) {
        return context.catalog()
                .spec(node)
                .input(node, Port.DATA)
                .flatMap(graph::shape)
                .filter(shape -> shape.rank() == 3)
                .map(shape -> shape.toArray()[0])
                .filter(steps -> steps > 0)
                .orElse(OPEN_STEPS);
    }

    /**
     * One scale for each row of [directions, gates, features]: the runtime takes no coarser one.
     */
    private ValueDecision weight(String value, boolean pairSafe) {
        Tensor weight = graph.constant(value).orElseThrow();
        TensorScheme scheme = context.recipe().weights();
        int width = (int) weight.shape().size(2);
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
                        scheme.withGranularity(new Granularity.PerGroup(2, width)),
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
