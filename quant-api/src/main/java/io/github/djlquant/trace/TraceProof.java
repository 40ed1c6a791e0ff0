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
package io.github.djlquant.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Proves that a traced graph answers as its Block: what is measured later is measured against the
 * graph, and would not see what the trace has lost. The Block runs for inference, in its own
 * engine.
 */
public final class TraceProof {

    /** What rounding in another order of sums may make of float results. */
    private static final double TOLERANCE = 1e-4;

    private TraceProof() {}

    /**
     * Requires equal answers.
     *
     * @param block the Block, which stays as it is
     * @param graph its trace, in the dialect of the engine
     * @param backend the engine that is to run it
     * @return the graph
     * @throws TraceException if the outputs differ by more than 1e-4 of their largest value
     */
    public static Graph require(Block block, Graph graph, Backend backend) {
        if (block instanceof GraphBlock) {
            return graph;
        }
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path file = folder.path().resolve("trace" + backend.fileExtension());
            backend.runtimeVersion();
            backend.write(graph, backend.target(Target.Name.ANY), file);
            require(block, graph, backend, file);
            return graph;
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("temporary files can't be written or deleted").actual(e), e);
        }
    }

    /**
     * Requires equal answers of a file.
     *
     * @param block the Block, which stays as it is
     * @param graph its trace, in the dialect of the engine
     * @param backend the engine that is to run it
     * @param file the graph, written by the backend
     * @throws TraceException as for {@link #require(Block, Graph, Backend)}
     */
    public static void require(Block block, Graph graph, Backend backend, Path file) {
        if (block instanceof GraphBlock) {
            return;
        }
        double difference = difference(block, inputs(graph), backend, graph, file);
        if (!(difference <= TOLERANCE)) {
            throw new TraceException(
                    Problem.of("the traced graph answers otherwise than the Block")
                            .at(block.getClass().getSimpleName())
                            .expected(
                                    "a relative difference of at most "
                                            + String.format(Locale.ROOT, "%.0e", TOLERANCE))
                            .actual(String.format(Locale.ROOT, "%.1e", difference))
                            .next(
                                    "Does the Block keep a state from pass to pass? Then make it"
                                            + " an input and an output"));
        }
    }

    /** As they were traced: axis names are those of open extents. */
    static List<TraceInput> inputs(Graph graph) {
        return graph.inputs().stream().map(TraceProof::input).toList();
    }

    private static TraceInput input(Value value) {
        ValueType.TensorType type = (ValueType.TensorType) value.type();
        List<String> names = new ArrayList<>();
        List<Dimension> dimensions = type.shape().dimensions();
        for (int axis = 0; axis < dimensions.size(); axis++) {
            names.add(
                    dimensions.get(axis) instanceof Dimension.Symbolic open
                            ? open.name()
                            : "axis" + axis);
        }
        Shape shape = ArrayTensors.shapeOf(type);
        DataType elements = ArrayTensors.elementsOf(type);
        return new TraceInput(value.name(), elements, shape, names);
    }

    /**
     * Compares a file with the Block, on random inputs of other extents than those traced.
     *
     * @return the largest difference relative to the largest value of an output; NaN or infinite
     *     where values or shapes are not to be compared
     */
    static double difference(
            Block block, List<TraceInput> inputs, Backend backend, Graph graph, Path file) {
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        List<Tensor> expected = new ArrayList<>();
        try (NDManager manager = TracedInputs.manager(block)) {
            NDList arrays = new TracedInputs(inputs).arrays(manager, TracedInputs.PROOF);
            for (int i = 0; i < arrays.size(); i++) {
                feeds.put(graph.inputs().get(i).name(), ArrayTensors.copyOf(arrays.get(i)));
            }
            for (NDArray output :
                    block.forward(new ParameterStore(manager, false), arrays, false, null)) {
                expected.add(ArrayTensors.copyOf(output));
            }
        }
        try (GraphRunner runner = backend.open(file, RunOptions.DEFAULT)) {
            Map<String, Tensor> made = runner.run(feeds);
            double worst = 0;
            for (int i = 0; i < expected.size(); i++) {
                Value output = graph.outputs().get(i);
                worst = Math.max(worst, difference(expected.get(i), made.get(output.name())));
            }
            return worst;
        }
    }

    /** The largest difference over the largest value; NaN where only one side has one. */
    private static double difference(Tensor expected, Tensor actual) {
        if (!expected.shape().equals(actual.shape())) {
            return Double.POSITIVE_INFINITY;
        }
        float[] right = expected.toFloats();
        float[] found = actual.toFloats();
        double largest = Float.MIN_NORMAL;
        double difference = 0;
        for (int i = 0; i < right.length; i++) {
            if (Float.compare(right[i], found[i]) != 0) {
                difference = Math.max(difference, Math.abs((double) right[i] - found[i]));
            }
            if (Float.isFinite(right[i])) {
                largest = Math.max(largest, Math.abs(right[i]));
            }
        }
        return difference / largest;
    }
}
