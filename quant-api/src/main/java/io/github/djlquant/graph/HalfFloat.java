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

/** The float of 16 bits: binary16 of IEEE 754. Java has no conversion before release 20. */
final class HalfFloat {

    private static final int INFINITY = 0x7c00;
    private static final int NAN = 0x7e00;

    /** 2^-14, the smallest normal half float, as the bits of a float. */
    private static final int SMALLEST_NORMAL = 0x38800000;

    /** The difference of the exponents' biases, 127 - 15, in a float's exponent field. */
    private static final int BIAS = 112 << 23;

    private HalfFloat() {}

    /** Rounds to the nearest half float, ties to even; beyond the largest it is infinite. */
    static short encode(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (Float.isNaN(value)) {
            return (short) (sign | NAN);
        }
        if (magnitude < SMALLEST_NORMAL) {
            // Subnormal half floats are multiples of 2^-24.
            return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24f));
        }
        int shifted = magnitude - BIAS;
        int rounded = shifted + 0xfff + (shifted >>> 13 & 1) >>> 13;
        return (short) (sign | Math.min(rounded, INFINITY));
    }
}
