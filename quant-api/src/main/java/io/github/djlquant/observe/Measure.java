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
package io.github.djlquant.observe;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A statistic of one's own: a few numbers that the engine computes of a value in every batch, and
 * how the numbers of two batches become those of both. So a mean is two sums: of what is meant, and
 * of how often. Two measures of one name and merge are the same.
 *
 * <pre>{@code
 * Measure.of("NegativeElements", Measure.Merge.SUM)
 *     .in(OpType.ONNX, site -> {
 *         String zero = site.constant(Tensor.ofFloat(0));
 *         String negative = site.insert((name, outputs) ->
 *             new Node(name, OpType.onnx("Less"), List.of(site.value(), zero), outputs, Map.of()));
 *         ...
 *     })
 * }</pre>
 *
 * @param name what tells it apart, also in saved tables
 * @param merge how batches merge, element by element
 * @param computations how it is computed, by the dialect of the graph
 */
public record Measure(String name, Merge merge, Map<String, Computation> computations) {

    /** The largest number of elements of a measure. */
    public static final int MOST_ELEMENTS = 65536;

    /** How the numbers of two batches become those of both. */
    public enum Merge {
        /** Their sum, exact. */
        SUM,
        /** The smaller one. */
        MIN,
        /** The larger one. */
        MAX
    }

    /** Adds to a graph what computes the measure. Called once for each value and run. */
    @FunctionalInterface
    public interface Computation {

        /**
         * Adds nodes behind the value.
         *
         * @param site the value, and where nodes go
         * @return the name of the result: at most {@value #MOST_ELEMENTS} finite numbers, as many
         *     in every batch
         */
        String at(MeasureSite site);
    }

    /** Copies the map. */
    public Measure {
        Objects.requireNonNull(merge, "merge");
        computations = Map.copyOf(computations);
        if (name.isBlank()) {
            throw new IllegalArgumentException("a measure needs a name");
        }
    }

    /**
     * Starts a measure that is not computed anywhere yet.
     *
     * @param name what tells it apart, also in saved tables
     * @param merge how batches merge
     * @return a measure that still needs {@link #in}
     */
    public static Measure of(String name, Merge merge) {
        return new Measure(name, merge, Map.of());
    }

    /**
     * Says how it is computed in a dialect.
     *
     * @param dialect the operators' dialect, such as {@link io.github.djlquant.graph.OpType#ONNX}
     * @param computation adds the nodes
     * @return a copy
     */
    public Measure in(String dialect, Computation computation) {
        Map<String, Computation> more = new LinkedHashMap<>(computations);
        more.put(dialect, Objects.requireNonNull(computation, "computation"));
        return new Measure(name, merge, more);
    }

    /**
     * Returns how it is computed.
     *
     * @param dialect the graph's dialect
     * @return adds the nodes
     * @throws UnsupportedModelException if nobody said how in this dialect
     */
    public Computation computation(String dialect) {
        Computation computation = computations.get(dialect);
        if (computation == null) {
            throw new UnsupportedModelException(
                    Problem.of("a measure can't be computed in this engine")
                            .at("measure " + name)
                            .expected("one of the dialects " + computations.keySet())
                            .actual("the dialect \"" + dialect + "\"")
                            .next("Say how by Measure.in, or don't ask for it there"));
        }
        return computation;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Measure that && name.equals(that.name) && merge == that.merge;
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name + " (" + merge + ")";
    }
}
