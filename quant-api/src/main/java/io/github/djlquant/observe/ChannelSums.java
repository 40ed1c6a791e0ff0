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

import java.util.ArrayList;
import java.util.List;

/**
 * The sums of each channel's mean, weighted by the rows that it was taken over. Immutable; merges
 * exactly.
 *
 * @param sums one sum for each channel
 * @param weight the rows in all
 */
public record ChannelSums(List<ExactSum> sums, long weight) {

    /** Copies the list. */
    public ChannelSums {
        sums = List.copyOf(sums);
        if (sums.isEmpty() || weight < 1) {
            throw new IllegalArgumentException(
                    sums.size() + " channel sums over " + weight + " rows");
        }
    }

    /**
     * Merges two sums of the same value.
     *
     * @param other the other half of the data
     * @return the sums of both
     * @throws IllegalArgumentException if the numbers of channels differ
     */
    public ChannelSums merge(ChannelSums other) {
        if (sums.size() != other.sums.size()) {
            throw new IllegalArgumentException(
                    "a value with " + sums.size() + " and " + other.sums.size() + " channels");
        }
        List<ExactSum> merged = new ArrayList<>(sums.size());
        for (int i = 0; i < sums.size(); i++) {
            merged.add(sums.get(i).plus(other.sums.get(i)));
        }
        return new ChannelSums(merged, Math.addExact(weight, other.weight));
    }

    /**
     * Returns the mean of each channel.
     *
     * @return a new array
     */
    public double[] means() {
        return sums.stream().mapToDouble(sum -> sum.toDouble() / weight).toArray();
    }
}
