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

/**
 * An output that has another shape in the quantized model, at least once: that part of it was not
 * compared. Where a model yields as many rows as it finds, as detectors do behind their non-maximum
 * suppression, that is no fault by itself.
 *
 * @param output the output's name
 * @param batches batches run
 * @param different batches with different shapes
 * @param sample the first sample of the first such batch
 * @param source the source model's shape there
 * @param quantized the quantized model's shape there
 * @param floats true if the output holds floats, and no counts or indices
 */
public record ShapeDifference(
        String output,
        long batches,
        long different,
        long sample,
        String source,
        String quantized,
        boolean floats) {

    /** Requires the parts. */
    public ShapeDifference {
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(quantized, "quantized");
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: the shape differs in %d of %d batches, first at sample %d (%s, quantized %s)",
                output,
                different,
                batches,
                sample,
                source,
                quantized);
    }
}
