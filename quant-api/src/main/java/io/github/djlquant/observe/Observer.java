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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Gathers the {@link Statistics} of one value, batch by batch. Safe for several threads: the result
 * does not depend on the order of the batches.
 */
public final class Observer {

    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private final ExactAccumulator minima = new ExactAccumulator();
    private final ExactAccumulator maxima = new ExactAccumulator();
    private long batches;
    private long samples;
    private BinCounter bins;
    private ExactAccumulator[] channels;
    private long channelWeight;
    private final Map<String, MeasureTotal> measures = new TreeMap<>();

    /** Creates an observer that has seen nothing. */
    public Observer() {}

    /**
     * Creates an observer that goes on where another one stopped.
     *
     * @param start what is known already
     */
    public Observer(Statistics start) {
        if (start.isEmpty()) {
            return;
        }
        min = start.min();
        max = start.max();
        minima.add(start.minima());
        maxima.add(start.maxima());
        batches = start.batches();
        samples = start.samples();
        measures.putAll(start.measures());
        if (start.histogram().total() > 0) {
            bins = new BinCounter();
            bins.add(start.histogram());
        }
        start.channels()
                .ifPresent(
                        known -> {
                            channelWeight = known.weight();
                            channels = new ExactAccumulator[known.sums().size()];
                            for (int i = 0; i < channels.length; i++) {
                                channels[i] = new ExactAccumulator();
                                channels[i].add(known.sums().get(i));
                            }
                        });
    }

    /**
     * Takes the extremes of one batch.
     *
     * @param rows the rows of the batch, positive
     * @param smallest the smallest element of the batch, finite
     * @param largest the largest element of the batch, finite
     * @throws IllegalArgumentException if an extreme is NaN or infinite, or they are in the wrong
     *     order
     */
    public synchronized void extremes(int rows, float smallest, float largest) {
        if (!(smallest <= largest) || Float.isInfinite(smallest) || Float.isInfinite(largest)) {
            throw new IllegalArgumentException(
                    "the range [" + smallest + ", " + largest + "] of a batch");
        }
        if (rows < 1) {
            throw new IllegalArgumentException("a batch has rows, not " + rows);
        }
        min = Math.min(min, smallest);
        max = Math.max(max, largest);
        minima.add(smallest, 1);
        maxima.add(largest, 1);
        batches++;
        samples += rows;
    }

    /**
     * Counts a sample of the elements of one batch.
     *
     * @param elements the sample
     * @param length how many entries of the array are meant
     * @return false if a NaN or an infinity was among the samples so far
     */
    public synchronized boolean sample(float[] elements, int length) {
        if (bins == null) {
            bins = new BinCounter();
        }
        bins.add(elements, length);
        return bins.nonFinite() == 0;
    }

    /**
     * Takes the mean of each channel of one batch.
     *
     * @param rows the rows of the batch, positive
     * @param means one mean for each channel, finite
     * @throws IllegalArgumentException if a mean is NaN or infinite, or the number of channels
     *     changed
     */
    public synchronized void channelMeans(int rows, float... means) {
        if (channels == null) {
            channels = new ExactAccumulator[means.length];
            for (int i = 0; i < channels.length; i++) {
                channels[i] = new ExactAccumulator();
            }
        }
        if (channels.length != means.length) {
            throw new IllegalArgumentException(means.length + " channels after " + channels.length);
        }
        for (int i = 0; i < means.length; i++) {
            channels[i].add(means[i], rows);
        }
        channelWeight += rows;
    }

    /**
     * Takes what a measure gave for one batch.
     *
     * @param measure the measure
     * @param values its numbers, finite
     * @throws IllegalArgumentException if a number is NaN or infinite, or how many there are
     *     changed
     */
    public synchronized void measured(Measure measure, float... values) {
        measures.merge(
                measure.name(), MeasureTotal.of(measure.merge(), values), MeasureTotal::merge);
    }

    /**
     * Returns the smallest element so far.
     *
     * @return positive infinity if there was none
     */
    public synchronized double min() {
        return min;
    }

    /**
     * Returns the largest element so far.
     *
     * @return negative infinity if there was none
     */
    public synchronized double max() {
        return max;
    }

    /**
     * Returns what is known so far.
     *
     * @return the statistics; what is observed later does not change them
     */
    public synchronized Statistics statistics() {
        if (batches == 0) {
            return Statistics.EMPTY;
        }
        return new Statistics(
                min,
                max,
                bins == null ? FloatHistogram.EMPTY : bins.histogram(),
                minima.sum(),
                maxima.sum(),
                batches,
                samples,
                channels == null
                        ? Optional.empty()
                        : Optional.of(new ChannelSums(sums(), channelWeight)),
                measures);
    }

    private List<ExactSum> sums() {
        List<ExactSum> sums = new ArrayList<>(channels.length);
        for (ExactAccumulator channel : channels) {
            sums.add(channel.sum());
        }
        return sums;
    }
}
