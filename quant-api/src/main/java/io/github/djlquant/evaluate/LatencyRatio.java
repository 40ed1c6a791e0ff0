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
import java.util.Optional;

/**
 * Time per call of source and quantized model, measured in turns in one run.
 *
 * @param sourceMicros median of the source model, microseconds
 * @param quantizedMicros median of the quantized model, microseconds
 * @param low lower end of the 95 % interval of source over quantized
 * @param ratio median of source over quantized: above 1 the quantized model is faster
 * @param high upper end of the interval
 * @param calls timed calls of each
 * @param threads threads inside one call
 * @param optimizedMicros the float model in the form that was quantized (operators merged), at the
 *     source model's pace, microseconds; empty if it was not timed
 */
public record LatencyRatio(
        double sourceMicros,
        double quantizedMicros,
        double low,
        double ratio,
        double high,
        int calls,
        int threads,
        Optional<Double> optimizedMicros) {

    /**
     * Describes a measurement of the two models alone.
     *
     * @param sourceMicros median of the source model, microseconds
     * @param quantizedMicros median of the quantized model, microseconds
     * @param low lower end of the 95 % interval of source over quantized
     * @param ratio median of source over quantized
     * @param high upper end of the interval
     * @param calls timed calls of each
     * @param threads threads inside one call
     */
    public LatencyRatio(
            double sourceMicros,
            double quantizedMicros,
            double low,
            double ratio,
            double high,
            int calls,
            int threads) {
        this(sourceMicros, quantizedMicros, low, ratio, high, calls, threads, Optional.empty());
    }

    /**
     * Adds what the float model takes in the form that was quantized.
     *
     * @param source the same source model, timed in turns with that form
     * @return a copy, with that form's time at the pace of this measurement
     */
    public LatencyRatio withOptimized(LatencyRatio source) {
        return new LatencyRatio(
                sourceMicros,
                quantizedMicros,
                low,
                ratio,
                high,
                calls,
                threads,
                Optional.of(sourceMicros / source.ratio()));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "latency %.0f -> %.0f us (%.2fx, 95 %% interval %.2f to %.2f, %d calls each, %s)%s",
                sourceMicros,
                quantizedMicros,
                ratio,
                low,
                high,
                calls,
                threads == 0
                        ? "the engine's own number of threads"
                        : threads + (threads == 1 ? " thread" : " threads"),
                optimizedMicros.map(this::apart).orElse(""));
    }

    private String apart(double optimized) {
        return String.format(
                Locale.ROOT,
                "; optimized float %.0f us (%.2fx), quantizing it %.2fx",
                optimized,
                sourceMicros / optimized,
                optimized / quantizedMicros);
    }
}
