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

/**
 * Natural logarithms, interpolated linearly between 4,096 points of the mantissa: the error is
 * below 1e-8, and a search that takes millions of them needs no better.
 */
final class LogTable {

    private static final int BITS = 12;
    private static final int REST = 52 - BITS;
    private static final double LN_2 = Math.log(2);
    private static final double[] LOGS = new double[(1 << BITS) + 1];

    static {
        for (int i = 0; i < LOGS.length; i++) {
            LOGS[i] = Math.log1p((double) i / (1 << BITS));
        }
    }

    private LogTable() {}

    /**
     * Looks a logarithm up.
     *
     * @param x a positive normal number
     */
    static double log(double x) {
        long bits = Double.doubleToRawLongBits(x);
        int exponent = (int) (bits >>> 52) - 1023;
        int point = (int) (bits >>> REST) & (1 << BITS) - 1;
        double between = (bits & (1L << REST) - 1) * 0x1p-40;
        double low = LOGS[point];
        return exponent * LN_2 + low + between * (LOGS[point + 1] - low);
    }
}
