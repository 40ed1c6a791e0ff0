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

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * A two-sided 95 % confidence interval.
 *
 * @param low its lower end
 * @param high its upper end
 */
public record ConfidenceInterval(double low, double high) {

    /** Of what was measured too rarely to say anything: all numbers. */
    public static final ConfidenceInterval UNKNOWN =
            new ConfidenceInterval(-Double.MAX_VALUE, Double.MAX_VALUE);

    static final double Z = NormalDistribution.of(0, 1).inverseCumulativeProbability(0.975);

    /**
     * Returns the interval of a mean from many values, by the normal distribution.
     *
     * @param mean the mean
     * @param deviation the standard deviation of the values
     * @param count how many there are
     * @return the interval; {@link #UNKNOWN} for fewer than two values
     */
    public static ConfidenceInterval ofMean(double mean, double deviation, long count) {
        if (count < 2) {
            return UNKNOWN;
        }
        double reach = Z * deviation / Math.sqrt(count);
        return new ConfidenceInterval(mean - reach, mean + reach);
    }

    /**
     * Tells whether the interval says anything.
     *
     * @return false for {@link #UNKNOWN}
     */
    public boolean isKnown() {
        return low > -Double.MAX_VALUE && high < Double.MAX_VALUE;
    }

    /**
     * Returns the score interval of the difference of two shares of the same samples (Tango 1998,
     * "Equivalence test and confidence interval for the difference in proportions for the
     * paired-sample design"). It has a width where nothing changed.
     *
     * @param lost samples that count for the first share alone
     * @param gained samples that count for the second share alone
     * @param samples all samples
     * @return the interval of {@code (lost - gained) / samples}, [-1, 1] without samples
     */
    public static ConfidenceInterval ofPairedShares(long lost, long gained, long samples) {
        return PairedProportions.interval(lost, gained, samples);
    }

    /**
     * Returns the score interval of a share (Wilson 1927, "Probable inference, the law of
     * succession, and statistical inference").
     *
     * @param hits successes
     * @param trials trials, at least one for a useful answer
     * @return the interval, [0, 1] without trials
     */
    public static ConfidenceInterval wilson(long hits, long trials) {
        if (trials == 0) {
            return new ConfidenceInterval(0, 1);
        }
        double n = trials;
        double share = hits / n;
        double z2 = Z * Z;
        double middle = (share + z2 / (2 * n)) / (1 + z2 / n);
        double reach = Z / (1 + z2 / n) * Math.sqrt(share * (1 - share) / n + z2 / (4 * n * n));
        return new ConfidenceInterval(Math.max(0, middle - reach), Math.min(1, middle + reach));
    }
}
