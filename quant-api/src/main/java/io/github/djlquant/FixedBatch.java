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
package io.github.djlquant;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.Port;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A model whose signature takes any batch and whose operators take one size: a Reshape to the batch
 * that it was exported with, an initial state of so many rows. While it is quantized its inputs are
 * declared as what they are; what is written keeps the source's signature.
 *
 * @param rows the size of a batch that it takes
 * @param graph the model with that size in its signature
 * @param promised the first extents that its own signature has, by input
 */
record FixedBatch(int rows, Graph graph, Map<String, Dimension> promised) {

    /** More sizes than these are not tried. */
    private static final int MOST_TRIES = 6;

    /**
     * Tries which batches a model takes, after it refused one.
     *
     * @param backend the model's engine
     * @param source the model
     * @param graph what was read from it
     * @param data the rows that it was given
     * @return empty if it is no matter of the batch, or no size was found
     */
    static Optional<FixedBatch> find(Backend backend, Path source, Graph graph, RunData data) {
        Map<String, Dimension> open = openInputs(graph);
        if (open.isEmpty() || !data.isGiven()) {
            return Optional.empty();
        }
        int usual = FeedSpec.of(graph, data.batchSize(), Long.MAX_VALUE).batchSize();
        try (GraphRunner runner = backend.open(source, new RunOptions(1, false))) {
            List<Integer> taken = new ArrayList<>();
            for (int rows : sizes(graph, backend.catalog(), usual)) {
                Graph declared = declared(graph, open.keySet(), rows);
                if (runs(runner, declared, data)) {
                    taken.add(rows);
                }
                if (taken.size() > 1) {
                    return Optional.empty();
                }
            }
            return taken.stream()
                    .findFirst()
                    .map(rows -> new FixedBatch(rows, declared(graph, open.keySet(), rows), open));
        }
    }

    /** All inputs but those with a default; none if one of them fixes its first extent. */
    static Map<String, Dimension> openInputs(Graph graph) {
        List<Value> inputs =
                graph.inputs().stream()
                        .filter(input -> graph.constant(input.name()).isEmpty())
                        .toList();
        boolean open = inputs.stream().allMatch(input -> first(input).filter(isOpen()).isPresent());
        return open
                ? inputs.stream()
                        .collect(Collectors.toMap(Value::name, input -> first(input).orElseThrow()))
                : Map.of();
    }

    private static Predicate<Dimension> isOpen() {
        return dimension -> !(dimension instanceof Dimension.Fixed);
    }

    private static Optional<Dimension> first(Value input) {
        return input.type() instanceof ValueType.TensorType type
                        && type.shape() != null
                        && type.shape().rank() > 0
                ? Optional.of(type.shape().dimensions().get(0))
                : Optional.empty();
    }

    /** What was given, one row, and what constants of the model tell. */
    private static Set<Integer> sizes(Graph graph, OpCatalog catalog, int usual) {
        Set<Integer> sizes = new LinkedHashSet<>(List.of(usual, 1));
        for (Node node : graph.nodes()) {
            for (String input : node.inputs()) {
                graph.constant(input)
                        .filter(t -> t.dataType() == DataType.INT64 && t.shape().rank() == 1)
                        .filter(t -> t.elementCount() > 1)
                        .map(t -> t.toLongs()[0])
                        .ifPresent(first -> add(sizes, first));
            }
            catalog.spec(node)
                    .input(node, Port.INITIAL_STATE)
                    .flatMap(graph::constant)
                    .map(Tensor::shape)
                    .filter(shape -> shape.rank() == 3)
                    .ifPresent(shape -> add(sizes, shape.size(1)));
        }
        return sizes;
    }

    private static void add(Set<Integer> sizes, long size) {
        if (size > 1 && size <= Short.MAX_VALUE && sizes.size() < MOST_TRIES) {
            sizes.add((int) size);
        }
    }

    private static boolean runs(GraphRunner runner, Graph declared, RunData data) {
        FeedSpec spec = FeedSpec.of(declared, 0, Long.MAX_VALUE);
        try (FeedStream feeds = data.typical().open(spec)) {
            if (!feeds.hasNext()) {
                return false;
            }
            runner.run(feeds.next().tensors());
            return true;
        } catch (CalibrationException e) {
            return false;
        }
    }

    private static Graph declared(Graph graph, Set<String> inputs, long rows) {
        return withFirst(
                graph,
                inputs.stream()
                        .collect(Collectors.toMap(name -> name, n -> new Dimension.Fixed(rows))));
    }

    private static Graph withFirst(Graph graph, Map<String, ? extends Dimension> first) {
        return graph.edit()
                .inputs(old -> old.stream().map(v -> withFirst(v, first.get(v.name()))).toList())
                .build();
    }

    private static Value withFirst(Value input, Dimension first) {
        if (first == null || !(input.type() instanceof ValueType.TensorType type)) {
            return input;
        }
        List<Dimension> dimensions = new ArrayList<>(type.shape().dimensions());
        dimensions.set(0, first);
        return new Value(
                input.name(), new ValueType.TensorType(type.dataType(), new Shape(dimensions)));
    }

    /**
     * Gives what was made of the model the signature of its source again.
     *
     * @param made what is to be written
     * @return the same with open first extents
     */
    Graph restored(Graph made) {
        return withFirst(made, promised);
    }

    /** Tells the user, who may have known it. */
    String warning(CalibrationException refusal) {
        return "of the batches that were tried, the model takes batches of "
                + (rows == 1 ? "1 row" : rows + " rows")
                + " only, whatever its signature says ("
                + refusal.problem().next(null).render()
                + "): it was calibrated and compared in such batches, and so it has to be fed;"
                + " optBatchSize("
                + rows
                + "), or --batch "
                + rows
                + ", says so beforehand";
    }
}
