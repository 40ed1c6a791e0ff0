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
 * Adds binary32 numbers exactly in a few operations each. Most sums fit a fixed-point number of 64
 * bits, {@link #window}; what does not is added to a fixed-point number as wide as the whole range
 * of binary32 (the long accumulator of Kulisch, "Computer Arithmetic and Validity", 2008), kept as
 * 32-bit digits in longs, so that carries can wait. There is one accumulator for each channel of
 * each value, so the second number is made when it is needed: what a batch adds to all of them is
 * bound by the memory that they take.
 *
 * <p>Not safe for several threads.
 */
final class ExactAccumulator {

    /** The window counts units of 2^-48: numbers from 2^-25 on fit with all of their 24 bits. */
    private static final int WINDOW_BITS = 48;

    private static final double WINDOW_UNITS = 0x1p48;

    /** Neither a number nor the window beyond it: their sum can't overflow. */
    private static final long WINDOW_LIMIT = 1L << 61;

    private static final long DIGIT = 0xffffffffL;

    /** 277 bits of binary32, 31 bits of weight, rounded up to digits. */
    private static final int DIGITS = 11;

    /** Each addition changes a digit by less than 2^33, so that a long holds 2^29 of them. */
    private static final int ADDITIONS_BEFORE_CARRY = 1 << 29;

    private long window;
    private long[] digits;
    private BigInteger carried = BigInteger.ZERO;
    private int additions;

    /** Adds {@code weight} times a finite value; the weight is positive. */
    void add(float value, int weight) {
        if (weight < 1) {
            throw new IllegalArgumentException("the weight must be positive, not " + weight);
        }
        // 24 bits times a weight below 2^29 is exact, and so is a power of two.
        double exact = (double) value * weight * WINDOW_UNITS;
        long units = (long) exact;
        if (units == exact && Math.abs(exact) < WINDOW_LIMIT && weight < 1 << 29) {
            window += units;
            if (Math.abs(window) >= WINDOW_LIMIT) {
                carryWindow();
            }
        } else {
            addDigits(value, weight);
        }
    }

    private void addDigits(float value, int weight) {
        int bits = Float.floatToRawIntBits(value);
        int exponent = bits >>> 23 & 0xff;
        if (exponent == 0xff) {
            throw new IllegalArgumentException("no sum over " + value);
        }
        if (digits == null) {
            digits = new long[DIGITS];
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
            carryDigits();
        }
    }

    void add(ExactSum sum) {
        carried = carried.add(sum.units());
    }

    ExactSum sum() {
        carryWindow();
        carryDigits();
        return new ExactSum(carried);
    }

    private void carryWindow() {
        carried =
                carried.add(
                        BigInteger.valueOf(window)
                                .shiftLeft(-ExactSum.UNIT_EXPONENT - WINDOW_BITS));
        window = 0;
    }

    private void carryDigits() {
        if (digits == null) {
            return;
        }
        BigInteger total = BigInteger.ZERO;
        for (int i = DIGITS - 1; i >= 0; i--) {
            total = total.shiftLeft(32).add(BigInteger.valueOf(digits[i]));
            digits[i] = 0;
        }
        carried = carried.add(total);
        additions = 0;
    }
}
