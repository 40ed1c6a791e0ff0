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

import io.github.djlquant.observe.Statistics;
import io.github.djlquant.scheme.TensorScheme;

/** Selects the range that a scale is to cover, by one of the {@link RangeMethod}s. */
public final class RangeSelection {

    private RangeSelection() {}

    /**
     * Selects a range. The result holds 0; where no element is negative, its lower end is 0.
     *
     * @param statistics what is known of the value
     * @param scheme how the value is to be quantized
     * @param method how to choose
     * @return a range within the exact extremes, widened to hold 0
     * @throws IllegalArgumentException if the statistics are empty, or lack the histogram that the
     *     method needs
     */
    public static Range select(Statistics statistics, TensorScheme scheme, RangeMethod method) {
        if (statistics.isEmpty()) {
            throw new IllegalArgumentException("no range follows from statistics of no data");
        }
        if (method instanceof RangeMethod.MinMax) {
            return Range.holding(statistics.min(), statistics.max());
        }
        if (method instanceof RangeMethod.MovingAverage) {
            return Range.holding(statistics.meanMin(), statistics.meanMax());
        }
        if (statistics.histogram().total() == 0) {
            throw new IllegalArgumentException(
                    method + " needs a histogram, and none was observed");
        }
        Distribution distribution = Distribution.of(statistics);
        if (distribution.isZero()) {
            return new Range(0, 0);
        }
        if (method instanceof RangeMethod.Percentile percentile) {
            return PercentileRange.select(distribution, scheme, percentile.percent() / 100);
        }
        return new RangeSearch(distribution, scheme, cost(distribution, scheme, method)).select();
    }

    private static RangeCost cost(
            Distribution distribution, TensorScheme scheme, RangeMethod method) {
        if (method instanceof RangeMethod.Mse mse) {
            return new RoundingCost(distribution, scheme, mse.power());
        }
        if (method instanceof RangeMethod.Entropy) {
            return new DivergenceCost(distribution, scheme);
        }
        throw new IllegalArgumentException("no selection is written for " + method);
    }
}
