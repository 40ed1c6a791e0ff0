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

import java.util.Arrays;

/**
 * What was counted of one tensor's rows. Immutable; merging is exact, associative and commutative.
 *
 * @param rows rows looked at
 * @param bins drawn elements in each of the baseline's bins; NaN is in none
 * @param drawn elements drawn in all
 * @param rowsBelow rows with a drawn element below the smallest one of calibration
 * @param rowsAbove rows with a drawn element above the largest one, or with a NaN
 * @param outside drawn elements below or above
 * @param clipped drawn elements that the quantized range clips
 * @param nonFinite drawn elements that are NaN or infinite
 */
public record TensorCounts(
        long rows,
        long[] bins,
        long drawn,
        long rowsBelow,
        long rowsAbove,
        long outside,
        long clipped,
        long nonFinite) {

    /** Copies the array. */
    public TensorCounts {
        bins = bins.clone();
        if (rows < 0
                || drawn < 0
                || rowsBelow < 0
                || rowsBelow > rows
                || rowsAbove < 0
                || rowsAbove > rows
                || outside < 0
                || outside > drawn
                || clipped < 0
                || clipped > drawn
                || nonFinite < 0
                || nonFinite > drawn
                || !addUp(bins, drawn)) {
            throw new IllegalArgumentException(
                    "counts of " + rows + " rows, " + drawn + " elements contradict each other");
        }
    }

    /** A loop, since this is asked some hundred times a second. */
    private static boolean addUp(long[] bins, long drawn) {
        long sum = 0;
        for (long count : bins) {
            if (count < 0) {
                return false;
            }
            sum += count;
        }
        return sum <= drawn;
    }

    /** Nothing counted in a number of bins. */
    static TensorCounts none(int bins) {
        return new TensorCounts(0, new long[bins], 0, 0, 0, 0, 0, 0);
    }

    @Override
    public long[] bins() {
        return bins.clone();
    }

    /**
     * Merges counts of the same tensor.
     *
     * @param other counts of other rows
     * @return the counts of both
     * @throws IllegalArgumentException if the numbers of bins differ
     */
    public TensorCounts merge(TensorCounts other) {
        if (bins.length != other.bins.length) {
            throw new IllegalArgumentException(
                    "counts in " + bins.length + " and " + other.bins.length + " bins");
        }
        long[] sums = new long[bins.length];
        Arrays.setAll(sums, i -> bins[i] + other.bins[i]);
        return new TensorCounts(
                rows + other.rows,
                sums,
                drawn + other.drawn,
                rowsBelow + other.rowsBelow,
                rowsAbove + other.rowsAbove,
                outside + other.outside,
                clipped + other.clipped,
                nonFinite + other.nonFinite);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorCounts that
                && rows == that.rows
                && Arrays.equals(bins, that.bins)
                && drawn == that.drawn
                && rowsBelow == that.rowsBelow
                && rowsAbove == that.rowsAbove
                && outside == that.outside
                && clipped == that.clipped
                && nonFinite == that.nonFinite;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(
                new long[] {rows, drawn, rowsBelow, rowsAbove, outside, Arrays.hashCode(bins)});
    }

    @Override
    public String toString() {
        return rows + " rows, " + outside + " of " + drawn + " elements out of range";
    }
}
