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
 * The Kullback-Leibler divergence KL(P || Q) of what quantization leaves of a distribution.
 *
 * <p>P is the distribution clipped to the range: what lies outside is added to the outermost level.
 * Q is what can be known from the quantized values alone: the elements inside, normalised to 1,
 * spread evenly over each level. So clipping costs (P has in the outermost level what Q lacks), and
 * so do wide levels (P varies inside a level, Q does not). This is the search of Migacz, "8-bit
 * Inference with TensorRT" (GTC 2017), with two changes: both ends are free, and P is compared with
 * Q on the same number of cells in every level, whatever the range. A grid of fixed width would
 * reward narrow ranges for what no range can help: the noise of a sample, and data of discrete
 * values such as images. Exact zeros are represented exactly and take no part.
 */
final class DivergenceCost implements RangeCost {

    /** Stands for the density of an empty outermost level; its inverse bounds the cost. */
    private static final double LEAST = 1e-9;

    private static final int CELLS = 8;

    private final TensorScheme scheme;
    private final double[] from;
    private final double[] to;
    private final double[] density;

    DivergenceCost(Distribution distribution, TensorScheme scheme) {
        this.scheme = scheme;
        int size = distribution.size();
        from = new double[size];
        to = new double[size];
        density = new double[size];
        for (int bin = 0; bin < size; bin++) {
            from[bin] = distribution.lower(bin);
            double end = distribution.upper(bin);
            // A point mass is as wide as the resolution of binary32.
            double width = Math.max(end - from[bin], Math.abs(end) * 0x1p-24);
            to[bin] = from[bin] + width;
            density[bin] = distribution.mass(bin) / width;
        }
    }

    @Override
    public double of(Range range) {
        TensorScheme.ScaleZeroPoint one = scheme.parametersFor(range.min(), range.max());
        int levels = scheme.qmax() - scheme.qmin() + 1;
        double scale = one.scale();
        double lowest = scale * ((double) scheme.qmin() - one.zeroPoint() - 0.5);
        double highest = lowest + scale * levels;
        double[] mass = new double[levels * CELLS];
        double below = 0;
        double above = 0;
        double inside = 0;
        for (int bin = 0; bin < density.length; bin++) {
            double start = from[bin];
            double end = to[bin];
            if (start < lowest) {
                below += density[bin] * (Math.min(end, lowest) - start);
                start = lowest;
            }
            if (end > highest) {
                above += density[bin] * (end - Math.max(from[bin], highest));
                end = highest;
            }
            if (end > start) {
                inside += density[bin] * (end - start);
                spread(start - lowest, end - lowest, density[bin], scale / CELLS, mass);
            }
        }
        if (inside <= 0) {
            return Double.POSITIVE_INFINITY;
        }
        return divergence(mass, below, above, inside);
    }

    private static void spread(
            double start, double end, double density, double cell, double[] mass) {
        double cells = 1 / cell;
        int first = Math.min(mass.length - 1, Math.max(0, (int) (start * cells)));
        int last = Math.min(mass.length - 1, Math.max(0, (int) (end * cells)));
        if (first == last) {
            mass[first] += density * (end - start);
            return;
        }
        mass[first] += density * ((first + 1) * cell - start);
        for (int i = first + 1; i < last; i++) {
            mass[i] += density * cell;
        }
        mass[last] += density * (end - last * cell);
    }

    /**
     * KL = sum over levels of P_l log(P_l / Q_l), plus within each level the sum over its cells of
     * m log(m / (M_l / CELLS)).
     */
    private static double divergence(double[] mass, double below, double above, double inside) {
        double total = inside + below + above;
        double within = 0;
        double between = 0;
        for (int first = 0; first < mass.length; first += CELLS) {
            double level = 0;
            for (int cell = first; cell < first + CELLS; cell++) {
                level += mass[cell];
            }
            for (int cell = first; cell < first + CELLS; cell++) {
                if (mass[cell] > 0) {
                    within += mass[cell] * LogTable.log(mass[cell] * CELLS / level);
                }
            }
            double p =
                    level + (first == 0 ? below : 0) + (first == mass.length - CELLS ? above : 0);
            if (p > 0) {
                double q = Math.max(level / inside, LEAST);
                between += p / total * Math.log(p / total / q);
            }
        }
        return within / total + between;
    }
}
