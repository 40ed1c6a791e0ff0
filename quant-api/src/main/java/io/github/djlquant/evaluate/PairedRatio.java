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

import java.util.Arrays;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * The median of paired ratios with its 95 % interval from order statistics: how many of n values
 * lie below the median is binomial (Conover, "Practical Nonparametric Statistics", section 3.2).
 *
 * @param median the median
 * @param interval its interval; of fewer than six values the least and the largest, which hold it
 *     less surely
 */
record PairedRatio(double median, ConfidenceInterval interval) {

    static PairedRatio of(double[] ratios) {
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        int low = least(sorted.length);
        return new PairedRatio(
                median(sorted),
                new ConfidenceInterval(sorted[low], sorted[sorted.length - 1 - low]));
    }

    /** The innermost place, from 0, that with its mirror image still holds the median with 95 %. */
    static int least(int count) {
        BinomialDistribution below = BinomialDistribution.of(count, 0.5);
        int place = 0;
        while (place + 1 < count / 2 && 2 * below.cumulativeProbability(place + 1) <= 0.05) {
            place++;
        }
        return place;
    }

    /** How surely the interval holds the median: n values all lie on one side with 2^(1 - n). */
    static double confidence(int count) {
        return count < 6 ? 1 - Math.pow(2, 1.0 - count) : 0.95;
    }

    /** Of sorted values. */
    static double median(double[] sorted) {
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
}
