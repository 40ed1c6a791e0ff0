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

/** Powers x^e of 0 <= x <= 1/2, interpolated linearly between 8,192 points. */
final class PowerTable {

    private static final int STEPS = 8192;

    /** Searches of one recipe have all the same exponent. */
    private static volatile PowerTable last;

    private final double exponent;
    private final double[] powers = new double[STEPS + 2];

    private PowerTable(double exponent) {
        this.exponent = exponent;
        for (int i = 0; i < powers.length; i++) {
            powers[i] = Math.pow(0.5 * i / STEPS, exponent);
        }
    }

    static PowerTable of(double exponent) {
        PowerTable known = last;
        if (known == null || known.exponent != exponent) {
            known = new PowerTable(exponent);
            last = known;
        }
        return known;
    }

    double at(double x) {
        double position = x * (2 * STEPS);
        int below = (int) position;
        double low = powers[below];
        return low + (position - below) * (powers[below + 1] - low);
    }

    double atHalf() {
        return powers[STEPS];
    }
}
