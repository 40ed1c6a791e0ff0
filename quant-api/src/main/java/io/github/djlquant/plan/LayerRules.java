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

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.transform.TransformContext;
import java.util.List;
import java.util.Optional;

/** Which layers can run on integers, and what stands in the way of the others. */
final class LayerRules {

    /** What is rounded lies in arrays. */
    static final long LARGEST = 1 << 30;

    /** Enough to get past what stands between two layers. */
    private static final int LONGEST_WAY = 32;

    private final Graph graph;
    private final TransformContext context;

    LayerRules(Graph graph, TransformContext context) {
        this.graph = graph;
        this.context = context;
    }

    /** The roles that hold nearly all work and are the reason to quantize at all. */
    static boolean isLayer(Role role) {
        return switch (role) {
            case CONVOLUTION, LINEAR, MATRIX_PRODUCT -> true;
            default -> false;
        };
    }

    /** Kernels of products can yield floats, in most libraries; those of convolutions can't. */
    boolean needsQuantizedOutput(Node node) {
        Role role = context.catalog().role(node);
        return role == Role.CONVOLUTION
                || isLayer(role) && !context.target().kernels().library().yieldsFloats();
    }

    /** The constant weight of a layer. */
    static Optional<Tensor> weight(Graph graph, OpSpec spec, Node node) {
        return spec.input(node, Port.WEIGHT).flatMap(graph::constant);
    }

    /** The inputs of an integer layer that carry scale and zero point of an activation. */
    List<String> activations(Node node) {
        OpSpec spec = context.catalog().spec(node);
        String data = spec.input(node, Port.DATA).orElseThrow();
        return weight(graph, spec, node).isPresent()
                ? List.of(data)
                : List.of(data, spec.input(node, Port.OTHER).orElseThrow());
    }

    /** Why a layer can't run on integers; empty if it can, and for what is no layer. */
    Optional<String> obstacle(Node node) {
        Optional<String> own = ownObstacle(node);
        return own.isPresent() ? own : sharedOtherwise(node);
    }

    /**
     * One tensor can't have scales along two axes, nor be safe from saturation in two orders: the
     * first layer that can run on integers has it.
     */
    private Optional<String> sharedOtherwise(Node node) {
        String value = context.catalog().spec(node).input(node, Port.WEIGHT).orElse("");
        if (!isLayer(context.catalog().role(node)) || graph.constant(value).isEmpty()) {
            return Optional.empty();
        }
        for (Node reader : graph.consumers(value)) {
            OpSpec spec = context.catalog().spec(reader);
            boolean weighs = spec.input(reader, Port.WEIGHT).filter(value::equals).isPresent();
            if (reader.name().equals(node.name())) {
                return Optional.empty();
            }
            if (weighs && isLayer(spec.role()) && ownObstacle(reader).isEmpty()) {
                return channelAxis(reader).equals(channelAxis(node))
                        ? Optional.empty()
                        : Optional.of(
                                "it shares its weight with "
                                        + reader.name()
                                        + ", which reads it transposed");
            }
        }
        return Optional.empty();
    }

    private Optional<Integer> channelAxis(Node node) {
        return context.catalog().spec(node).layer().weightAxis(graph, node);
    }

    private Optional<String> ownObstacle(Node node) {
        OpSpec spec = context.catalog().spec(node);
        if (!isLayer(spec.role())) {
            return Optional.empty();
        }
        if (!context.recipe().scope().holds(node.name(), node.op().name())) {
            return Optional.of("the recipe's scope leaves it out");
        }
        Optional<String> irregular = spec.irregular().apply(graph, node);
        if (irregular.isPresent()) {
            return irregular;
        }
        Optional<String> data = spec.input(node, Port.DATA);
        if (data.isEmpty() || graph.constant(data.get()).isPresent()) {
            return Optional.of("its data input is constant");
        }
        if (!mayBeFloat(graph, data.get())) {
            return Optional.of("it computes on " + typeOf(graph, data.get()));
        }
        Optional<Tensor> weight = weight(graph, spec, node);
        if (weight.isEmpty()) {
            return spec.role() == Role.MATRIX_PRODUCT
                            && spec.input(node, Port.OTHER).isPresent()
                            && context.target().kernels().multipliesActivations()
                    ? otherObstacle(spec.input(node, Port.OTHER).get())
                    : Optional.of("its weight is computed, not constant");
        }
        if (weight.get().dataType() != DataType.FLOAT) {
            return Optional.of("its weight is " + weight.get().dataType());
        }
        if (weight.get().elementCount() == 0) {
            return Optional.of("its weight is empty");
        }
        if (weight.get().elementCount() > LARGEST) {
            return Optional.of("its weight has more than " + LARGEST + " elements");
        }
        requireFinite(spec.input(node, Port.WEIGHT).orElseThrow(), weight.get(), node);
        return biasObstacle(node, spec);
    }

