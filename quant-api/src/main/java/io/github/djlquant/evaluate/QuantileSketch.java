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

import org.HdrHistogram.DoubleHistogram;

/**
 * Quantiles of many numbers that are not negative, to three digits, in constant memory. Below 1e-9
 * counts as 0, above 1e3 as 1e3.
 */
final class QuantileSketch {

    private static final double LEAST = 1e-9;
    private static final double MOST = 1e3;

    private final DoubleHistogram histogram = new DoubleHistogram((long) (MOST / LEAST), 3);
    private double sum;
    private double min = Double.POSITIVE_INFINITY;
    private double max;
    private long count;

    void add(double value) {
        double shown = Double.isNaN(value) ? MOST : Math.min(MOST, value);
        sum += shown;
        min = Math.min(min, shown);
        max = Math.max(max, shown);
        count++;
        histogram.recordValue(shown < LEAST ? 0 : shown);
    }

    Quantiles quantiles() {
        return new Quantiles(
                count == 0 ? 0 : sum / count,
                count == 0 ? 0 : min,
                at(5),
                at(50),
                at(90),
                at(95),
                at(99),
                max);
    }

    /** Buckets have a width; no quantile lies outside what was seen. */
    private double at(double percentile) {
        return Math.max(
                Math.min(min, max), Math.min(max, histogram.getValueAtPercentile(percentile)));
    }
}
