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
 * The part of the real numbers that a scale covers. It always holds 0, so that 0 is exact.
 *
 * @param min the lower end, at most 0
 * @param max the upper end, at least 0
 */
public record Range(double min, double max) {

    /** Refuses ends that are NaN or infinite, or leave 0 outside. */
    public Range {
        if (!(min <= 0 && max >= 0) || Double.isInfinite(min) || Double.isInfinite(max)) {
            throw new IllegalArgumentException("[" + min + ", " + max + "] does not hold 0");
        }
    }

    /**
     * Makes the smallest range that holds an interval and 0.
     *
     * @param low the smallest value
     * @param high the largest value
     * @return the range
     */
    public static Range holding(double low, double high) {
        // The sum turns -0.0 into 0.0, so that equal ranges are equal records.
        return new Range(Math.min(low, 0) + 0.0, Math.max(high, 0) + 0.0);
    }

    /**
     * Returns the length of the range.
     *
     * @return max - min
     */
    public double width() {
        return max - min;
    }
}
