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
package io.github.djlquant.transform.equalize;

import io.github.djlquant.backend.Kernels;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.FreeValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.op.Window;
import io.github.djlquant.transform.TransformContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which values must have the same number of channels, and may have more than they have: those that
 * only convolutions make and read, with depthwise convolutions, elementwise functions and pooling
 * between.
 */
final class ChannelSets {

    /** A convolution whose channels can be padded. */
    enum Kind {
        /** Every output channel reads all input channels. */
        DENSE,
        /** Every channel is convolved with a kernel of its own. */
        DEPTHWISE,
        /** Anything else. */
        OTHER
    }

    /**
     * Values with the same channels.
     *
     * @param values their names
     * @param channels how many channels they have
     */
    record ChannelSet(List<String> values, int channels) {}

    private final Graph graph;
    private final TransformContext context;
    private final Map<String, String> parent = new HashMap<>();
    private final Set<String> fixed = new HashSet<>();
    private final Map<String, Set<List<Long>>> forms = new HashMap<>();

    ChannelSets(Graph graph, TransformContext context) {
        this.graph = graph;
        this.context = context;
        graph.inputs().forEach(input -> fixed.add(input.name()));
        graph.outputs().forEach(output -> fixed.add(output.name()));
        graph.nodes().forEach(this::join);
    }

    /** The sets whose channels may be padded, in graph order. */
    List<ChannelSet> paddable() {
        Map<String, List<String>> members = new LinkedHashMap<>();
        Set<String> spoiled = new HashSet<>();
        fixed.forEach(value -> spoiled.add(find(value)));
        for (Node node : graph.nodes()) {
            for (String output : node.outputs()) {
                members.computeIfAbsent(find(output), root -> new ArrayList<>()).add(output);
            }
        }
        Map<String, Set<List<Long>>> formsOfSets = new HashMap<>();
        forms.forEach(
                (value, of) ->
                        formsOfSets.computeIfAbsent(find(value), r -> new HashSet<>()).addAll(of));
        List<ChannelSet> sets = new ArrayList<>();
        members.forEach(
                (root, values) -> {
                    Set<List<Long>> of = formsOfSets.getOrDefault(root, Set.of());
                    if (!spoiled.contains(root) && of.size() == 1) {
                        int channels = Math.toIntExact(of.iterator().next().get(0));
                        sets.add(new ChannelSet(List.copyOf(values), channels));
                    }
                });
        return sets;
    }

    /** What a convolution does with channels. */
    Kind kind(Node convolution) {
        OpSpec spec = context.catalog().spec(convolution);
        Optional<Tensor> weight = weight(convolution);
        boolean alone =
                spec.input(convolution, Port.WEIGHT)
                                .filter(w -> graph.consumers(w).size() == 1)
                                .filter(w -> context.kept(w).isEmpty())
                                .isPresent()
                        && spec.input(convolution, Port.BIAS)
                                .map(b -> graph.constant(b).isPresent())
                                .orElse(true);
        if (weight.isEmpty() || !alone) {
            return Kind.OTHER;
        }
        long groups = spec.layer().window(convolution).map(Window::groups).orElse(0L);
        if (groups == 1) {
            return Kind.DENSE;
        }
        return groups == weight.get().shape().size(0) && weight.get().shape().size(1) == 1
                ? Kind.DEPTHWISE
                : Kind.OTHER;
    }

    /** True if the engine reads a convolution's input in place, given channels that fit. */
    boolean isDirect(Node convolution) {
        if (kind(convolution) != Kind.DENSE) {
            return false;
        }
        long outputs = weight(convolution).orElseThrow().shape().size(0);
        Kernels.Widths widths = context.target().kernels().widths();
        return outputs >= widths.leastOutputs() && outputs % widths.outputs() == 0;
    }

    /** The weight of a convolution, if it is a float constant. */
    Optional<Tensor> weight(Node convolution) {
        return context.catalog()
                .spec(convolution)
                .input(convolution, Port.WEIGHT)
                .flatMap(graph::constant)
                .filter(tensor -> tensor.dataType() == DataType.FLOAT);
    }

    private void join(Node node) {
        OpSpec spec = context.catalog().spec(node);
        switch (spec.role()) {
            case CONVOLUTION -> joinConvolution(node);
            case ACTIVATION, AVERAGE_POOLING, ADD, MULTIPLY -> joinElementwise(node);
            case CONSTANT -> {}
            default -> fix(node);
        }
    }

    private void joinConvolution(Node node) {
        Kind kind = kind(node);
        if (kind == Kind.OTHER) {
            fix(node);
            return;
        }
        Tensor weight = weight(node).orElseThrow();
        long rank = weight.shape().rank();
        String data = node.input(0);
        tell(node.output(), weight.shape().size(0), rank);
        if (kind == Kind.DEPTHWISE) {
            union(data, node.output());
        } else {
            tell(data, weight.shape().size(1), rank);
        }
    }

    /** Single numbers are the same for every channel; other constants are not. */
    private void joinElementwise(Node node) {
        if (node.outputs().size() != 1) {
            fix(node);
            return;
        }
        for (String input : node.inputs()) {
            Optional<Tensor> constant = graph.constant(input);
            if (input.isEmpty() || constant.filter(t -> t.elementCount() == 1).isPresent()) {
                continue;
            }
            if (constant.isPresent()) {
                fix(node);
                return;
            }
            union(input, node.output());
        }
    }

    private void fix(Node node) {
        fixed.addAll(FreeValues.of(node));
        fixed.addAll(node.outputs());
    }

    private void tell(String value, long channels, long rank) {
        forms.computeIfAbsent(value, v -> new HashSet<>()).add(List.of(channels, rank));
    }

    private String find(String value) {
        String root = value;
        while (parent.containsKey(root)) {
            root = parent.get(root);
        }
        return root;
    }

    private void union(String a, String b) {
        String first = find(a);
        String second = find(b);
        if (!first.equals(second)) {
            parent.put(second, first);
        }
    }

    /** True if no layer made the value: it is the network's input, or moved from there. */
    boolean isBeforeLayers(String value) {
        Optional<Node> maker = graph.producer(value);
        if (maker.isEmpty()) {
            return graph.isInput(value);
        }
        Role role = context.catalog().role(maker.get());
        return switch (role) {
            case ADD, MULTIPLY, CONCAT, RANGE_PRESERVING, QUANTIZE, DEQUANTIZE ->
                    maker.get().inputs().stream()
                            .allMatch(i -> graph.constant(i).isPresent() || isBeforeLayers(i));
            default -> false;
        };
    }
}
