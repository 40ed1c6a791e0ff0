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
import java.util.OptionalDouble;

/**
 * What a range leaves of the bulk of a value's elements. The signal-to-noise ratio of all elements
 * does not tell: a few loud ones hold nearly all its power, and they are represented well while
 * everything else rounds to 0.
 */
public final class BodySignal {

    /** The share of the elements other than 0, the quietest first, that make up the body. */
    static final double SHARE = 0.75;

    private BodySignal() {}

    /**
     * Computes 10 log10(sum x^2 / sum (x - x')^2) over the body, from its histogram.
     *
     * @param statistics what is known of the value
     * @param scheme how it is to be quantized
     * @param range the range that it is to have
     * @return in decibels; empty if there is no histogram, or nothing but zeros
     */
    public static OptionalDouble decibels(Statistics statistics, TensorScheme scheme, Range range) {
        if (statistics.histogram().total() == 0) {
            return OptionalDouble.empty();
        }
        Distribution all = Distribution.of(statistics);
        double nonZeros = all.total() - all.zeros();
        if (all.isZero() || nonZeros == 0) {
            return OptionalDouble.empty();
        }
        double limit = all.magnitudeQuantile((all.zeros() + SHARE * nonZeros) / all.total());
        RoundingCost body = new RoundingCost(all.within(limit), scheme, 2);
        return OptionalDouble.of(10 * Math.log10(body.ofZero() / body.of(range)));
    }
}
