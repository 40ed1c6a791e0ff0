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
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Proves that a graph answers as its Block: what is measured later is measured against the graph,
 * and would not see what the trace, or the way to a file, has lost. The Block runs for inference,
 * in its own engine.
 */
public final class TraceProof {

    /** What rounding in another order of sums may make of float results. */
    public static final double TOLERANCE = 1e-4;

    private TraceProof() {}

    /**
     * Requires equal answers of a trace. A {@link GraphBlock} is not traced, and proves nothing.
     *
     * @param block the Block, which stays as it is
     * @param graph its trace, in the dialect of the engine
     * @param backend the engine that is to run it
     * @return the graph
     * @throws TraceException if the outputs differ by more than {@link #TOLERANCE} of their largest
     *     value
     */
    public static Graph require(Block block, Graph graph, Backend backend) {
        if (!(block instanceof GraphBlock)) {
            judge(block, difference(block, graph, backend, List.of()));
        }
        return graph;
    }

    /**
     * Requires equal answers of a written file.
     *
     * @param block the Block, which stays as it is
     * @param graph what the file holds, in the dialect of the engine
     * @param backend the engine that is to run it
     * @param file the graph, written by the backend
     * @param told what the Block takes, where the graph does not say so
     * @return the largest difference, relative to the largest value of an output
     * @throws TraceException as for {@link #require(Block, Graph, Backend)}
     */
    public static double require(
            Block block, Graph graph, Backend backend, Path file, List<TraceInput> told) {
        return judge(block, difference(block, graph, backend, file, told));
    }

    private static double judge(Block block, double difference) {
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
        return difference;
    }

    /**
     * Compares a graph with a Block, on random inputs of other extents than those traced.
     *
     * @param block the Block, which stays as it is
     * @param graph what should answer as it does, in the dialect of the engine
     * @param backend the engine that is to run the graph
     * @param told what the Block takes, where the graph does not say so
     * @return the largest difference relative to the largest value of an output; NaN or infinite
     *     where values or shapes are not to be compared
     */
    public static double difference(
            Block block, Graph graph, Backend backend, List<TraceInput> told) {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path file = folder.path().resolve("trace" + backend.fileExtension());
            backend.runtimeVersion();
            backend.write(graph, backend.target(Target.Name.ANY), file);
            return difference(block, graph, backend, file, told);
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("temporary files can't be written or deleted").actual(e), e);
        }
    }

    private static double difference(
            Block block, Graph graph, Backend backend, Path file, List<TraceInput> told) {
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        List<Tensor> expected = new ArrayList<>();
        try (NDManager manager = TracedInputs.manager(block)) {
            NDList arrays = TracedInputs.of(graph, told).arrays(manager, TracedInputs.PROOF);
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
