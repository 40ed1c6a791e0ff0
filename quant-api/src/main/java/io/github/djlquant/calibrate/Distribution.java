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
package io.github.djlquant.calibrate;

import io.github.djlquant.observe.FloatHistogram;
import io.github.djlquant.observe.Statistics;
import java.util.Arrays;

/**
 * A sampled distribution in the form that range searches work on: bins in ascending order, clipped
 * to the exact extremes, elements evenly spread inside each bin. Elements that are exactly 0 are
 * kept apart: every scheme represents them without error. So are masks.
 */
final class Distribution {

    /**
     * From this magnitude on a number stands for minus infinity (attention masks are -3.4e38, -1e30
     * or the like) and is not something that a scale could cover together with real values.
     */
    static final double MASK = 1e30;

    private final double[] lower;
    private final double[] upper;
    private final double[] mass;
    private final double zeros;
    private final double total;
    private final double min;
    private final double max;

    private Distribution(
            double[] lower, double[] upper, double[] mass, double zeros, double min, double max) {
        this.lower = lower;
        this.upper = upper;
        this.mass = mass;
        this.zeros = zeros;
        this.total = Arrays.stream(mass).sum() + zeros;
        this.min = min;
        this.max = max;
    }

    static Distribution of(Statistics statistics) {
        FloatHistogram histogram = statistics.histogram();
        int size = 0;
        double[] lower = new double[histogram.size()];
        double[] upper = new double[histogram.size()];
        double[] mass = new double[histogram.size()];
        double zeros = 0;
        for (int bin = 0; bin < histogram.size(); bin++) {
            if (histogram.isZero(bin)) {
                zeros += histogram.count(bin);
            } else if (Math.min(Math.abs(histogram.lower(bin)), Math.abs(histogram.upper(bin)))
                    < MASK) {
                lower[size] = clamp(histogram.lower(bin), statistics);
                upper[size] = clamp(histogram.upper(bin), statistics);
                mass[size++] = histogram.count(bin);
            }
        }
        lower = Arrays.copyOf(lower, size);
        upper = Arrays.copyOf(upper, size);
        boolean maskedBelow = statistics.min() <= -MASK;
        boolean maskedAbove = statistics.max() >= MASK;
        double min = maskedBelow ? (size == 0 ? 0 : lower[0]) : statistics.min();
        double max = maskedAbove ? (size == 0 ? 0 : upper[size - 1]) : statistics.max();
        return new Distribution(lower, upper, Arrays.copyOf(mass, size), zeros, min, max);
    }

    private static double clamp(double edge, Statistics statistics) {
        return Math.max(statistics.min(), Math.min(statistics.max(), edge));
    }

    int size() {
        return mass.length;
    }

    double lower(int bin) {
        return lower[bin];
    }

    double upper(int bin) {
        return upper[bin];
    }

    double mass(int bin) {
        return mass[bin];
    }

    /** The number of bins that begin below a value. */
    int binsBelow(double value) {
        int found = Arrays.binarySearch(lower, value);
        return found >= 0 ? found : -1 - found;
    }

    /** The number of bins that end at a value or before. */
    int binsWithin(double value) {
        int found = Arrays.binarySearch(upper, value);
        return found >= 0 ? found + 1 : -1 - found;
    }

    /** The number of sampled elements, masks left out. */
    double total() {
        return total;
    }

    /** The number of sampled elements that are exactly 0. */
    double zeros() {
        return zeros;
    }

    /** The smallest element that is no mask, whether sampled or not. */
    double min() {
        return min;
    }

    /** The largest element that is no mask, whether sampled or not. */
    double max() {
        return max;
    }

    /** Whether there is nothing but 0 (and masks). */
    boolean isZero() {
        return min >= 0 && max <= 0;
    }

    /** The value below which a share of the elements lies. */
    double quantile(double share) {
        double target = share * total;
        double below = 0;
        boolean zerosPassed = zeros == 0;
        for (int bin = 0; bin < mass.length; bin++) {
            if (!zerosPassed && lower[bin] >= 0) {
                below += zeros;
                zerosPassed = true;
                if (below >= target) {
                    return 0;
                }
            }
            if (below + mass[bin] >= target) {
                return lower[bin] + (upper[bin] - lower[bin]) * (target - below) / mass[bin];
            }
            below += mass[bin];
        }
        return zerosPassed ? max : 0;
    }

    /** The magnitude below which a share of the elements lies. */
    double magnitudeQuantile(double share) {
        double reach = Math.max(-min, max);
        double low = 0;
        // Bisection on the cumulative mass: 60 halvings exhaust a binary64.
        double high = reach;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (massWithin(-middle, middle) >= share * total) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    /**
     * The elements up to a magnitude, without those that are exactly 0.
     *
     * @param limit the largest magnitude
     */
    Distribution within(double limit) {
        double[] from = new double[mass.length];
        double[] to = new double[mass.length];
        double[] inside = new double[mass.length];
        for (int bin = 0; bin < mass.length; bin++) {
            from[bin] = Math.max(-limit, Math.min(limit, lower[bin]));
            to[bin] = Math.max(-limit, Math.min(limit, upper[bin]));
            double width = upper[bin] - lower[bin];
            double share = width > 0 ? (to[bin] - from[bin]) / width : 1;
            boolean point = width == 0 && Math.abs(lower[bin]) > limit;
            inside[bin] = point ? 0 : mass[bin] * share;
        }
        return new Distribution(from, to, inside, 0, Math.max(-limit, min), Math.min(limit, max));
    }

    private double massWithin(double from, double to) {
        double sum = zeros;
        for (int bin = 0; bin < mass.length; bin++) {
            double width = upper[bin] - lower[bin];
            double inside = Math.min(to, upper[bin]) - Math.max(from, lower[bin]);
            if (inside >= 0) {
                sum += width > 0 ? mass[bin] * inside / width : mass[bin];
            }
        }
        return sum;
    }
}
