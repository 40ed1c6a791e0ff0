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

import io.github.djlquant.observe.Measure;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is to be observed of a value, besides its exact extremes.
 *
 * @param histogram true to count a sample of the elements
 * @param channelAxis the axis whose channels' means are wanted, if any
 * @param measures what somebody else wants to know
 */
public record ObservationRequest(
        boolean histogram, OptionalInt channelAxis, List<Measure> measures) {

    /** Only the extremes. */
    public static final ObservationRequest EXTREMES =
            new ObservationRequest(false, OptionalInt.empty(), List.of());

    /** The extremes and a histogram. */
    public static final ObservationRequest HISTOGRAM =
            new ObservationRequest(true, OptionalInt.empty(), List.of());

    /** Refuses two measures of one name. */
    public ObservationRequest {
        measures = List.copyOf(measures);
        if (measures.stream().map(Measure::name).distinct().count() < measures.size()) {
            throw new IllegalArgumentException("two measures have one name: " + measures);
        }
    }

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
        return new ObservationRequest(histogram, OptionalInt.of(axis), measures);
    }

    /**
     * Asks for a statistic of one's own as well.
     *
     * @param measure how it is computed
     * @return a copy
     */
    public ObservationRequest with(Measure measure) {
        return merge(new ObservationRequest(false, OptionalInt.empty(), List.of(measure)));
    }

    /**
     * Asks for what either of two wants.
     *
     * @param other another request for the same value
     * @return both in one
     * @throws IllegalArgumentException if they want the means of channels along different axes, or
     *     different measures of one name
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
        Set<Measure> all = new LinkedHashSet<>(measures);
        all.addAll(other.measures);
        return new ObservationRequest(
                histogram || other.histogram,
                channelAxis.isPresent() ? channelAxis : other.channelAxis,
                List.copyOf(all));
    }
}
