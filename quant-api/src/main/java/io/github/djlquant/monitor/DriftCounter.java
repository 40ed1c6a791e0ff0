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
package io.github.djlquant.monitor;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Counts the rows that a model meets, in a few kilobytes whatever their number. Safe for several
 * threads, which mostly count in different places (stripes). A process that only counts sends what
 * {@link #drain} returns to the one that judges, for {@link DriftMonitor#add}.
 */
public final class DriftCounter {

    private final DriftBaseline baseline;
    private final Map<String, Tap> taps = new HashMap<>();
    private final List<Stripe> stripes = new ArrayList<>();

    /** The counters of the threads that fall on the same number. */
    private static final class Stripe {
        private final List<TensorCounter> counters = new ArrayList<>();
        private long rows;
        private long random;
    }

    /**
     * Creates a counter.
     *
     * @param baseline what is counted by
     * @param seed chooses which elements of a row are drawn
     */
    public DriftCounter(DriftBaseline baseline, long seed) {
        this.baseline = Objects.requireNonNull(baseline, "baseline");
        baseline.taps().forEach(tap -> taps.put(tap.value(), tap));
        int count = Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * 2 - 1);
        for (int i = 0; i < Math.min(16, count); i++) {
            Stripe stripe = new Stripe();
            stripe.random = RowSampler.mix(seed + i);
            baseline.watched()
                    .forEach(
                            tensor ->
                                    stripe.counters.add(
                                            new TensorCounter(tensor, baseline.draws())));
            stripes.add(stripe);
        }
    }

    /**
     * Returns what is counted by.
     *
     * @return the baseline
     */
    public DriftBaseline baseline() {
        return baseline;
    }

    /**
     * Counts the rows of a batch. Where a mask is 0 (an input of ones and zeros in calibration
     * whose name contains "mask"), texts are filled up, and nothing is counted.
     *
     * @param batch tensors by name, rows first; others than the baseline's are passed over
     * @return the number of rows, 0 if the batch holds nothing that is counted
     */
    public int count(Map<String, Tensor> batch) {
        return count(batch, 0, Integer.MAX_VALUE);
    }

    /**
     * Counts some rows of a batch.
     *
     * @param from the first of them
     * @param most how many, if there are so many
     * @return the number of rows
     */
    int count(Map<String, Tensor> batch, int from, int most) {
        Padding padding = new Padding(batch, baseline.masks());
        Stripe stripe = stripes.get((int) Thread.currentThread().getId() & stripes.size() - 1);
        int rows = 0;
        synchronized (stripe) {
            for (TensorCounter counter : stripe.counters) {
                Tensor tensor = batch.get(counter.baseline().read());
                if (tensor != null) {
                    int end = (int) Math.min((long) from + most, rows(tensor));
                    Padding filling =
                            baseline.isWithoutFilling(counter.baseline()) ? padding : Padding.NONE;
                    rows = Math.max(rows, count(stripe, counter, tensor, filling, from, end));
                }
            }
            stripe.rows += rows;
        }
        return rows;
    }

    /** The rows of a batch, without counting them. */
    int rows(Map<String, Tensor> batch) {
        int rows = 0;
        for (TensorBaseline watched : baseline.watched()) {
            Tensor tensor = batch.get(watched.read());
            if (tensor != null && Elements.isReadable(tensor.dataType())) {
                rows = Math.max(rows, rows(tensor));
            }
        }
        return rows;
    }

    /** 0 if they hold nothing. */
    private static int rows(Tensor tensor) {
        return tensor.shape().rank() == 0 || tensor.elementCount() == 0
                ? 0
                : Math.toIntExact(tensor.shape().size(0));
    }

    private int count(
            Stripe stripe,
            TensorCounter counter,
            Tensor tensor,
            Padding padding,
            int from,
            int end) {
        if (from >= end) {
            return 0;
        }
        int length = Math.toIntExact(tensor.elementCount() / tensor.shape().size(0));
        Elements elements = Elements.of(tensor);
        Tap tap = taps.get(counter.baseline().tensor());
        if (tap != null && elements != null && tensor.dataType() != DataType.FLOAT) {
            elements = tap.numbers(elements);
        }
        if (elements == null) {
            return 0;
        }
        for (int row = from; row < end; row++) {
            padding.row(
                    tensor,
                    elements,
                    row,
                    length,
                    (view, start, size) -> counter.count(view, start, size, stripe.random++));
        }
        return end - from;
    }

    /**
     * Returns what was counted since the last time, and begins anew.
     *
     * @return the counts of all threads
     */
    public DriftCounts drain() {
        Map<String, TensorCounts> all = new HashMap<>();
        long rows = 0;
        for (Stripe stripe : stripes) {
            synchronized (stripe) {
                rows += stripe.rows;
                stripe.rows = 0;
                for (TensorCounter counter : stripe.counters) {
                    all.merge(counter.baseline().tensor(), counter.drain(), TensorCounts::merge);
                }
            }
        }
        return new DriftCounts(baseline.id(), rows, all);
    }
}
