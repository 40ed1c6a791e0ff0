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
 * Inference with TensorRT" (GTC 2017), with two changes: both ends are free, and densities are
 * compared on the exact segments between bin edges and level edges, so that there is no grid whose
 * resolution decides. Exact zeros are represented exactly and take no part.
 */
final class DivergenceCost implements RangeCost {

    /** Stands for the density of an empty outermost level; its inverse bounds the cost. */
    private static final double LEAST = 1e-9;

    private final Distribution distribution;
    private final TensorScheme scheme;

    DivergenceCost(Distribution distribution, TensorScheme scheme) {
        this.distribution = distribution;
        this.scheme = scheme;
    }

    @Override
    public double of(Range range) {
        TensorScheme.ScaleZeroPoint one = scheme.parametersFor(range.min(), range.max());
        int levels = scheme.qmax() - scheme.qmin() + 1;
        double scale = one.scale();
        double lowest = scale * ((double) scheme.qmin() - one.zeroPoint() - 0.5);
        double highest = lowest + scale * levels;
        double[] mass = new double[levels];
        double below = 0;
        double above = 0;
        double inside = 0;
        double ownEntropy = 0;
        for (int bin = 0; bin < distribution.size(); bin++) {
            double from = distribution.lower(bin);
            double to = distribution.upper(bin);
            // A point mass is as wide as the resolution of binary32.
            double width = Math.max(to - from, Math.abs(to) * 0x1p-24);
            double density = distribution.mass(bin) / width;
            below += density * Math.max(0, Math.min(from + width, lowest) - from);
            above += density * Math.max(0, from + width - Math.max(from, highest));
            double start = Math.max(from, lowest);
            double end = Math.min(from + width, highest);
            if (end > start) {
                ownEntropy += density * (end - start) * Math.log(density);
                inside += density * (end - start);
                spread(start - lowest, end - lowest, density, scale, mass);
            }
        }
        if (inside <= 0) {
            return Double.POSITIVE_INFINITY;
        }
        return divergence(mass, below, above, inside, ownEntropy, scale);
    }

    private static void spread(
            double start, double end, double density, double scale, double[] mass) {
        int first = (int) Math.min(mass.length - 1, Math.max(0, start / scale));
        int last = (int) Math.min(mass.length - 1, Math.max(0, end / scale));
        if (first == last) {
            mass[first] += density * (end - start);
            return;
        }
        mass[first] += density * ((first + 1) * scale - start);
        for (int level = first + 1; level < last; level++) {
            mass[level] += density * scale;
        }
        mass[last] += density * (end - last * scale);
    }

    /**
     * KL = sum over levels of P_l log(P_l / Q_l), plus within the levels the sum over segments of m
     * log((m / w) / (M_l / S)).
     */
    private static double divergence(
            double[] mass,
            double below,
            double above,
            double inside,
            double ownEntropy,
            double scale) {
        double total = inside + below + above;
        double within = ownEntropy;
        double between = 0;
        for (int level = 0; level < mass.length; level++) {
            double m = mass[level];
            if (m > 0) {
                within -= m * Math.log(m / scale);
            }
            double p = m + (level == 0 ? below : 0) + (level == mass.length - 1 ? above : 0);
            if (p > 0) {
                double q = Math.max(m / inside, LEAST);
                between += p / total * Math.log(p / total / q);
            }
        }
        return within / total + between;
    }
}
