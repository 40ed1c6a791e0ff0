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
package io.github.djlquant.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * A median with its 95 % interval from order statistics (Conover, "Practical Nonparametric
 * Statistics", section 3.2): no assumption about the distribution but independence.
 *
 * @param low lower end
 * @param median the median
 * @param high upper end
 * @param count how many values it is made of
 */
record MedianInterval(double low, double median, double high, int count) {

    private static final double TAIL = 0.025;

    static MedianInterval of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        BinomialDistribution below = BinomialDistribution.of(n, 0.5);
        // The largest rank that lies above the median with no more than the tail's probability.
        int rank = 0;
        while (rank < n / 2 && below.cumulativeProbability(rank) <= TAIL) {
            rank++;
        }
        int low = Math.max(0, rank - 1);
        double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        return new MedianInterval(sorted[low], median, sorted[n - 1 - low], n);
    }

    static MedianInterval ofRatios(double[] numerators, double[] denominators) {
        double[] ratios = new double[numerators.length];
        Arrays.setAll(ratios, i -> numerators[i] / denominators[i]);
        return of(ratios);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", median, low, high);
    }
}
