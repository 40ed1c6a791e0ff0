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
package io.github.djlquant.transform;

import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Runs a graph before and after transforms that must not change it, on real batches in the engine,
 * and names the guilty one if they differ.
 */
public final class EquivalenceCheck {

    /** Rounding of folded weights stays orders of magnitude below. */
    public static final double DEFAULT_TOLERANCE = 1e-3;

    private final Backend backend;
    private final Supplier<List<Map<String, Tensor>>> source;
    private final double tolerance;
    private List<Map<String, Tensor>> batches;
    private Duration took = Duration.ZERO;

    /** The last graph that passed: the next phase starts from it, and need not run it again. */
    private Graph proven;

    private List<Map<String, Tensor>> provenOutputs;

    /**
     * Creates a check.
     *
     * @param backend the engine
     * @param batches gives a few real batches, a tensor for each of the graph's inputs; asked when
     *     there is something to prove
     * @param tolerance the largest difference of an output element, relative to the largest element
     *     of that output
     */
    public EquivalenceCheck(
            Backend backend, Supplier<List<Map<String, Tensor>>> batches, double tolerance) {
        this.backend = Objects.requireNonNull(backend, "backend");
        this.source = Objects.requireNonNull(batches, "batches");
        this.tolerance = tolerance;
    }

    /**
     * One transform's work.
     *
     * @param transform what ran
     * @param before the graph that it got
     * @param after the graph that it made
     */
    record Step(BlockTransform transform, Graph before, Graph after) {}

    /**
     * Returns the time spent on proofs so far, which are part of verification wherever they happen.
     *
     * @return the sum over all proofs
     */
    public Duration took() {
        return took;
    }

    void verify(List<Step> steps) {
        long start = System.nanoTime();
        try {
            if (batches == null) {
                batches = List.copyOf(source.get());
            }
            prove(steps);
        } finally {
            took = took.plusNanos(System.nanoTime() - start);
        }
    }

    /** Compares the first graph with the last; on a mismatch bisects to the first bad step. */
    private void prove(List<Step> steps) {
        Graph first = steps.get(0).before();
        List<Map<String, Tensor>> expected = first == proven ? provenOutputs : run(first);
        int good = -1;
        int bad = steps.size() - 1;
        List<Map<String, Tensor>> actual = runs(steps.get(bad).after());
        if (error(expected, actual) <= tolerance) {
            proven = steps.get(bad).after();
            provenOutputs = actual;
            return;
        }
        requireSameAnswers(first, expected);
        while (bad - good > 1) {
            int middle = (good + bad) / 2;
            if (error(expected, runs(steps.get(middle).after())) <= tolerance) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        Step guilty = steps.get(bad);
        double error = error(run(guilty.before()), runWhatIsMade(guilty));
        throw new BrokenTransformException(
                guilty.transform().name(), error, firstDifference(guilty));
    }

    /** A model that draws random numbers would put the blame on any transform. */
    private void requireSameAnswers(Graph graph, List<Map<String, Tensor>> answers) {
        double error = error(answers, run(graph));
        if (!(error <= tolerance)) {
            throw new UnsupportedModelException(
                    Problem.of(
                                    "the model answers otherwise each time that it runs on the same data")
                            .expected("equal answers")
                            .actual(
                                    String.format(
                                            Locale.ROOT, "a relative difference of %.3g", error))
                            .next(
                                    "Make its random numbers inputs, or export it without them:"
                                            + " no comparison with it says anything"));
        }
    }

    /** A graph that the engine refuses has no outputs, which differs from all. */
    private List<Map<String, Tensor>> runs(Graph graph) {
        try {
            return run(graph);
        } catch (QuantizationCancelledException e) {
            throw e;
        } catch (QuantizationException e) {
            return batches.stream().map(batch -> Map.<String, Tensor>of()).toList();
        }
    }

    private List<Map<String, Tensor>> runWhatIsMade(Step guilty) {
        try {
            return run(guilty.after());
        } catch (QuantizationCancelledException e) {
            throw e;
        } catch (QuantizationException e) {
            throw new BrokenTransformException(guilty.transform().name(), e);
        }
    }

    /** Exposes every value that both graphs have; graph order makes the first one the cause. */
    private String firstDifference(Step step) {
        List<Value> common = new ArrayList<>();
        for (Node node : step.after().nodes()) {
            for (String output : node.outputs()) {
                if (step.before().producer(output).isPresent()
                        && !step.after().isOutput(output)
                        && step.after().type(output) instanceof ValueType.TensorType type
                        && type.dataType() == DataType.FLOAT) {
                    common.add(new Value(output, type));
                }
            }
        }
        List<Map<String, Tensor>> before = run(exposing(step.before(), common));
        List<Map<String, Tensor>> after = run(exposing(step.after(), common));
        for (Node node : step.after().nodes()) {
            for (String output : node.outputs()) {
                for (int i = 0; i < before.size(); i++) {
                    Tensor expected = before.get(i).get(output);
                    Tensor actual = after.get(i).get(output);
                    if (expected != null && actual != null && error(expected, actual) > tolerance) {
                        return output;
                    }
                }
            }
        }
        return null;
    }

    private static Graph exposing(Graph graph, List<Value> values) {
        return graph.edit()
                .outputs(
                        outputs -> {
                            List<Value> all = new ArrayList<>(outputs);
                            all.addAll(values);
                            return all;
                        })
                .build();
    }

    private List<Map<String, Tensor>> run(Graph graph) {
        try (GraphRunner runner = backend.open(graph, RunOptions.DEFAULT)) {
            return batches.stream().map(runner::run).toList();
        }
    }

    /**
     * Compares outputs.
     *
     * @param expected the outputs of each batch by name
     * @param actual what should equal them
     * @return the largest difference of an element, relative to the largest finite element of its
     *     output; infinite where outputs are missing or have other shapes or types
     */
    public static double error(
            List<Map<String, Tensor>> expected, List<Map<String, Tensor>> actual) {
        double error = 0;
        for (int i = 0; i < expected.size(); i++) {
            for (Map.Entry<String, Tensor> output : expected.get(i).entrySet()) {
                Tensor other = actual.get(i).get(output.getKey());
                error =
                        Math.max(
                                error,
                                other == null
                                        ? Double.POSITIVE_INFINITY
                                        : error(output.getValue(), other));
            }
        }
        return error;
    }

    /** The largest difference relative to the largest expected element; NaN only equals NaN. */
    private static double error(Tensor expected, Tensor actual) {
        if (!expected.shape().equals(actual.shape()) || expected.dataType() != actual.dataType()) {
            return Double.POSITIVE_INFINITY;
        }
        if (expected.dataType() == DataType.STRING) {
            return 0;
        }
        double[] extremes = new double[2];
        float[] other = actual.toFloats();
        expected.forEach(
                (index, value) -> {
                    double found = other[(int) index];
                    double difference = Math.abs(value - found);
                    boolean same = (float) value == (float) found;
                    if (same || Double.isNaN(value) && Double.isNaN(found)) {
                        difference = 0;
                    } else if (Double.isNaN(difference)) {
                        difference = Double.POSITIVE_INFINITY;
                    }
                    extremes[0] = Math.max(extremes[0], difference);
                    if (Double.isFinite(value)) {
                        extremes[1] = Math.max(extremes[1], Math.abs(value));
                    }
                });
        return extremes[0] == 0 ? 0 : extremes[0] / Math.max(extremes[1], Float.MIN_NORMAL);
    }
}
