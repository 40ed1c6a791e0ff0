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

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import io.github.djlquant.CalibrationException;
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
import io.github.djlquant.trace.record.BlockName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves that a graph answers as its Block: what is measured later is measured against the graph,
 * and would not see what the trace, or the way to a file, has lost. The Block runs for inference,
 * in its own engine: on extents that were not traced, and where an open extent is 1, as the batch
 * of every {@code predict} is, on that too if the Block takes it.
 *
 * <p>The proof is finite. A course that turns at an extent beyond all that were tried ({@code
 * size(0) > 50}) is not found.
 */
public final class TraceProof {

    /** What rounding in another order of sums may make of float results. */
    public static final double TOLERANCE = 1e-4;

    private static final Logger LOGGER = LoggerFactory.getLogger(TraceProof.class);

    private static final String OTHER =
            "Does the Block compute otherwise for some extents? Then fix these in the inputs'"
                    + " shapes, and make one graph for each";

    private static final String OTHER_AT_ONE =
            "Does the Block treat the extent 1 otherwise? Then fix this extent in the inputs'"
                    + " shapes, and make one graph for each";

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
            written(graph, backend, file -> require(block, graph, backend, file, List.of()));
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
        TracedInputs inputs = TracedInputs.of(graph, told);
        try (GraphRunner runner = backend.open(file, RunOptions.DEFAULT)) {
            double difference = compare(block, graph, runner, inputs, Set.of()).total();
            if (!(difference <= TOLERANCE)) {
                throw refusal(
                        block,
                        "",
                        difference,
                        "Does the Block keep a state from pass to pass? Then make it an input and"
                                + " an output. "
                                + OTHER);
            }
            inputs.ones().forEach(ones -> requireAtOne(block, graph, runner, inputs, ones));
            return difference;
        }
    }

    /** Shapes without an axis of extent 1 are told, since the elements are what was asked for. */
    private static void requireAtOne(
            Block block, Graph graph, GraphRunner runner, TracedInputs inputs, Set<String> ones) {
        Difference difference;
        try {
            difference = compare(block, graph, runner, inputs, ones);
        } catch (RefusedInputException e) {
            tellRefused(ones, e);
            return;
        } catch (FailedGraphException e) {
            requireSameCourse(block, inputs, ones);
            throw e;
        }
        String extents = String.join(", ", new TreeSet<>(ones));
        if (!(difference.elements() <= TOLERANCE)) {
            requireSameCourse(block, inputs, ones);
            throw refusal(block, where(ones), difference.elements(), OTHER_AT_ONE);
        }
        if (!difference.shapes().isEmpty()) {
            LOGGER.warn(
                    "{}: where the extent {} is 1, the graph returns the same elements in another"
                            + " shape than the block: {}",
                    BlockName.of(block),
                    extents,
                    String.join("; ", difference.shapes()));
        }
    }

    private static void tellRefused(Set<String> ones, RefusedInputException e) {
        LOGGER.debug("The block takes no extent of 1 for {}: {}", ones, e.getMessage());
    }

    /** Names the path of the first call that differs, if one does. */
    private static void requireSameCourse(Block block, TracedInputs inputs, Set<String> ones) {
        if (!(block instanceof GraphBlock)) {
            BlockTracer.requireSameCourse(block, inputs, ones);
        }
    }

    private static String where(Set<String> ones) {
        return ones.isEmpty()
                ? ""
                : " where the extent " + String.join(", ", new TreeSet<>(ones)) + " is 1";
    }

    private static TraceException refusal(
            Block block, String where, double difference, String next) {
        return new TraceException(
                Problem.of("the traced graph answers otherwise than the Block" + where)
                        .at(BlockName.of(block))
                        .expected(
                                "a relative difference of at most "
                                        + String.format(Locale.ROOT, "%.0e", TOLERANCE))
                        .actual(String.format(Locale.ROOT, "%.1e", difference))
                        .next(next));
    }

    /**
     * Compares a graph with a Block, on random inputs of other extents than those traced, and where
     * open extents are 1 if the Block takes that.
     *
     * @param block the Block, which stays as it is
     * @param graph what should answer as it does, in the dialect of the engine
     * @param backend the engine that is to run the graph
     * @param told what the Block takes, where the graph does not say so
     * @return the largest difference relative to the largest value of an output; NaN or infinite
     *     where values or shapes are not to be compared
     * @throws TraceException if the graph fails on what the Block computes
     */
    public static double difference(
            Block block, Graph graph, Backend backend, List<TraceInput> told) {
        return written(
                graph,
                backend,
                file -> {
                    try (GraphRunner runner = backend.open(file, RunOptions.DEFAULT)) {
                        TracedInputs inputs = TracedInputs.of(graph, told);
                        double worst = compare(block, graph, runner, inputs, Set.of()).total();
                        for (Set<String> ones : inputs.ones()) {
                            worst = Math.max(worst, atOne(block, graph, runner, inputs, ones));
                        }
                        return worst;
                    }
                });
    }

    private static double atOne(
            Block block, Graph graph, GraphRunner runner, TracedInputs inputs, Set<String> ones) {
        try {
            return compare(block, graph, runner, inputs, ones).elements();
        } catch (RefusedInputException e) {
            tellRefused(ones, e);
            return 0;
        }
    }

    private static double written(Graph graph, Backend backend, ToDoubleFunction<Path> proof) {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path file = folder.path().resolve("trace" + backend.fileExtension());
            backend.runtimeVersion();
            backend.write(graph, backend.target(Target.Name.ANY), file);
            return proof.applyAsDouble(file);
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("temporary files can't be written or deleted").actual(e), e);
        }
    }

    /** The Block itself does not take an input. */
    private static final class RefusedInputException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RefusedInputException(RuntimeException cause) {
            super(cause);
        }
    }

    /** The graph fails on what the Block computes. */
    private static final class FailedGraphException extends TraceException {
        private static final long serialVersionUID = 1L;

        FailedGraphException(Block block, Set<String> ones, RuntimeException cause) {
            super(
                    Problem.of("the graph fails" + where(ones) + ", and the Block does not")
                            .at(BlockName.of(block))
                            .actual(cause.getMessage())
                            .next(ones.isEmpty() ? OTHER : OTHER_AT_ONE),
                    cause);
        }
    }

    /**
     * How far two answers are apart.
     *
     * @param elements relative to the largest value of an output; infinite if there are not as many
     * @param shapes of outputs that have other ones, as text
     */
    private record Difference(double elements, List<String> shapes) {
        double total() {
            return shapes.isEmpty() ? elements : Double.POSITIVE_INFINITY;
        }
    }

    private static Difference compare(
            Block block, Graph graph, GraphRunner runner, TracedInputs inputs, Set<String> ones) {
        Map<String, Tensor> feeds = new LinkedHashMap<>();
        List<Tensor> expected = new ArrayList<>();
        try (NDManager manager = TracedInputs.manager(block)) {
            NDList arrays = inputs.arrays(manager, TracedInputs.PROOF, ones);
            for (int i = 0; i < arrays.size(); i++) {
                feeds.put(graph.inputs().get(i).name(), ArrayTensors.copyOf(arrays.get(i)));
            }
            forward(block, manager, arrays, !ones.isEmpty())
                    .forEach(output -> expected.add(ArrayTensors.copyOf(output)));
        }
        Map<String, Tensor> made = run(block, runner, feeds, ones);
        if (expected.size() != graph.outputs().size()) {
            return new Difference(Double.POSITIVE_INFINITY, List.of());
        }
        double worst = 0;
        List<String> shapes = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            Value output = graph.outputs().get(i);
            Tensor right = expected.get(i);
            Tensor found = made.get(output.name());
            if (!right.shape().equals(found.shape())) {
                shapes.add(output.name() + " " + found.shape() + ", not " + right.shape());
            }
            worst = Math.max(worst, difference(right.toFloats(), found.toFloats()));
        }
        return new Difference(worst, shapes);
    }

    private static Map<String, Tensor> run(
            Block block, GraphRunner runner, Map<String, Tensor> feeds, Set<String> ones) {
        try {
            return runner.run(feeds);
        } catch (CalibrationException e) {
            throw new FailedGraphException(block, ones, e);
        }
    }

    private static NDList forward(
            Block block, NDManager manager, NDList arrays, boolean mayRefuse) {
        try {
            return block.forward(new ParameterStore(manager, false), arrays, false, null);
        } catch (RuntimeException e) {
            throw mayRefuse ? new RefusedInputException(e) : e;
        }
    }

    /** The largest difference over the largest value; NaN where only one side has one. */
    private static double difference(float[] right, float[] found) {
        if (right.length != found.length) {
            return Double.POSITIVE_INFINITY;
        }
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
