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

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * How far one inner value of the quantized model is from the source model's.
 *
 * @param value its name
 * @param node the node that makes it, or "input"
 * @param position where the value is made in graph order, from 0; inputs come first, as -1
 * @param sqnr signal to quantization noise ratio in dB, with the errors of all layers before it
 * @param drop dB lost against the worst of the values that it is made from: what this layer itself
 *     did
 * @param cosine mean cosine between the rows of both models
 * @param range how the value lies in its quantized range; empty where it has no fixed one
 * @param outlier the largest magnitude of a channel over the median channel's; empty if it was not
 *     measured, or the value has no channels
 */
public record LayerError(
        String value,
        String node,
        int position,
        double sqnr,
        double drop,
        double cosine,
        Optional<RangeUse> range,
        Optional<Double> outlier) {

    /** Requires the names and the optional parts. */
    public LayerError {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(range, "range");
        Objects.requireNonNull(outlier, "outlier");
    }

    /**
     * Sorts as the graph computes.
     *
     * @param layers inner values in any order
     * @return a copy, inputs first
     */
    public static List<LayerError> inGraphOrder(List<LayerError> layers) {
        return layers.stream()
                .sorted(
                        Comparator.comparingInt(LayerError::position)
                                .thenComparing(LayerError::value))
                .toList();
    }

    /**
     * How the source's values lie in a quantized range.
     *
     * @param low the least number that the integers can say
     * @param high the largest number that the integers can say
     * @param min the least value seen in evaluation
     * @param max the largest value seen in evaluation
     * @param saturation share of the values that lie outside and are clipped, between 0 and 1
     */
    public record RangeUse(double low, double high, double min, double max, double saturation) {

        /**
         * Returns the share of the range that the values seen reach.
         *
         * @return between 0 and 1; a small share wastes the integers' steps
         */
        public double used() {
            double reached = Math.min(high, max) - Math.max(low, min);
            return high > low ? Math.max(0, reached / (high - low)) : 0;
        }

        /**
         * Tells whether evaluation saw values that calibration did not cover.
         *
         * @return true if something is clipped
         */
        public boolean isExceeded() {
            return saturation > 0;
        }
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (SQNR %.1f dB, %.1f dB lost here)", node, sqnr, drop);
    }
}
