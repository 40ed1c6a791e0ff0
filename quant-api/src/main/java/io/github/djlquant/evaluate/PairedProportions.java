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
package io.github.djlquant.evaluate;

/**
 * The score interval of the difference of two shares of the same samples (Tango 1998, "Equivalence
 * test and confidence interval for the difference in proportions for the paired-sample design",
 * Statistics in Medicine 17). It holds the differences d that the score test does not reject:
 *
 * <pre>{@code
 *        |b - c - n d|
 * ------------------------------- <= 1.96,
 *  sqrt(n (2 q(d) + d (1 - d)))
 *
 * q(d) = (sqrt(B^2 - 4 A C) - B) / 2 A,  A = 2 n,  B = (2 n - b + c) d - b - c,  C = -c d (1 - d)
 * }</pre>
 *
 * where b of n samples were lost and c gained, and q(d) is the likeliest share of the gained if the
 * difference is d. Unlike Wald's it has a width where nothing changed, z^2 / (n + z^2) to either
 * side, and never reaches beyond -1 and 1; unlike Newcombe's hybrid it has one also where half of
 * the samples are right.
 */
final class PairedProportions {

    /** Halvings of an interval of length 2 until its ends are as near as doubles get. */
    private static final int HALVINGS = 60;

    private final long lost;
    private final long gained;
    private final double samples;

    private PairedProportions(long lost, long gained, long samples) {
        this.lost = lost;
        this.gained = gained;
        this.samples = samples;
    }

    /** Returns the interval of (lost - gained) / samples; [-1, 1] without samples. */
    static ConfidenceInterval interval(long lost, long gained, long samples) {
        if (samples == 0) {
            return new ConfidenceInterval(-1, 1);
        }
        PairedProportions shares = new PairedProportions(lost, gained, samples);
        double middle = (lost - gained) / (double) samples;
        return new ConfidenceInterval(
                shares.crossing(-1, middle, ConfidenceInterval.Z),
                shares.crossing(middle, 1, -ConfidenceInterval.Z));
    }

    /** Finds where the falling statistic passes a value. */
    private double crossing(double from, double to, double value) {
        double low = from;
        double high = to;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (statistic(middle) > value) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    private double statistic(double difference) {
        double a = 2 * samples;
        double b = (2 * samples - lost + gained) * difference - lost - gained;
        double c = -gained * difference * (1 - difference);
        double share = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
        double variance = samples * (2 * share + difference * (1 - difference));
        double apart = lost - gained - samples * difference;
        // Where no variance is left, any distance is beyond chance.
        return apart == 0 ? 0 : apart / Math.sqrt(Math.max(0, variance));
    }
}
