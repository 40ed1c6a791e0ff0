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
 */
final class RoundingCost implements RangeCost {

    private final Distribution distribution;
    private final TensorScheme scheme;
    private final double power;

    RoundingCost(Distribution distribution, TensorScheme scheme, double power) {
        this.distribution = distribution;
        this.scheme = scheme;
        this.power = power;
    }

    @Override
    public double of(Range range) {
        TensorScheme.ScaleZeroPoint one = scheme.parametersFor(range.min(), range.max());
        double scale = one.scale();
        double lowest = scale * ((double) scheme.qmin() - one.zeroPoint());
        double highest = scale * ((double) scheme.qmax() - one.zeroPoint());
        double sum = 0;
        for (int bin = 0; bin < distribution.size(); bin++) {
            double from = distribution.lower(bin);
            double to = distribution.upper(bin);
            double width = to - from;
            // Elements of so narrow a bin have all the same error, to the precision of the
            // integral.
            double mean =
                    width < scale * 1e-3
                            ? raised(distance((from + to) / 2, scale, lowest, highest))
                            : integral(from, to, scale, lowest, highest) / width;
            sum += distribution.mass(bin) * mean;
        }
        return sum / distribution.total();
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

    private double integral(double from, double to, double scale, double lowest, double highest) {
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
            double cell = 2 * tail(scale / 2);
            sum += inside(end, scale, cell) - inside(start, scale, cell);
        }
        return sum;
    }

    /** The integral of the rounding error from 0 to x, odd in x. */
    private double inside(double x, double scale, double cell) {
        double cells = Math.rint(x / scale);
        double rest = x - cells * scale;
        return cells * cell + Math.copySign(tail(Math.abs(rest)), rest);
    }

    private double tail(double distance) {
        return distance * raised(distance) / (power + 1);
    }

    private double raised(double distance) {
        return power == 2 ? distance * distance : Math.pow(distance, power);
    }
}
