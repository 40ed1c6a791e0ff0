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

import java.util.Objects;
import java.util.Optional;

/**
 * What calibration knows of one value. Immutable, of fixed size, merges exactly.
 *
 * @param min the smallest element seen
 * @param max the largest element seen
 */
public record Statistics(double min, double max) {

    /**
     * Merges two statistics of the same value.
     *
     * @param other the other half of the data
     * @return the statistics of both
     */
    public Statistics merge(Statistics other) {
        Objects.requireNonNull(other, "other");
        return new Statistics(Math.min(min, other.min), Math.max(max, other.max));
    }

    /**
     * Returns the mean of each channel, if it was observed.
     *
     * @return one mean per channel
     */
    public Optional<double[]> channelMeans() {
        return Optional.empty();
    }
}
