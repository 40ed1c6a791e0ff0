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

import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.InnerValues;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Measures where, along the graph, a quantized model loses its accuracy. */
public final class LayerErrors {

    /** Elements that are looked at, from which on no further batch is begun. */
    private static final long MOST_ELEMENTS = 1_000_000_000L;

    /** Rows that are looked at even so. */
    private static final int LEAST_ROWS = 16;

    private final Backend backend;
    private final Graph source;
    private final Graph quantized;
    private final Map<String, String> bySource;
    private final Optional<WrittenPlan> plan;

    /**
     * Prepares.
     *
     * @param backend the engine
     * @param source the float graph that was quantized (after fusion)
     * @param quantized its QDQ form
     */
    public LayerErrors(Backend backend, Graph source, Graph quantized) {
        this(backend, source, new InnerValues(quantized, Map.of()), Optional.empty());
    }

    /**
     * Prepares for an artifact.
     *
     * @param plan what it says of its ranges; asked where its nodes don't say them
     */
    LayerErrors(Backend backend, Graph source, InnerValues artifact, Optional<WrittenPlan> plan) {
        this.backend = backend;
        this.source = source;
        this.quantized = artifact.graph();
        this.bySource = artifact.bySource();
        this.plan = plan;
    }

    /**
     * What inner values came to.
     *
     * @param layers one entry per value, the one that lost most first
     * @param rows how many rows were looked at
     */
    public record Seen(List<LayerError> layers, long rows) {

        /** Copies the list. */
        public Seen {
            layers = List.copyOf(layers);
        }
    }

    /**
     * Runs both graphs with their quantized values exposed, one batch at a time. Stops early where
     * the values are so many that looking at all would take minutes.
     *
     * @param batches what to run, read as far as it is looked at
     * @return one entry per quantized activation, or per layer where activations are quantized at
     *     run time
     */
    public Seen measure(Iterator<Map<String, Tensor>> batches) {
        Map<String, String> dequantized = dequantizedBySource();
        if (dequantized.isEmpty()) {
            dequantized = layersOfBoth();
        }
        return dequantized.isEmpty() ? new Seen(List.of(), 0) : measure(batches, dequantized);
    }

    private Seen measure(Iterator<Map<String, Tensor>> batches, Map<String, String> dequantized) {
        long rows = 0;
        long[] elements = {0};
        Map<String, OutputComparison> comparisons = new LinkedHashMap<>();
        Map<String, ValueRange> ranges = new HashMap<>();
        Set<String> others = new HashSet<>();
        try (GraphRunner before =
                        backend.open(exposing(source, dequantized.keySet()), RunOptions.DEFAULT);
                GraphRunner after =
                        backend.open(
                                exposing(quantized, dequantized.values()), RunOptions.DEFAULT)) {
            while (batches.hasNext() && (elements[0] < MOST_ELEMENTS || rows < LEAST_ROWS)) {
                if (Thread.interrupted()) {
                    throw new QuantizationCancelledException(
                            Problem.of("the evaluation was interrupted"));
                }
                Map<String, Tensor> feeds = batches.next();
                rows += rows(feeds);
                Map<String, Tensor> expected = before.run(feeds);
                Map<String, Tensor> actual = after.run(feeds);
                dequantized.forEach(
                        (value, name) -> {
                            Tensor was =
                                    source.isInput(value) ? feeds.get(value) : expected.get(value);
                            Tensor is = actual.get(name);
                            elements[0] += is.elementCount();
                            // A rewrite may have widened the value under its old name.
                            if (was.shape().equals(is.shape())) {
                                comparisons
                                        .computeIfAbsent(value, OutputComparison::new)
                                        .add(was, is);
                                ranges.computeIfAbsent(value, this::range).add(was);
                            } else {
                                others.add(value);
                            }
                        });
            }
        }
        comparisons.keySet().removeAll(others);
        Map<String, Double> sqnr = new HashMap<>();
        comparisons.forEach((value, comparison) -> sqnr.put(value, comparison.result().sqnr()));
        List<LayerError> layers =
                sqnr.keySet().stream()
                        .map(
                                value ->
                                        layer(
                                                value,
                                                sqnr,
                                                comparisons.get(value).result().cosine(),
                                                ranges.get(value)))
                        .sorted(
                                Comparator.comparingDouble(LayerError::drop)
                                        .reversed()
                                        .thenComparing(LayerError::value))
                        .toList();
        return new Seen(layers, rows);
    }

