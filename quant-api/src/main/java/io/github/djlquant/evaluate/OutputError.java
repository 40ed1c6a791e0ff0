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
 * How far one output of the quantized model is from the source model's, over all samples pooled.
 *
 * @param output the output's name
 * @param samples rows compared
 * @param sqnr signal to quantization noise ratio in dB: 10 log10(sum x^2 / sum (x - y)^2); infinite
 *     if equal, minus infinite if an element is no longer finite, NaN if none of the source's is
 * @param cosine mean over the samples of the cosine between the flattened rows; a row with an
 *     element that is no longer finite counts 0
 * @param maxError the largest absolute difference
 * @param classScores true if the output looks like class scores: float, rank 2, at least 2 columns,
 *     and not all rows of length 1, as normalized embeddings have
 * @param flips share of samples whose largest score changed its place; 0 where {@code classScores}
 *     is false
 * @param nonFinite elements that are NaN or infinite in the quantized output and not in the
 *     source's
 * @param firstNonFinite the first sample with such an element, if there is one
 * @param concordance where the output is one number per sample, whose cosine is 1 or -1 by itself:
 *     Lin's concordance correlation coefficient over all samples, at most 1, with a floor under the
 *     spread for samples that hardly differ; else empty
 */
public record OutputError(
        String output,
        long samples,
        double sqnr,
        double cosine,
        double maxError,
        boolean classScores,
        double flips,
        long nonFinite,
        Optional<Long> firstNonFinite,
        Optional<Double> concordance) {

    /** Requires the parts. */
    public OutputError {
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(firstNonFinite, "firstNonFinite");
        Objects.requireNonNull(concordance, "concordance");
    }

    /**
     * Describes an output of several numbers per sample, without a word on where it is not finite.
     *
     * @param output the output's name
     * @param samples rows compared
     * @param sqnr signal to quantization noise ratio in dB
     * @param cosine mean over the samples
     * @param maxError the largest absolute difference
     * @param classScores true if the output looks like class scores
     * @param flips share of samples whose largest score changed its place
     * @param nonFinite elements that are NaN or infinite in the quantized output alone
     */
    public OutputError(
            String output,
            long samples,
            double sqnr,
            double cosine,
            double maxError,
            boolean classScores,
            double flips,
            long nonFinite) {
        this(
                output,
                samples,
                sqnr,
                cosine,
                maxError,
                classScores,
                flips,
                nonFinite,
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: SQNR %.1f dB, %s, max error %.4g%s over %d samples%s",
                output,
                sqnr,
                concordance
                        .map(agreed -> String.format(Locale.ROOT, "concordance %.4f", agreed))
                        .orElseGet(() -> String.format(Locale.ROOT, "cosine %.4f", cosine)),
                maxError,
                classScores ? String.format(Locale.ROOT, ", flips %.2f %%", 100 * flips) : "",
                samples,
                nonFinite > 0
                        ? ", " + nonFinite + " elements became NaN or infinite"
                        : samples > 0 && Double.isNaN(sqnr)
                                ? ", none of the source's elements is finite"
                                : "");
    }
}
