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

import java.util.Arrays;
import java.util.Objects;

/**
 * How large the channels of a value become: one number each per channel of its last axis.
 *
 * @param min the smallest elements
 * @param max the largest elements
 * @param meanSquare the means of the squared elements
 */
public record ChannelProfile(float[] min, float[] max, double[] meanSquare) {

    /** Refuses arrays of different lengths. */
    public ChannelProfile {
        Objects.requireNonNull(min, "min");
        Objects.requireNonNull(max, "max");
        Objects.requireNonNull(meanSquare, "meanSquare");
        if (min.length != max.length || min.length != meanSquare.length) {
            throw new IllegalArgumentException(
                    min.length
                            + " minima, "
                            + max.length
                            + " maxima and "
                            + meanSquare.length
                            + " mean squares");
        }
    }

    /**
     * Returns the number of channels.
     *
     * @return at least 0
     */
    public int channels() {
        return min.length;
    }

    /**
     * Returns the largest absolute element of a channel.
     *
     * @param channel its index
     * @return at least 0
     */
    public double peak(int channel) {
        return Math.max(Math.abs((double) min[channel]), Math.abs((double) max[channel]));
    }

    /**
     * Tells whether every number is finite.
     *
     * @return false if the value held NaN or infinity
     */
    public boolean isFinite() {
        for (int i = 0; i < min.length; i++) {
            if (!Float.isFinite(min[i])
                    || !Float.isFinite(max[i])
                    || !Double.isFinite(meanSquare[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChannelProfile that
                && Arrays.equals(min, that.min)
                && Arrays.equals(max, that.max)
                && Arrays.equals(meanSquare, that.meanSquare);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(max);
    }

    @Override
    public String toString() {
        return "profile of " + min.length + " channels";
    }
}
