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
import java.util.Collections;
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
     * Adds a number to every element of the value.
     *
     * @param offset the number, binary32
     * @return the sums of the moved value
     */
    public ChannelSums shifted(float offset) {
        ExactSum moved = ExactSum.of(offset).times(weight);
        return new ChannelSums(sums.stream().map(sum -> sum.plus(moved)).toList(), weight);
    }

    /**
     * Appends the channels of another value that was seen on the same rows.
     *
     * @param other the other value's sums
     * @return the sums of both values' channels side by side
     * @throws IllegalArgumentException if the rows differ
     */
    public ChannelSums beside(ChannelSums other) {
        if (weight != other.weight) {
            throw new IllegalArgumentException(
                    "channels seen on " + weight + " and " + other.weight + " rows");
        }
        List<ExactSum> both = new ArrayList<>(sums);
        both.addAll(other.sums);
        return new ChannelSums(both, weight);
    }

    /**
     * Appends channels of zeros.
     *
     * @param more how many
     * @return the sums of all channels
     */
    public ChannelSums besideZeros(int more) {
        List<ExactSum> all = new ArrayList<>(sums);
        all.addAll(Collections.nCopies(more, ExactSum.ZERO));
        return new ChannelSums(all, weight);
    }

    /**
     * Replaces each channel by several with the same sum.
     *
     * @param times how many take its place
     * @return the sums of all channels
     */
    public ChannelSums repeated(int times) {
        return new ChannelSums(
                sums.stream().flatMap(sum -> Collections.nCopies(times, sum).stream()).toList(),
                weight);
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
