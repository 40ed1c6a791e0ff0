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
 * One part of the samples.
 *
 * @param name the class, the column's value, or an interval such as {@code 0.31 to 0.47}
 * @param samples its samples
 * @param source the source model's metric on it
 * @param quantized the quantized model's metric on it
 * @param drop by how much the quantized model is worse, in the metric's unit; negative if better
 * @param interval the 95 % confidence interval of the drop, of this slice alone (not corrected)
 * @param flips share of its samples whose answer changed; 0 where answers are no classes
 * @param pValue of the paired test, corrected for the number of slices of all criteria; empty if
 *     too small
 * @param tooSmall true if it has too few samples to say anything
 */
public record Slice(
        String name,
        long samples,
        double source,
        double quantized,
        double drop,
        ConfidenceInterval interval,
        double flips,
        Optional<Double> pValue,
        boolean tooSmall) {

    /** Requires the parts. */
    public Slice {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(interval, "interval");
        Objects.requireNonNull(pValue, "pValue");
    }

    /**
     * Tells whether the slice lost accuracy beyond chance, with all slices taken into account.
     *
     * @return true if it is large enough, worse, and its corrected p-value is below 0.05
     */
    public boolean isSignificantlyWorse() {
        return !tooSmall && drop > 0 && pValue.filter(p -> p < 0.05).isPresent();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %.4f -> %.4f of %d samples%s",
                name,
                source,
                quantized,
                samples,
                tooSmall
                        ? " (too few)"
                        : pValue.map(p -> String.format(Locale.ROOT, ", p = %.3g", p)).orElse(""));
    }
}
