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

import java.util.OptionalInt;

/**
 * What is to be observed of a value, besides its exact extremes.
 *
 * @param histogram true to count a sample of the elements
 * @param channelAxis the axis whose channels' means are wanted, if any
 */
public record ObservationRequest(boolean histogram, OptionalInt channelAxis) {

    /** Only the extremes. */
    public static final ObservationRequest EXTREMES =
            new ObservationRequest(false, OptionalInt.empty());

    /** The extremes and a histogram. */
    public static final ObservationRequest HISTOGRAM =
            new ObservationRequest(true, OptionalInt.empty());

    /**
     * Asks for what a range method needs.
     *
     * @param method the method
     * @return the extremes, and a histogram if the method needs one
     */
    public static ObservationRequest of(RangeMethod method) {
        return method.needsHistogram() ? HISTOGRAM : EXTREMES;
    }

    /**
     * Asks for the mean of each channel as well.
     *
     * @param axis the channel axis
     * @return a copy
     */
    public ObservationRequest withChannelMeans(int axis) {
        return new ObservationRequest(histogram, OptionalInt.of(axis));
    }

    /**
     * Asks for what either of two wants.
     *
     * @param other another request for the same value
     * @return both in one
     * @throws IllegalArgumentException if they want the means of channels along different axes
     */
    public ObservationRequest merge(ObservationRequest other) {
        if (channelAxis.isPresent()
                && other.channelAxis.isPresent()
                && !channelAxis.equals(other.channelAxis)) {
            throw new IllegalArgumentException(
                    "the channels of one value lie along axis "
                            + channelAxis.getAsInt()
                            + " and along axis "
                            + other.channelAxis.getAsInt());
        }
        return new ObservationRequest(
                histogram || other.histogram,
                channelAxis.isPresent() ? channelAxis : other.channelAxis);
    }
}
