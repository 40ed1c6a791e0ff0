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

/**
 * Adds binary32 numbers exactly in a few integer operations each: a fixed-point number as wide as
 * the whole range of binary32 (the long accumulator of Kulisch, "Computer Arithmetic and Validity",
 * 2008), kept as 32-bit digits in longs, so that carries can wait.
 *
 * <p>Not safe for several threads.
 */
final class ExactAccumulator {

    private static final long DIGIT = 0xffffffffL;

    /** 277 bits of binary32, 31 bits of weight, rounded up to digits. */
    private static final int DIGITS = 11;

    /** Each addition changes a digit by less than 2^33, so that a long holds 2^29 of them. */
    private static final int ADDITIONS_BEFORE_CARRY = 1 << 29;

    private final long[] digits = new long[DIGITS];
    private BigInteger carried = BigInteger.ZERO;
    private int additions;

    /** Adds {@code weight} times a finite value; the weight is positive. */
    void add(float value, int weight) {
        int bits = Float.floatToRawIntBits(value);
        int exponent = bits >>> 23 & 0xff;
        if (exponent == 0xff) {
            throw new IllegalArgumentException("no sum over " + value);
        }
        if (weight < 1) {
            throw new IllegalArgumentException("the weight must be positive, not " + weight);
        }
        long mantissa = exponent == 0 ? bits & 0x7fffff : bits & 0x7fffff | 0x800000;
        int shift = exponent == 0 ? 0 : exponent - 1;
        long product = mantissa * weight;
        long low = (product & DIGIT) << (shift & 31);
        long high = (product >>> 32) << (shift & 31);
        int sign = bits < 0 ? -1 : 1;
        int digit = shift >>> 5;
        digits[digit] += sign * (low & DIGIT);
        digits[digit + 1] += sign * ((low >>> 32) + (high & DIGIT));
        digits[digit + 2] += sign * (high >>> 32);
        if (++additions == ADDITIONS_BEFORE_CARRY) {
            carry();
        }
    }

    void add(ExactSum sum) {
        carried = carried.add(sum.units());
    }

    ExactSum sum() {
        carry();
        return new ExactSum(carried);
    }

    private void carry() {
        BigInteger total = BigInteger.ZERO;
        for (int i = DIGITS - 1; i >= 0; i--) {
            total = total.shiftLeft(32).add(BigInteger.valueOf(digits[i]));
            digits[i] = 0;
        }
        carried = carried.add(total);
        additions = 0;
    }
}
