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
package io.github.djlquant.calibrate;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a graph wants to be fed with.
 *
 * @param inputs the graph's inputs
 * @param batchSize the largest number of rows in a batch, positive
 * @param samples the largest number of rows in all, positive
 * @param knownNames true if whoever made the data can know the inputs' names; TorchScript has the
 *     names of its source's variables, which nobody sees
 */
public record FeedSpec(List<Value> inputs, int batchSize, long samples, boolean knownNames) {

    /** As much as fits a buffer of floats; a batch is held in memory several times. */
    private static final long MAX_ELEMENTS = 1L << 28;

    /** Up to so many rows go in company where nobody chose. */
    private static final int ROWS = 16;

    /**
     * Input elements of a batch that nobody chose, two thirds of a colour image of 224 x 224: from
     * there on each row keeps the engine's threads busy by itself, and activations of several rows
     * no longer fit the processor's cache.
     */
    private static final long BATCH_ELEMENTS = 100_000;

    /** Copies the list; refuses batches and data without rows. */
    public FeedSpec {
        inputs = List.copyOf(inputs);
        if (batchSize < 1 || samples < 1) {
            throw new IllegalArgumentException(
                    samples + " samples in batches of " + batchSize + " rows");
        }
    }

    /**
     * Describes inputs whose names are known.
     *
     * @param inputs the graph's inputs
     * @param batchSize the largest number of rows in a batch, positive
     * @param samples the largest number of rows in all, positive
     */
    public FeedSpec(List<Value> inputs, int batchSize, long samples) {
        this(inputs, batchSize, samples, true);
    }

    /**
     * Describes the inputs of a graph. Inputs that have a constant as their default are left to it.
     *
     * @param graph the graph
     * @param batchSize the largest number of rows in a batch; 0 for 16 rows, fewer if they are
     *     large; where the graph fixes the first dimension, that counts instead
     * @param samples the largest number of rows in all
     * @return the description
     * @throws UnsupportedModelException if an input has no elements, or a single batch of it more
     *     than can be fed
     */
    public static FeedSpec of(Graph graph, int batchSize, long samples) {
        return of(null, graph, batchSize, samples);
    }

    /**
     * Describes the inputs of a graph, as {@link #of(Graph, int, long)} does.
     *
     * @param model the file that the graph was read from, named in errors; may be null
     * @param graph the graph
     * @param batchSize the largest number of rows in a batch
     * @param samples the largest number of rows in all
     * @return the description
     * @throws UnsupportedModelException if an input has no elements, or a single batch of it more
     *     than can be fed
     */
    public static FeedSpec of(Path model, Graph graph, int batchSize, long samples) {
        List<Value> inputs =
                graph.inputs().stream()
                        .filter(input -> graph.constant(input.name()).isEmpty())
                        .toList();
        inputs.forEach(input -> requireFeedable(input, model));
        boolean knownNames = !graph.opsets().containsKey(OpType.ATEN);
        int rows = batchSize == 0 ? rowsPerBatch(graph) : batchSize;
        FeedSpec spec = new FeedSpec(inputs, rows, samples, knownNames);
        return spec.fixedRows() > 0
                ? new FeedSpec(
                        inputs, (int) Math.min(spec.fixedRows(), 1 << 20), samples, knownNames)
                : spec;
    }

    /** Where nobody chose: up to 16 rows, fewer if they are large. */
    static int rowsPerBatch(Graph graph) {
        long most = 1;
        for (Value input : graph.inputs()) {
            Shape shape = shape(input);
            if (shape != null && shape.rank() > 0 && graph.constant(input.name()).isEmpty()) {
                long row = 1;
                for (Dimension dimension : shape.dimensions().subList(1, shape.rank())) {
                    if (dimension instanceof Dimension.Fixed fixed && row < BATCH_ELEMENTS) {
                        row *= Math.max(1, fixed.size());
                    }
                }
                most = Math.max(most, row);
            }
        }
        return (int) Math.max(1, Math.min(ROWS, BATCH_ELEMENTS / most));
    }

    /**
     * Returns the number of rows that every batch must have.
     *
     * @return the first dimension that all inputs fix; 0 if they leave it open or differ
     */
    public long fixedRows() {
        long[] rows =
                inputs.stream()
                        .mapToLong(
                                input -> {
                                    Shape shape = shape(input);
                                    return shape == null || shape.rank() == 0 ? -1 : shape.size(0);
                                })
                        .distinct()
                        .toArray();
        return rows.length == 1 && rows[0] > 0 ? rows[0] : 0;
    }

    private static void requireFeedable(Value input, Path model) {
        Shape shape = shape(input);
        if (shape == null) {
            return;
        }
        long elements = 1;
        for (Dimension dimension : shape.dimensions()) {
            if (dimension instanceof Dimension.Fixed fixed) {
                boolean tooMany = fixed.size() > 0 && elements > MAX_ELEMENTS / fixed.size();
                elements = tooMany ? MAX_ELEMENTS + 1 : elements * fixed.size();
            }
        }
        if (elements < 1 || elements > MAX_ELEMENTS) {
            throw new UnsupportedModelException(
                    Problem.of("an input of this shape can't be fed")
                            .in(model)
                            .at("input " + input.name())
                            .expected("1 to " + MAX_ELEMENTS + " elements in a batch")
                            .actual(input.type())
                            .next("Export the model with a smaller or an open batch"));
        }
    }

    static Shape shape(Value input) {
        return input.type() instanceof ValueType.TensorType tensor ? tensor.shape() : null;
    }

    /** The inputs as text, for messages. */
    String describe() {
        return inputs.stream()
                .map(input -> input.name() + " " + input.type())
                .collect(Collectors.joining(", "));
    }
}
