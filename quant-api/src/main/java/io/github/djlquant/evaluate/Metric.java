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

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * One figure of merit of both models, over the same samples.
 *
 * @param name such as {@code top-1}, {@code f1}, {@code spearman}, {@code perplexity}
 * @param source the source model's value; shares lie between 0 and 1
 * @param quantized the quantized model's value, in the same unit
 * @param higherIsBetter false for losses, errors and perplexity
 * @param drop by how much the quantized model is worse, in the metric's unit: {@code source -
 *     quantized}, or {@code quantized - source} where less is better; negative if it is better
 * @param interval the 95 % confidence interval of {@code drop}, from paired samples
 * @param intervalMethod how the interval was made, such as {@code score interval of paired
 *     proportions} or {@code paired Poisson bootstrap, 1000 replicates}
 * @param test the paired test of "both are equally good", if there is one for this metric
 * @param samples samples that count, with a label
 * @param undefinedAt the first sample on which the quantized model has no figure while the source
 *     has one; {@code quantized} and {@code drop} are NaN then
 */
public record Metric(
        String name,
        double source,
        double quantized,
        boolean higherIsBetter,
        double drop,
        ConfidenceInterval interval,
        String intervalMethod,
        Optional<PairedTest> test,
        long samples,
        Optional<Long> undefinedAt) {

    /** Requires the parts. */
    public Metric {
        Objects.requireNonNull(undefinedAt, "undefinedAt");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(interval, "interval");
        Objects.requireNonNull(intervalMethod, "intervalMethod");
        Objects.requireNonNull(test, "test");
    }

    /**
     * Describes a figure that both models have.
     *
     * @param name such as {@code top-1}
     * @param source the source model's value
     * @param quantized the quantized model's value
     * @param higherIsBetter false for losses, errors and perplexity
     * @param drop by how much the quantized model is worse
     * @param interval the 95 % confidence interval of the drop
     * @param intervalMethod how the interval was made
     * @param test the paired test, if there is one
     * @param samples samples that count
     */
    public Metric(
            String name,
            double source,
            double quantized,
            boolean higherIsBetter,
            double drop,
            ConfidenceInterval interval,
            String intervalMethod,
            Optional<PairedTest> test,
            long samples) {
        this(
                name,
                source,
                quantized,
                higherIsBetter,
                drop,
                interval,
                intervalMethod,
                test,
                samples,
                Optional.empty());
    }

    /**
     * Describes a figure that the source model has and the quantized one has not: its answers are
     * NaN, or say the same to every sample where a correlation is asked for.
     *
     * @param name such as {@code spearman}
     * @param source the source model's value
     * @param higherIsBetter false for losses, errors and perplexity
     * @param samples samples that count
     * @param at the first sample that has no figure; empty if each has one
     * @return the metric, which fails every gate
     */
    public static Metric undefined(
            String name, double source, boolean higherIsBetter, long samples, Optional<Long> at) {
        return new Metric(
                name,
                source,
                Double.NaN,
                higherIsBetter,
                Double.NaN,
                ConfidenceInterval.UNKNOWN,
                "not defined for the quantized model",
                Optional.empty(),
                samples,
                at);
    }

    /**
     * Tells whether the quantized model has a figure at all.
     *
     * @return false if it is NaN or infinite, which no drop describes
     */
    public boolean isDefined() {
        return Double.isFinite(quantized);
    }

    /**
     * Tells whether chance alone does not explain that the quantized model is worse.
     *
     * @return true if the whole interval of the drop lies above 0
     */
    public boolean isSignificantlyWorse() {
        return interval.low() > 0;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s %.4f -> %.4f (drop %.4f, 95 %% interval %s%s, %d samples)",
                name,
                source,
                quantized,
                drop,
                interval.isKnown()
                        ? String.format(
                                Locale.ROOT, "%.4f to %.4f", interval.low(), interval.high())
                        : "not known",
                test.map(t -> ", " + t).orElse(""),
                samples);
    }
}
