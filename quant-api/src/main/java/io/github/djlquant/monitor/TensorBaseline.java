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

import io.github.djlquant.observe.Statistics;
import java.util.Objects;
import java.util.Optional;

/**
 * How one tensor looked in calibration: its extremes, the shares of its elements between cut
 * points, and how much those shares differ from row to row. The last is what tells drift from
 * chance: elements of one row (the pixels of an image) are alike, so a window holds as much
 * evidence as it has rows, not as it has elements.
 *
 * <p>Where rows were not looked at one by one, their differences are taken as large as they can be:
 * a row's share of elements lies in [0, 1], so its variance is at most that of a row that lies in
 * one bin as a whole. Thresholds are wider then, never too narrow.
 */
public final class TensorBaseline {

    private final String tensor;
    private final String neighboursOf;
    private final long rows;
    private final double min;
    private final double max;
    private final double low;
    private final double high;
    private final Bins bins;
    private final double[] shares;
    private final long measuredRows;
    private final double[][] covariance;
    private final double clipped;
    private final double clippedVariance;
    private volatile Thresholds last;

    /**
     * Takes all parts; {@code covariance} null stands for the largest one possible, {@code
     * neighboursOf} null for the elements themselves.
     */
    TensorBaseline(
            String tensor,
            String neighboursOf,
            long rows,
            double min,
            double max,
            double low,
            double high,
            Bins bins,
            double[] shares,
            long measuredRows,
            double[][] covariance,
            double clipped,
            double clippedVariance) {
        this.tensor = Objects.requireNonNull(tensor, "tensor");
        this.neighboursOf = neighboursOf;
        this.rows = rows;
        this.min = min;
        this.max = max;
        this.low = low;
        this.high = high;
        this.bins = bins;
        this.shares = shares.clone();
        this.measuredRows = measuredRows;
        this.covariance = covariance == null ? multinomial(shares) : covariance;
        this.clipped = clipped;
        this.clippedVariance = clippedVariance;
        if (rows < 2 || !(min <= max) || !(low <= high) || shares.length != bins.size()) {
            throw new IllegalArgumentException(
                    "the baseline of "
                            + tensor
                            + ": "
                            + rows
                            + " rows in ["
                            + min
                            + ", "
                            + max
                            + "], "
                            + shares.length
                            + " shares of "
                            + bins.size()
                            + " bins");
        }
        if (this.covariance.length != shares.length) {
            throw new IllegalArgumentException(
                    "a covariance of " + this.covariance.length + " of " + shares.length + " bins");
        }
    }

    /**
     * Takes what calibration knows of a value.
     *
     * @param tensor its name
     * @param known its statistics, with a histogram
     * @param low the least number that the quantized form represents; negative infinity if none
     * @param high the largest number that it represents; positive infinity if none
     */
    static TensorBaseline of(String tensor, Statistics known, double low, double high) {
        Bins bins = Bins.of(known.histogram());
        double clipped = 0;
        for (int bin = 0; bin < known.histogram().size(); bin++) {
            boolean outside =
                    known.histogram().lower(bin) >= high || known.histogram().upper(bin) <= low;
            clipped += outside ? known.histogram().count(bin) : 0;
        }
        clipped /= known.histogram().total();
        return new TensorBaseline(
                tensor,
                null,
                known.samples(),
                known.min(),
                known.max(),
                low,
                high,
                bins,
                bins.shares(known.histogram()),
                0,
                null,
                clipped,
                clipped * (1 - clipped));
    }

    /** Rows that each lie in one bin as a whole. */
    private static double[][] multinomial(double[] shares) {
        double[][] covariance = new double[shares.length][shares.length];
        for (int a = 0; a < shares.length; a++) {
            for (int b = 0; b < shares.length; b++) {
                covariance[a][b] = (a == b ? shares[a] : 0) - shares[a] * shares[b];
            }
        }
        return covariance;
    }

    /**
     * Returns the tensor's name.
     *
     * @return as in the graph, with a remark if it is about neighbours
     */
    public String tensor() {
        return tensor;
    }

    /**
     * Returns whose neighbouring elements are compared: noise and blur change how much they differ
     * long before they change how the elements themselves are distributed.
     *
     * @return a tensor of the graph; empty if this is about a tensor's elements
     */
    public Optional<String> neighboursOf() {
        return Optional.ofNullable(neighboursOf);
    }

    /** The tensor of the graph that is read. */
    String read() {
        return neighboursOf == null ? tensor : neighboursOf;
    }

    /**
     * Returns how many rows the extremes are of.
     *
     * @return at least 2
     */
    public long rows() {
        return rows;
    }

    /**
     * Returns how many rows the shares are of.
     *
     * @return at least 2
     */
    public long shareRows() {
        return measuredRows > 0 ? measuredRows : rows;
    }

    /**
     * Tells whether rows were looked at one by one.
     *
     * @return false if the thresholds come from the largest variance possible
     */
    public boolean isMeasured() {
        return measuredRows > 0;
    }

    /**
     * Returns the smallest element that calibration saw.
     *
     * @return a finite number
     */
    public double min() {
        return min;
    }

    /**
     * Returns the largest element that calibration saw.
     *
     * @return a finite number
     */
    public double max() {
        return max;
    }

    /**
     * Returns the least number that the quantized form represents.
     *
     * @return negative infinity if the tensor is not quantized
     */
    public double low() {
        return low;
    }

    /**
     * Returns the largest number that the quantized form represents.
     *
     * @return positive infinity if the tensor is not quantized
     */
    public double high() {
        return high;
    }

    /**
     * Returns the share of elements in each bin.
     *
     * @return numbers that sum up to 1
     */
    public double[] shares() {
        return shares.clone();
    }

    Bins bins() {
        return bins;
    }

    double share(int bin) {
        return shares[bin];
    }

    /** How two bins' shares vary together from row to row. */
    double covariance(int a, int b) {
        return covariance[a][b];
    }

    /** What chance does not exceed. */
    Thresholds thresholds(long liveRows, double alpha) {
        Thresholds known = last;
        if (known == null || known.rows() != liveRows || known.alpha() != alpha) {
            known = Thresholds.of(this, liveRows, alpha);
            last = known;
        }
        return known;
    }

    /** The share of elements that the quantized range clips. */
    double clipped() {
        return clipped;
    }

    /** How that share varies from row to row. */
    double clippedVariance() {
        return clippedVariance;
    }

    @Override
    public String toString() {
        return tensor
                + " in ["
                + min
                + ", "
                + max
                + "] over "
                + rows
                + " rows, "
                + bins.size()
                + " bins"
                + (isMeasured() ? "" : " (rows not measured)");
    }
}
