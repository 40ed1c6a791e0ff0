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

/** Counts rows of one tensor. Not safe for several threads. */
final class TensorCounter {

    private final TensorBaseline baseline;
    private final Bins cuts;
    private final RowSampler sampler;
    private final float min;
    private final float max;
    private final float low;
    private final float high;
    private long[] bins;
    private long rows;
    private long drawn;
    private long rowsBelow;
    private long rowsAbove;
    private long outside;
    private long clipped;
    private long nonFinite;

    TensorCounter(TensorBaseline baseline, int draws) {
        this.baseline = baseline;
        this.cuts = baseline.bins();
        this.sampler = new RowSampler(draws, baseline.neighboursOf().isPresent());
        this.min = (float) baseline.min();
        this.max = (float) baseline.max();
        this.low = (float) baseline.low();
        this.high = (float) baseline.high();
        this.bins = new long[cuts.size()];
    }

    /**
     * Counts one row.
     *
     * @param start the row's first element
     * @param length the row's elements, at least 1
     * @param random chooses which elements are drawn
     */
    void count(Elements elements, int start, int length, long random) {
        int below = 0;
        int above = 0;
        int cut = 0;
        int odd = 0;
        float[] row = sampler.draw(elements, start, length, random);
        for (float element : row) {
            if (Float.isNaN(element)) {
                odd++;
                above++;
                continue;
            }
            odd += Float.isInfinite(element) ? 1 : 0;
            below += element < min ? 1 : 0;
            above += element > max ? 1 : 0;
            cut += element < low || element > high ? 1 : 0;
            bins[cuts.of(element)]++;
        }
        rows++;
        drawn += row.length;
        rowsBelow += below > 0 ? 1 : 0;
        rowsAbove += above > 0 ? 1 : 0;
        outside += below + above;
        clipped += cut;
        nonFinite += odd;
    }

    /** Returns what was counted since the last time, and begins anew. */
    TensorCounts drain() {
        TensorCounts counts =
                new TensorCounts(
                        rows, bins, drawn, rowsBelow, rowsAbove, outside, clipped, nonFinite);
        bins = new long[bins.length];
        rows = 0;
        drawn = 0;
        rowsBelow = 0;
        rowsAbove = 0;
        outside = 0;
        clipped = 0;
        nonFinite = 0;
        return counts;
    }

    TensorBaseline baseline() {
        return baseline;
    }
}
