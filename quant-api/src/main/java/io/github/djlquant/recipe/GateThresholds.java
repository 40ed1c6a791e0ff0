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
package io.github.djlquant.recipe;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a quantized model must reach before it is handed over.
 *
 * <p>What the defaults for text and boxes stand for was measured on models that were trained: as
 * int8, and with the weights of all layers rounded to fewer bits, one scale for each tensor.
 *
 * <pre>
 *                                 int8   6 bits  5 bits  4 bits  3 bits  2 bits
 *   divergence, a text decoder    0.013  0.013   0.034   0.145   0.200   0.962
 *   detections, a box detector    0.993  0.977   0.985   0.928   0.618   0
 * </pre>
 *
 * <p>So 0.1 lies between 5 and 4 bits, and 0.85 between 4 and 3.
 *
 * @param maxFlips the largest share of changed top-1 answers, where outputs are class scores
 * @param minCosine the least mean output cosine on unlabelled data
 * @param maxDrop the largest drop of the labelled metric, as a fraction, that the confidence
 *     interval may lie above
 * @param maxSliceDrop the largest drop of any slice of labelled data, as a fraction, where chance
 *     does not explain that the slice fell at all; 1 to judge no slice
 * @param minSqnr the least signal to quantization noise ratio of any output in dB; empty to judge
 *     none
 * @param minSpeedup how many times faster than the source the model must be; refused if the whole
 *     interval lies below; empty to warn only
 * @param required limits with a default that refuse a model where they could not be measured, such
 *     as the drop for lack of labels; those that have none refuse it anyway
 * @param maxDivergence how often generated text may part, of the tokens chosen after the same ones
 * @param minDetections the least agreement of what two detectors find, where nobody says what is
 *     right
 */
public record GateThresholds(
        double maxFlips,
        double minCosine,
        double maxDrop,
        double maxSliceDrop,
        Optional<Double> minSqnr,
        Optional<Double> minSpeedup,
        Set<Limit> required,
        double maxDivergence,
        double minDetections) {

    /** A limit that has a default. */
    public enum Limit {
        /** {@link GateThresholds#maxFlips}. */
        FLIPS,
        /** {@link GateThresholds#minCosine}. */
        COSINE,
        /** {@link GateThresholds#maxDrop}. */
        DROP,
        /** {@link GateThresholds#maxDivergence}. */
        DIVERGENCE,
        /** {@link GateThresholds#minDetections}. */
        DETECTIONS,
        /** {@link GateThresholds#maxSliceDrop}. */
        SLICE_DROP;

        /**
         * Returns the name that recipes and command lines use.
         *
         * @return such as {@code slice-drop}
         */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final double SLICE_DROP = 0.05;
    private static final double DIVERGENCE = 0.1;
    private static final double DETECTIONS = 0.85;

    /**
     * 5 % flips, cosine 0.98, 1 point and 5 of any slice; 10 % other tokens, and detections that
     * agree by 0.85.
     */
    public static final GateThresholds DEFAULT = new GateThresholds(0.05, 0.98, 0.01);

    /**
     * Sets the limits that most models are judged by; the others keep their defaults.
     *
     * @param maxFlips the largest share of changed top-1 answers
     * @param minCosine the least mean output cosine
     * @param maxDrop the largest drop of the labelled metric, as a fraction
     */
    public GateThresholds(double maxFlips, double minCosine, double maxDrop) {
        this(
                maxFlips,
                minCosine,
                maxDrop,
                SLICE_DROP,
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                DIVERGENCE,
                DETECTIONS);
    }

    /**
     * Insists on the drop.
     *
     * @return thresholds that refuse a model whose drop was not measured
     */
    public GateThresholds requiringDrop() {
        return requiring(Set.of(Limit.DROP));
    }

    /**
     * Insists on limits.
     *
     * @param limits what has to be measured, besides what is required already
     * @return thresholds that refuse a model of which one of them was not measured
     */
    public GateThresholds requiring(Set<Limit> limits) {
        Set<Limit> all = EnumSet.noneOf(Limit.class);
        all.addAll(required);
        all.addAll(limits);
        return with(changed -> changed.required = all);
    }

    /**
     * Sets how far a slice may fall.
     *
     * @param most the largest drop of a slice, as a fraction; 1 to judge none
     * @return thresholds with it
     */
    public GateThresholds withMaxSliceDrop(double most) {
        return with(changed -> changed.maxSliceDrop = most);
    }

    /**
     * Sets how little noise outputs must have.
     *
     * @param least the least SQNR of any output in dB
     * @return thresholds with it
     */
    public GateThresholds withMinSqnr(double least) {
        return with(changed -> changed.minSqnr = Optional.of(least));
    }

    /**
     * Sets how fast the model must be.
     *
     * @param least how many times faster than the source
     * @return thresholds with it
     */
    public GateThresholds withMinSpeedup(double least) {
        return with(changed -> changed.minSpeedup = Optional.of(least));
    }

    /**
     * Sets how often generated text may part.
     *
     * @param most the largest share of other tokens, of those chosen after the same ones
     * @return thresholds with it
     */
    public GateThresholds withMaxDivergence(double most) {
        return with(changed -> changed.maxDivergence = most);
    }

    /**
     * Sets how far two detectors must agree.
     *
     * @param least the least agreement
     * @return thresholds with it
     */
    public GateThresholds withMinDetections(double least) {
        return with(changed -> changed.minDetections = least);
    }

    private GateThresholds with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** The components while some of them change. */
    private static final class Draft {

        private final GateThresholds base;
        private double maxSliceDrop;
        private Optional<Double> minSqnr;
        private Optional<Double> minSpeedup;
        private Set<Limit> required;
        private double maxDivergence;
        private double minDetections;

        Draft(GateThresholds base) {
            this.base = base;
            maxSliceDrop = base.maxSliceDrop;
            minSqnr = base.minSqnr;
            minSpeedup = base.minSpeedup;
            required = base.required;
            maxDivergence = base.maxDivergence;
            minDetections = base.minDetections;
        }

        GateThresholds finished() {
            return new GateThresholds(
                    base.maxFlips,
                    base.minCosine,
                    base.maxDrop,
                    maxSliceDrop,
                    minSqnr,
                    minSpeedup,
                    required,
                    maxDivergence,
                    minDetections);
        }
    }

    /** Refuses shares outside [0, 1] and speedups that are not positive. */
    public GateThresholds {
        Set<Limit> ordered = EnumSet.noneOf(Limit.class);
        ordered.addAll(required);
        required = Collections.unmodifiableSet(ordered);
        Objects.requireNonNull(minSqnr, "minSqnr");
        Objects.requireNonNull(minSpeedup, "minSpeedup");
        if (!(isShare(maxFlips)
                && isShare(minCosine)
                && isShare(maxDrop)
                && isShare(maxDivergence)
                && isShare(minDetections)
                && isShare(maxSliceDrop))) {
            throw new IllegalArgumentException("gate thresholds lie in [0, 1]");
        }
        // No lambdas: whoever makes a recipe initializes this class, often as the first of all.
        if (!Double.isFinite(minSqnr.orElse(0.0)) || !isSpeedup(minSpeedup.orElse(1.0))) {
            throw new IllegalArgumentException(
                    "the gate takes a finite SQNR and a positive speedup, not "
                            + minSqnr
                            + " and "
                            + minSpeedup);
        }
    }

    private static boolean isSpeedup(double value) {
        return value > 0 && value < 1e6;
    }

    private static boolean isShare(double value) {
        return value >= 0 && value <= 1;
    }
}
