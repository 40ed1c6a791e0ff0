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

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * How large a figure becomes by chance, of {@code n} live rows against the {@code m} rows of the
 * baseline, when nothing has drifted. Rows are taken as independent of each other, elements of one
 * row are not.
 */
final class FiniteSample {

    private FiniteSample() {}

    /**
     * The most rows of {@code n} that lie beyond the largest of {@code m} others: the {@code r}
     * largest of all are live ones with the probability of the product over i &lt; r of (n - i) /
     * (n + m - i), whatever the distribution (Gumbel and von Schelling, "The distribution of the
     * number of exceedances", 1950). Either side may be the one.
     *
     * @param alpha the probability that more rows lie beyond
     * @return a number of rows
     */
    static long rowsBeyond(long n, long m, double alpha) {
        double probability = 2;
        for (long r = 0; r < n; r++) {
            probability *= (n - r) / (double) (n + m - r);
            if (probability <= alpha) {
                return r;
            }
        }
        return n;
    }

    /**
     * The largest difference of two means of numbers in [0, 1]: Bernstein's inequality for {@code
     * n} summands of weight 1/n and {@code m} of weight 1/m (Boucheron, Lugosi and Massart,
     * "Concentration Inequalities", theorem 2.10).
     *
     * @param variance of one number
     * @param alpha the probability that the difference is larger, on one side
     */
    static double difference(double variance, long n, long m, double alpha) {
        double log = -Math.log(alpha);
        double spread = 2 * variance * (1.0 / n + 1.0 / m) * log;
        double bound = log / (3.0 * Math.min(n, m));
        return bound + Math.sqrt(bound * bound + spread);
    }

    /**
     * The threshold of the Kolmogorov-Smirnov distance at a baseline's cut points: a union bound of
     * {@link #difference} over all of them, solved for the distance.
     */
    static double distance(TensorBaseline baseline, long n, double alpha) {
        int cuts = baseline.bins().size() - 1;
        double largest = 0;
        double variance = 0;
        for (int cut = 0; cut < cuts; cut++) {
            // The variance of the share below the cut point grows by a row and column.
            for (int b = 0; b <= cut; b++) {
                variance += (b == cut ? 1 : 2) * baseline.covariance(cut, b);
            }
            largest =
                    Math.max(
                            largest,
                            difference(
                                    Math.max(0, variance),
                                    n,
                                    baseline.shareRows(),
                                    alpha / (2 * cuts)));
        }
        return largest;
    }

    /**
     * The threshold of the population stability index. Where the shares differ little, the index is
     * the sum of d_b^2 / q_b; d is a difference of two means of rows' shares with covariance C (1/n
     * + 1/m). So it is distributed as a chi-squared mixture whose weights are the eigenvalues of
     * C_ab / sqrt(q_a q_b) (Rao and Scott, "The analysis of categorical data from complex sample
     * surveys", 1981), here with Satterthwaite's two moments. Were all elements independent, it
     * would be chi-squared with as many degrees of freedom as bins less one (Yurdakul, "Statistical
     * properties of the population stability index", 2018).
     *
     * <p>A few rows may differ much from the rest, and their sum is no normal one yet: the last
     * term is the index that {@code log(1 / alpha) / 3} rows make that all lie in the rarest bin
     * (the second term of Bernstein's inequality).
     */
    static double stability(TensorBaseline baseline, long n, double alpha) {
        int bins = baseline.bins().size();
        double first = 0;
        double second = 0;
        double rarest = 1;
        for (int a = 0; a < bins; a++) {
            double p = smoothed(baseline, a);
            rarest = Math.min(rarest, p);
            first += baseline.covariance(a, a) / p;
            for (int b = 0; b < bins; b++) {
                double c = baseline.covariance(a, b);
                second += c * c / (p * smoothed(baseline, b));
            }
        }
        if (!(first > 0)) {
            return 0;
        }
        double freedom = first * first / second;
        double quantile =
                second
                        / first
                        * ChiSquaredDistribution.of(freedom).inverseSurvivalProbability(alpha);
        double jump = -Math.log(alpha) / (3.0 * Math.min(n, baseline.shareRows()));
        return quantile * (1.0 / n + 1.0 / baseline.shareRows()) + jump * jump / rarest;
    }

    /** One row more, spread evenly: no bin is empty. */
    static double smoothed(TensorBaseline baseline, int bin) {
        double rows = baseline.shareRows();
        return (rows * baseline.share(bin) + 1.0 / baseline.bins().size()) / (rows + 1);
    }
}