    private static long rows(Map<String, Tensor> feeds) {
        return feeds.values().stream()
                .mapToLong(tensor -> tensor.shape().rank() == 0 ? 1 : tensor.shape().size(0))
                .findFirst()
                .orElse(0);
    }

    /** Float values that both graphs know, with the name of their dequantized form. */
    private Map<String, String> dequantizedBySource() {
        Set<String> known = new HashSet<>();
        source.inputs().forEach(input -> known.add(input.name()));
        source.nodes().forEach(node -> known.addAll(node.outputs()));
        Map<String, String> found = new LinkedHashMap<>(bySource);
        found.keySet().retainAll(known);
        for (Node node : quantized.nodes()) {
            if (backend.catalog().role(node) == Role.DEQUANTIZE) {
                quantized
                        .producer(node.input(0))
                        .filter(maker -> backend.catalog().role(maker) == Role.QUANTIZE)
                        .map(maker -> maker.input(0))
                        .filter(known::contains)
                        .ifPresent(value -> found.putIfAbsent(value, node.output()));
            }
        }
        return found;
    }

    /** What layers yield, in graphs that hold no dequantized form of it. */
    private Map<String, String> layersOfBoth() {
        Map<String, String> found = new LinkedHashMap<>();
        for (Node node : source.nodes()) {
            boolean layer =
                    switch (backend.catalog().role(node)) {
                        case CONVOLUTION, LINEAR, MATRIX_PRODUCT, RECURRENT -> true;
                        default -> looksUpFloats(node);
                    };
            for (String value : node.outputs()) {
                if (layer && !value.isEmpty() && quantized.producer(value).isPresent()) {
                    found.put(value, value);
                }
            }
        }
        return found;
    }

    private boolean looksUpFloats(Node node) {
        OpSpec spec = backend.catalog().spec(node);
        return spec.input(node, Port.INDICES).isPresent()
                && spec.input(node, Port.DATA)
                        .flatMap(source::constant)
                        .filter(table -> table.dataType().isFloatingPoint())
                        .isPresent();
    }

    /** A graph whose outputs are inner values; its own outputs where inputs alone are wanted. */
    private static Graph exposing(Graph graph, Collection<String> values) {
        List<Value> exposed =
                values.stream()
                        .distinct()
                        .filter(value -> !graph.isInput(value))
                        .map(value -> new Value(value, floats(graph.type(value))))
                        .toList();
        return exposed.isEmpty() ? graph : graph.edit().outputs(old -> exposed).build();
    }

    private static ValueType floats(ValueType type) {
        return type instanceof ValueType.TensorType
                ? type
                : new ValueType.TensorType(io.github.djlquant.graph.DataType.FLOAT, null);
    }

    private ValueRange range(String value) {
        Node quantize =
                quantized.consumers(value).stream()
                        .filter(node -> backend.catalog().role(node) == Role.QUANTIZE)
                        .findFirst()
                        .orElse(null);
        return quantize != null || plan.isEmpty()
                ? ValueRange.of(quantized, quantize)
                : ValueRange.of(plan.get().range(value));
    }

    private LayerError layer(
            String value, Map<String, Double> sqnr, double cosine, ValueRange range) {
        double inputs = ancestors(value, sqnr);
        Optional<Node> maker = source.producer(value);
        return new LayerError(
                value,
                maker.map(Node::name).orElse("input"),
                maker.map(node -> source.nodes().indexOf(node)).orElse(-1),
                sqnr.get(value),
                inputs - sqnr.get(value),
                cosine,
                range.use(),
                range.outlier());
    }

    /**
     * The worst of the nearest measured values that a value is made from; a rounded input starts
     * with what 8 bits can do at best.
     */
    private double ancestors(String value, Map<String, Double> sqnr) {
        double worst = 8 * 20 * Math.log10(2);
        Set<String> seen = new HashSet<>();
        java.util.ArrayDeque<String> open = new java.util.ArrayDeque<>();
        open.add(value);
        while (!open.isEmpty()) {
            for (String read : source.producer(open.remove()).map(Node::inputs).orElse(List.of())) {
                if (sqnr.containsKey(read)) {
                    worst = Math.min(worst, sqnr.get(read));
                } else if (seen.add(read)) {
                    open.add(read);
                }
            }
        }
        return worst;
    }
}
