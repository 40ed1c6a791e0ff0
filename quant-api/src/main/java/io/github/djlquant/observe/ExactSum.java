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
package io.github.djlquant.observe;

import java.math.BigInteger;
import java.util.Objects;

/**
 * A sum of binary32 numbers without any rounding, so that adding is associative and commutative:
 * whatever the order or the partition of the data, the sum is the same.
 *
 * <p>Every finite binary32 number is a whole multiple of 2^-149; the sum counts these units.
 *
 * @param units the sum in units of 2^-149
 */
public record ExactSum(BigInteger units) {

    /** The sum of nothing. */
    public static final ExactSum ZERO = new ExactSum(BigInteger.ZERO);

    static final int UNIT_EXPONENT = -149;

    /** Requires a number. */
    public ExactSum {
        Objects.requireNonNull(units, "units");
    }

    /**
     * Makes the sum of one number.
     *
     * @param value a finite number
     * @return the sum
     * @throws IllegalArgumentException if the number is NaN or infinite
     */
    public static ExactSum of(float value) {
        ExactAccumulator accumulator = new ExactAccumulator();
        accumulator.add(value, 1);
        return accumulator.sum();
    }

    /**
     * Adds two sums.
     *
     * @param other the other sum
     * @return the sum of both
     */
    public ExactSum plus(ExactSum other) {
        return new ExactSum(units.add(other.units));
    }

    /**
     * Multiplies by a count.
     *
     * @param count how often this sum is to be added to itself
     * @return the product
     */
    public ExactSum times(long count) {
        return new ExactSum(units.multiply(BigInteger.valueOf(count)));
    }

    /**
     * Rounds once, at the end.
     *
     * @return the nearest binary64 number
     */
    public double toDouble() {
        return Math.scalb(units.doubleValue(), UNIT_EXPONENT);
    }
}
