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

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What calibration knows of one value. Immutable, of fixed size whatever the number of samples;
 * merging is exact, associative and commutative, so that threads, resumed runs and machines may
 * share the work in any way and get the same result.
 *
 * @param min the smallest element seen, exact; positive infinity if there was none
 * @param max the largest element seen, exact; negative infinity if there was none
 * @param histogram a sample of the elements; empty if it was not asked for
 * @param minima the sum of the batches' smallest elements
 * @param maxima the sum of the batches' largest elements
 * @param batches the number of batches seen
 * @param samples the number of rows seen
 * @param channels the sums of the channels' means; empty if they were not asked for
 * @param measures what somebody else's {@link Measure}s gave, by name; none of a value that a
 *     rewrite made of another one
 */
public record Statistics(
        double min,
        double max,
        FloatHistogram histogram,
        ExactSum minima,
        ExactSum maxima,
        long batches,
        long samples,
        Optional<ChannelSums> channels,
        Map<String, MeasureTotal> measures) {

    /** The statistics of no data: merging them changes nothing. */
    public static final Statistics EMPTY =
            new Statistics(
                    Double.POSITIVE_INFINITY,
                    Double.NEGATIVE_INFINITY,
                    FloatHistogram.EMPTY,
                    ExactSum.ZERO,
                    ExactSum.ZERO,
                    0,
                    0,
                    Optional.empty(),
                    Map.of());

    /** Refuses extremes that are NaN, or infinite where there was data. */
    public Statistics {
        Objects.requireNonNull(histogram, "histogram");
        Objects.requireNonNull(minima, "minima");
        Objects.requireNonNull(maxima, "maxima");
        Objects.requireNonNull(channels, "channels");
        measures = Map.copyOf(measures);
        if (batches < 0 || samples < 0) {
            throw new IllegalArgumentException(batches + " batches of " + samples + " samples");
        }
        boolean plausible =
                batches == 0
                        ? min == Double.POSITIVE_INFINITY && max == Double.NEGATIVE_INFINITY
                        : Double.isFinite(min) && Double.isFinite(max) && min <= max;
        if (!plausible) {
            throw new IllegalArgumentException(
                    "the range [" + min + ", " + max + "] of " + batches + " batches");
        }
    }

    /**
     * Makes the statistics of one batch with one sample of which only the extremes are known.
     *
     * @param min the smallest element
     * @param max the largest element
     */
    public Statistics(double min, double max) {
        this(
                min,
                max,
                FloatHistogram.EMPTY,
                ExactSum.of((float) min),
                ExactSum.of((float) max),
                1,
                1,
                Optional.empty(),
                Map.of());
    }

    /**
     * Replaces the histogram.
     *
     * @param sample a sample of the elements
     * @return a copy
     */
    public Statistics withHistogram(FloatHistogram sample) {
        return new Statistics(
                min, max, sample, minima, maxima, batches, samples, channels, measures);
    }

    /**
     * Adds a number to every element: what calibration would have seen of {@code value + offset}.
     *
     * @param offset the number
     * @return the statistics of the moved value; its histogram is as exact as its bins are wide
     */
    public Statistics shifted(float offset) {
        ExactSum moved = ExactSum.of(offset).times(batches);
        return new Statistics(
                min + offset,
                max + offset,
                histogram.shifted(offset),
                minima.plus(moved),
                maxima.plus(moved),
                batches,
                samples,
                channels.map(sums -> sums.shifted(offset)),
                Map.of());
    }

    /**
     * Joins two values that were seen on the same rows along their channels: what calibration would
     * have seen of their concatenation.
     *
     * @param other the other value's statistics
     * @return the statistics of the concatenation
     */
    public Statistics beside(Statistics other) {
        return new Statistics(
                Math.min(min, other.min),
                Math.max(max, other.max),
                histogram.merge(other.histogram),
                min < other.min ? minima : other.minima,
                max > other.max ? maxima : other.maxima,
                batches,
                samples,
                channels.flatMap(mine -> other.channels.map(mine::beside)),
                Map.of());
    }

    /**
     * Appends channels of zeros: what calibration would have seen of the value padded with them.
     * Range and sample stay, for every range holds zero.
     *
     * @param more how many channels
     * @return the statistics of the padded value
     */
    public Statistics besideZeros(int more) {
        return withChannels(sums -> sums.besideZeros(more));
    }

    /**
     * Replaces each channel by several that are parts of it: what calibration would have seen of
     * them, if the parts are alike.
     *
     * @param parts how many take each channel's place
     * @return the statistics of the parts
     */
    public Statistics repeatedChannels(int parts) {
        return withChannels(sums -> sums.repeated(parts));
    }

    private Statistics withChannels(UnaryOperator<ChannelSums> change) {
        return new Statistics(
                min,
                max,
                histogram,
                minima,
                maxima,
                batches,
                samples,
                channels.map(change),
                Map.of());
    }

    /**
     * Tells whether any data was seen.
     *
     * @return true if not
     */
    public boolean isEmpty() {
        return batches == 0;
    }

    /**
     * Merges two statistics of the same value.
     *
     * @param other the other half of the data
     * @return the statistics of both
     * @throws IllegalArgumentException if channels or a measure's elements differ in number
     */
    public Statistics merge(Statistics other) {
        Objects.requireNonNull(other, "other");
        return new Statistics(
                Math.min(min, other.min),
                Math.max(max, other.max),
                histogram.merge(other.histogram),
                minima.plus(other.minima),
                maxima.plus(other.maxima),
                Math.addExact(batches, other.batches),
                Math.addExact(samples, other.samples),
                channels.isPresent() && other.channels.isPresent()
                        ? Optional.of(channels.get().merge(other.channels.get()))
                        : channels.or(other::channels),
                merge(measures, other.measures));
    }

    private static Map<String, MeasureTotal> merge(
            Map<String, MeasureTotal> some, Map<String, MeasureTotal> others) {
        if (others.isEmpty()) {
            return some;
        }
        Map<String, MeasureTotal> merged = new TreeMap<>(some);
        others.forEach((name, total) -> merged.merge(name, total, MeasureTotal::merge));
        return merged;
    }

    /**
     * Returns the mean of the batches' smallest elements.
     *
     * @return the mean
     * @throws IllegalStateException if there was no data
     */
    public double meanMin() {
        return mean(minima);
    }

    /**
     * Returns the mean of the batches' largest elements.
     *
     * @return the mean
     * @throws IllegalStateException if there was no data
     */
    public double meanMax() {
        return mean(maxima);
    }

    private double mean(ExactSum sum) {
        if (batches == 0) {
            throw new IllegalStateException("no data has no mean");
        }
        return sum.toDouble() / batches;
    }

    /**
     * Returns the mean of each channel, if it was observed.
     *
     * @return one mean per channel
     */
    public Optional<double[]> channelMeans() {
        return channels.map(ChannelSums::means);
    }

    /**
     * Returns what a measure gave, if it was asked for.
     *
     * @param measure the measure
     * @return its numbers, merged over all batches
     */
    public Optional<double[]> measured(Measure measure) {
        return Optional.ofNullable(measures.get(measure.name())).map(MeasureTotal::values);
    }
}
