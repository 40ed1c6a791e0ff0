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

/** How the range that a scale must cover follows from the statistics of a value. */
public sealed interface RangeMethod {

    /**
     * Tells whether the method needs more than the extremes.
     *
     * @return true if the statistics must hold a histogram
     */
    default boolean needsHistogram() {
        return !(this instanceof MinMax || this instanceof MovingAverage);
    }

    /** The exact extremes. */
    record MinMax() implements RangeMethod {}

    /** The mean of the batches' extremes: one outlier in one batch counts little. */
    record MovingAverage() implements RangeMethod {}

    /**
     * The central part of the distribution.
     *
     * @param percent the share of values inside, such as 99.99; in (50, 100]
     */
    record Percentile(double percent) implements RangeMethod {
        /** Refuses shares outside (50, 100]. */
        public Percentile {
            if (!(percent > 50 && percent <= 100)) {
                throw new IllegalArgumentException(
                        "a percentile lies in (50, 100], not " + percent);
            }
        }
    }

    /**
     * The range whose quantized distribution has the least Kullback-Leibler divergence from the
     * real one.
     */
    record Entropy() implements RangeMethod {}

    /**
     * The range with the least expected error |x - x'|^power.
     *
     * @param power 2 for the mean squared error, more to weigh clipping higher
     */
    record Mse(double power) implements RangeMethod {
        /** Refuses powers that are not positive. */
        public Mse {
            if (!(power > 0)) {
                throw new IllegalArgumentException("the power must be positive, not " + power);
            }
        }
    }
}
