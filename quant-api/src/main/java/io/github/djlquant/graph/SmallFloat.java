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
package io.github.djlquant.graph;

/**
 * The floats of 8 and 4 bits: a sign, an exponent, a mantissa, and few or no special values.
 *
 * <p>Source: P. Micikevicius et al., "FP8 Formats for Deep Learning" (E4M3FN, E5M2); B. Noune et
 * al., "8-bit Numerical Formats for Deep Neural Networks" (the FNUZ forms); Open Compute Project,
 * "Microscaling Formats", 2023 (E2M1).
 */
enum SmallFloat {
    /** NaN is all ones; no infinity. */
    E4M3FN(4, 3, 7, Special.NAN_IS_ALL_ONES),
    /** NaN is negative zero; no infinity. */
    E4M3FNUZ(4, 3, 8, Special.NAN_IS_NEGATIVE_ZERO),
    /** Infinities and NaNs as in IEEE 754. */
    E5M2(5, 2, 15, Special.AS_IEEE),
    /** NaN is negative zero; no infinity. */
    E5M2FNUZ(5, 2, 16, Special.NAN_IS_NEGATIVE_ZERO),
    /** Finite values only. */
    E2M1(2, 1, 1, Special.NONE);

    private final int exponentBits;
    private final int mantissaBits;
    private final int bias;
    private final Special special;

    SmallFloat(int exponentBits, int mantissaBits, int bias, Special special) {
        this.exponentBits = exponentBits;
        this.mantissaBits = mantissaBits;
        this.bias = bias;
        this.special = special;
    }

    /** Decodes the low bits; higher ones are ignored. */
    double decode(int bits) {
        int sign = bits >> exponentBits + mantissaBits & 1;
        int exponent = bits >> mantissaBits & (1 << exponentBits) - 1;
        int mantissa = bits & (1 << mantissaBits) - 1;
        boolean allOnes = exponent == (1 << exponentBits) - 1;
        if (special == Special.NAN_IS_ALL_ONES && allOnes && mantissa == (1 << mantissaBits) - 1
                || special == Special.NAN_IS_NEGATIVE_ZERO
                        && sign == 1
                        && exponent == 0
                        && mantissa == 0
                || special == Special.AS_IEEE && allOnes && mantissa != 0) {
            return Double.NaN;
        }
        double magnitude;
        if (special == Special.AS_IEEE && allOnes) {
            magnitude = Double.POSITIVE_INFINITY;
        } else if (exponent == 0) {
            magnitude = Math.scalb((double) mantissa, 1 - bias - mantissaBits);
        } else {
            int significand = mantissa | 1 << mantissaBits;
            magnitude = Math.scalb((double) significand, exponent - bias - mantissaBits);
        }
        return sign == 0 ? magnitude : -magnitude;
    }

    private enum Special {
        NONE,
        NAN_IS_ALL_ONES,
        NAN_IS_NEGATIVE_ZERO,
        AS_IEEE
    }
}
