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
package io.github.djlquant.transform.round;

/**
 * Weight scales that no CPU's kernels saturate with.
 *
 * <p>On x86 without 8-bit dot products the kernels multiply unsigned 8-bit activations by signed
 * 8-bit weights and add neighbouring products (2i, 2i + 1 along the reduction axis) in saturating
 * 16 bits. Activations are at most 255 and never negative, so a pair is exact if its positive
 * weights sum to at most 128 and its negative ones to at least -128: 255 * 128 = 32640 fits, 255 *
 * 129 does not. Weights of opposite sign never meet the limit together.
 */
public final class PairSafeScale {

    /** The largest sum of two neighbouring weights of one sign. */
    public static final int LIMIT = 128;

    private PairSafeScale() {}

    /**
     * Computes the smallest scale, not below a given one, whose rounded weights are exact in pairs.
     *
     * <p>It starts from max over same-sign pairs of (|w1| + |w2|) / 127, one below the limit
     * because both may be rounded up, and goes up in small steps while a rounded pair is still
     * beyond.
     *
     * @param row the weights of one output channel in the kernel's order
     * @param atLeast a positive scale that covers each single weight
     * @return the scale
     */
    public static float of(float[] row, float atLeast) {
        double pairs = 0;
        for (int i = 0; i + 1 < row.length; i += 2) {
            double pair = size(row, i);
            if (pair > pairs && row[i] > 0 == row[i + 1] > 0) {
                pairs = pair;
            }
        }
        float scale = (float) Math.max(atLeast, pairs / (LIMIT - 1));
        while (!isSafe(row, scale)) {
            scale *= 1 + 0x1p-9f;
        }
        return scale;
    }

    /**
     * Tells whether the rounded weights are exact in pairs.
     *
     * @param row the weights of one output channel in the kernel's order
     * @param scale their scale
     * @return true if no pair can saturate
     */
    public static boolean isSafe(float[] row, float scale) {
        // Rounding adds at most a half to each: nearly all pairs are done with here.
        double surely = (LIMIT - 1.0) * scale;
        for (int i = 0; i + 1 < row.length; i += 2) {
            if (size(row, i) <= surely) {
                continue;
            }
            double first = Math.rint(row[i] / scale);
            double second = Math.rint(row[i + 1] / scale);
            if (Math.max(first, 0) + Math.max(second, 0) > LIMIT
                    || Math.min(first, 0) + Math.min(second, 0) < -LIMIT) {
                return false;
            }
        }
        return true;
    }

    private static double size(float[] row, int pair) {
        return Math.abs((double) row[pair]) + Math.abs((double) row[pair + 1]);
    }
}
