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
package io.github.djlquant.evaluate;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.InnerValues;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.op.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks in a quantized graph for the first node that yields NaN or infinity where the source does
 * not. Values are exposed a few at a time, in graph order, so that memory does not grow with the
 * model.
 *
 * @param backend the engine of both
 * @param source the source model
 * @param artifact the quantized graph
 */
record NonFiniteOriginSearch(Backend backend, Graph source, InnerValues artifact) {

    /** Values that are held at a time. */
    private static final int AT_ONCE = 32;

    /**
     * Returns where it begins in one sample; empty if that is no value of which floats are known.
     */
    Optional<NonFiniteOrigin> find(Map<String, Tensor> feeds, long sample) {
        List<String> values = floats();
        for (int start = 0; start < values.size(); start += AT_ONCE) {
            List<String> some = values.subList(start, Math.min(values.size(), start + AT_ONCE));
            Optional<String> first = first(some, feeds);
            if (first.isPresent()) {
                return first.map(value -> origin(value, sample));
            }
        }
        return Optional.empty();
    }

    private Optional<String> first(List<String> values, Map<String, Tensor> feeds) {
        Map<String, Tensor> after = run(artifact.graph(), values, feeds);
        Map<String, Tensor> before =
                run(
                        source,
                        values.stream().filter(v -> source.producer(v).isPresent()).toList(),
                        feeds);
        return values.stream()
                .filter(value -> isNew(before.get(value), after.get(value).toFloats()))
                .findFirst();
    }

    private Map<String, Tensor> run(Graph graph, List<String> values, Map<String, Tensor> feeds) {
        if (values.isEmpty()) {
            return Map.of();
        }
        ValueType floats = new ValueType.TensorType(DataType.FLOAT, null);
        Graph exposing =
                graph.edit()
                        .outputs(old -> values.stream().map(v -> new Value(v, floats)).toList())
                        .build();
        try (GraphRunner runner = backend.open(exposing, RunOptions.DEFAULT)) {
            return runner.run(feeds);
        }
    }

    /** Infinities of masks belong to the source; those that it has no counterpart of may do. */
    private static boolean isNew(Tensor before, float[] after) {
        float[] known = before == null ? new float[0] : before.toFloats();
        boolean comparable = known.length == after.length;
        for (int i = 0; i < after.length; i++) {
            boolean odd = comparable ? !Float.isFinite(after[i]) : Float.isNaN(after[i]);
            if (odd && !(comparable && !Float.isFinite(known[i]))) {
                return true;
            }
        }
        return false;
    }

    /** Values that are floats for sure, in graph order. */
    private List<String> floats() {
        Graph graph = artifact.graph();
        Set<String> known = new HashSet<>();
        graph.inputs().stream()
                .filter(input -> isFloat(input.type()))
                .forEach(input -> known.add(input.name()));
        List<String> found = new ArrayList<>();
        Set<String> revealed = Set.copyOf(artifact.bySource().values());
        for (Node node : graph.nodes()) {
            if (!node.outputs().isEmpty() && yieldsFloats(node, known)) {
                known.add(node.output());
                if (revealed.isEmpty() || revealed.contains(node.output())) {
                    found.add(node.output());
                }
            }
        }
        return found;
    }

    private boolean yieldsFloats(Node node, Set<String> known) {
        if (isFloat(artifact.graph().type(node.output()))) {
            return true;
        }
        return switch (backend.catalog().role(node)) {
            case DEQUANTIZE,
                    CONVOLUTION,
                    TRANSPOSED_CONVOLUTION,
                    LINEAR,
                    BATCH_NORM,
                    NORM,
                    SOFTMAX,
                    AVERAGE_POOLING ->
                    true;
            case MATRIX_PRODUCT, ACTIVATION, ADD, MULTIPLY, CONCAT, RANGE_PRESERVING, PAD ->
                    node.inputs().stream().anyMatch(known::contains);
            default -> false;
        };
    }

    private static boolean isFloat(ValueType type) {
        return type instanceof ValueType.TensorType t && t.dataType() == DataType.FLOAT;
    }

    /** A dequantize node speaks for the layer whose weights or result it reads back. */
    private NonFiniteOrigin origin(String value, long sample) {
        Graph graph = artifact.graph();
        Node maker = graph.producer(value).orElseThrow();
        Node layer = maker;
        if (backend.catalog().role(maker) == Role.DEQUANTIZE) {
            layer =
                    graph.producer(maker.input(0))
                            .filter(rounding -> backend.catalog().role(rounding) == Role.QUANTIZE)
                            .flatMap(rounding -> graph.producer(rounding.input(0)))
                            .or(() -> graph.consumers(value).stream().findFirst())
                            .orElse(maker);
        }
        Optional<String> constant =
                maker.inputs().stream().filter(name -> holdsNonFinite(graph, name)).findFirst();
        return new NonFiniteOrigin(layer.name(), value, sample, constant);
    }

    private static boolean holdsNonFinite(Graph graph, String name) {
        float[] numbers =
                graph.constant(name)
                        .filter(constant -> constant.dataType() == DataType.FLOAT)
                        .map(Tensor::toFloats)
                        .orElse(new float[0]);
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                return true;
            }
        }
        return false;
    }
}
