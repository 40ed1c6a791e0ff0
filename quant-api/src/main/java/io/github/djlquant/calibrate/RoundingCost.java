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

import io.github.djlquant.scheme.TensorScheme;

/**
 * The expected error |x - x'|^p of quantizing a distribution, with the scale and zero point that
 * the scheme really gives a range.
 *
 * <p>Inside [L, U] = [S (qmin - Z), S (qmax - Z)] an element is at distance d <= S/2 from the
 * nearest multiple of S; below L and above U it is at L - x and x - U. For elements spread evenly
 * over a bin both integrate in closed form: the integral of d^p from a multiple of S to a distance
 * t is t^(p+1) / (p+1), and each whole cell of S adds 2 (S/2)^(p+1) / (p+1).
 *
 * <p>A search asks for many ranges, and powers are dear. So those up to half a step are looked up
 * ({@link PowerTable}), and the bins that round to 0, which are most, have their sums prepared: the
 * error of an element there is |x|^p, whatever the range.
 */
final class RoundingCost implements RangeCost {

    private final Distribution distribution;
    private final TensorScheme scheme;
    private final double power;
    private final PowerTable table;

    /** Element i: what the bins before i would cost if they rounded to 0. */
    private final double[] zeroed;

    private double lastEdge = Double.NaN;
    private double lastInside;

    RoundingCost(Distribution distribution, TensorScheme scheme, double power) {
        this.distribution = distribution;
        this.scheme = scheme;
        this.power = power;
        this.table = PowerTable.of(power + 1);
        this.zeroed = new double[distribution.size() + 1];
        for (int bin = 0; bin < distribution.size(); bin++) {
            zeroed[bin + 1] = zeroed[bin] + distribution.mass(bin) * zeroedMean(bin);
        }
    }

    private double zeroedMean(int bin) {
        double from = distribution.lower(bin);
        double to = distribution.upper(bin);
        double width = to - from;
        if (width < Math.abs(from + to) * 1e-6) {
            return Math.pow(Math.abs(from + to) / 2, power);
        }
        return (signedTail(to) - signedTail(from)) / width;
    }

    /** The cost of a range in which every element rounds to 0. */
    double ofZero() {
        return zeroed[distribution.size()] / distribution.total();
    }

    @Override
    public double of(Range range) {
        TensorScheme.ScaleZeroPoint one = scheme.parametersFor(range.min(), range.max());
        double scale = one.scale();
        double lowest = scale * ((double) scheme.qmin() - one.zeroPoint());
        double highest = scale * ((double) scheme.qmax() - one.zeroPoint());
        int firstZeroed = distribution.binsBelow(-scale / 2);
        int firstAbove = Math.max(firstZeroed, distribution.binsWithin(scale / 2));
        double unit = Math.pow(scale, power + 1);
        lastEdge = Double.NaN;
        double sum = zeroed[firstAbove] - zeroed[firstZeroed];
        for (int bin = 0; bin < firstZeroed; bin++) {
            sum += distribution.mass(bin) * mean(bin, scale, unit, lowest, highest);
        }
        for (int bin = firstAbove; bin < distribution.size(); bin++) {
            sum += distribution.mass(bin) * mean(bin, scale, unit, lowest, highest);
        }
        return sum / distribution.total();
    }

    private double mean(int bin, double scale, double unit, double lowest, double highest) {
        double from = distribution.lower(bin);
        double to = distribution.upper(bin);
        double width = to - from;
        // Elements of so narrow a bin have all the same error, to the precision of the integral.
        return width < scale * 1e-3
                ? Math.pow(distance((from + to) / 2, scale, lowest, highest), power)
                : integral(from, to, scale, unit, lowest, highest) / width;
    }

    private static double distance(double x, double scale, double lowest, double highest) {
        if (x < lowest) {
            return lowest - x;
        }
        if (x > highest) {
            return x - highest;
        }
        return Math.abs(x - scale * Math.rint(x / scale));
    }

    private double integral(
            double from, double to, double scale, double unit, double lowest, double highest) {
        double sum = 0;
        if (from < lowest) {
            sum += tail(lowest - from) - tail(Math.max(0, lowest - to));
        }
        if (to > highest) {
            sum += tail(to - highest) - tail(Math.max(0, from - highest));
        }
        double start = Math.max(from, lowest);
        double end = Math.min(to, highest);
        if (end > start) {
            double before = start == lastEdge ? lastInside : inside(start / scale);
            lastEdge = end;
            lastInside = inside(end / scale);
            sum += unit * (lastInside - before);
        }
        return sum;
    }

    /** The integral of the rounding error from 0 to x, both in steps; odd in x. */
    private double inside(double x) {
        double cells = Math.rint(x);
        double rest = x - cells;
        double part = table.at(Math.abs(rest));
        return (2 * cells * table.atHalf() + (rest < 0 ? -part : part)) / (power + 1);
    }

    private double tail(double distance) {
        return Math.pow(distance, power + 1) / (power + 1);
    }

    private double signedTail(double x) {
        return x < 0 ? -tail(-x) : tail(x);
    }
}