    private Optional<String> otherObstacle(String other) {
        return mayBeFloat(graph, other)
                ? Optional.empty()
                : Optional.of("it computes on " + typeOf(graph, other));
    }

    private Optional<String> biasObstacle(Node node, OpSpec spec) {
        Optional<String> bias = spec.input(node, Port.BIAS);
        if (bias.isEmpty()) {
            return Optional.empty();
        }
        Optional<Tensor> constant = graph.constant(bias.get());
        if (constant.isEmpty() || constant.get().dataType() != DataType.FLOAT) {
            return Optional.of("its bias is no float constant");
        }
        requireFinite(bias.get(), constant.get(), node);
        long outputs =
                spec.layer()
                        .weightAxis(graph, node)
                        .map(axis -> weight(graph, spec, node).orElseThrow().shape().size(axis))
                        .orElse(-1L);
        return constant.get().elementCount() == outputs && constant.get().shape().rank() == 1
                ? Optional.empty()
                : Optional.of("its bias is not one number per output channel");
    }

    /** True unless the value is known to be something else than binary32. */
    static boolean mayBeFloat(Graph graph, String value) {
        if (graph.type(value) instanceof ValueType.TensorType t && t.dataType() != null) {
            return t.dataType() == DataType.FLOAT;
        }
        return (graph.type(value) instanceof ValueType.TensorType
                        || graph.type(value) instanceof ValueType.UnknownType)
                && floatsOnTheWay(graph, value).filter(LayerRules::isOtherFloat).isEmpty();
    }

    private static boolean isOtherFloat(DataType type) {
        return type.isFloatingPoint() && type != DataType.FLOAT;
    }

    /** What a value is of, for messages; floats of another width by the way they came. */
    static String typeOf(Graph graph, String value) {
        boolean told = graph.type(value) instanceof ValueType.TensorType t && t.dataType() != null;
        return told
                ? graph.type(value).toString()
                : floatsOnTheWay(graph, value)
                        .map(DataType::toString)
                        .orElse(graph.type(value).toString());
    }

    /**
     * Files need not say what values inside are of. Floats of another width stay that on their way
     * through first inputs, unless something casts them; what is no float on the way (a condition,
     * an index) says nothing.
     */
    private static Optional<DataType> floatsOnTheWay(Graph graph, String value) {
        String at = value;
        for (int step = 0; step < LONGEST_WAY; step++) {
            Optional<DataType> known = graph.constant(at).map(Tensor::dataType);
            if (known.isEmpty()
                    && graph.type(at) instanceof ValueType.TensorType t
                    && t.dataType() != null) {
                known = Optional.of(t.dataType());
            }
            if (known.isPresent()) {
                return known;
            }
            Optional<Node> maker = graph.producer(at);
            if (maker.isEmpty()
                    || maker.get().attributes().containsKey("to")
                    || maker.get().inputs().isEmpty()) {
                return Optional.empty();
            }
            at = maker.get().input(0);
        }
        return Optional.empty();
    }

    static void requireFinite(String value, Tensor tensor, Node node) {
        tensor.firstNonFinite()
                .ifPresent(
                        index -> {
                            throw new UnsupportedModelException(
                                    Problem.of("a weight is not a finite number")
                                            .at("node " + node.name() + ", constant " + value)
                                            .expected("finite elements")
                                            .actual("NaN or infinity at element " + index)
                                            .next(
                                                    "Repair the model or retrain it; or leave the node"
                                                            + " out with the recipe's scope"));
                        });
    }
}
