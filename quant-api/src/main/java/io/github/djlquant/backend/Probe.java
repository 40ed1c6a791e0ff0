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
package io.github.djlquant.backend;

import io.github.djlquant.observe.Measure;
import java.util.Objects;

/** A small result computed inside the engine over a whole activation. */
public sealed interface Probe {

    /**
     * Returns the value looked at.
     *
     * @return its name in the graph
     */
    String value();

    /**
     * The extremes over all elements: two floats. Where the operator that makes the value can't
     * yield less than zero (Relu, sigmoid), the minimum may be reported as 0 without looking: every
     * scheme represents 0 anyway. Infinity shows in the extremes; NaN need not, since engines
     * compare with it as they like; {@link NanSign} tells of it.
     *
     * @param value the value looked at
     */
    record MinMax(String value) implements Probe {
        /** Requires a name. */
        public MinMax {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof MinMax that && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }

    /**
     * A strided sample of at most {@code limit} elements; all of them if there are no more. Of a
     * feature map's planes beyond 7 x 7 points an engine may look at a lattice.
     *
     * @param value the value looked at
     * @param limit the largest number of elements per batch, at most 65536
     */
    record Sample(String value, int limit) implements Probe {
        /** Refuses limits outside 1..65536. */
        public Sample {
            Objects.requireNonNull(value, "value");
            if (limit < 1 || limit > 65536) {
                throw new IllegalArgumentException(
                        "a sample has 1 to 65536 elements, not " + limit);
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Sample that && value.equals(that.value) && limit == that.limit;
        }

        @Override
        public int hashCode() {
            return 31 * value.hashCode() + limit;
        }
    }

    /**
     * Whether NaN came up on the way to a value: one float, NaN if so, else any other number. An
     * operator that may lose a NaN (a maximum) counts by its input. Infinity alone is no sign.
     *
     * @param value the value looked at, mostly an output of the graph
     */
    record NanSign(String value) implements Probe {
        /** Requires a name. */
        public NanSign {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof NanSign that && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }

    /**
     * The mean of each channel over all other axes: as many floats as channels. Of a feature map's
     * planes beyond 7 x 7 points an engine may look at a lattice.
     *
     * @param value the value looked at
     * @param axis the channel axis
     */
    record ChannelMean(String value, int axis) implements Probe {
        /** Requires a name. */
        public ChannelMean {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ChannelMean that
                    && value.equals(that.value)
                    && axis == that.axis;
        }

        @Override
        public int hashCode() {
            return 31 * value.hashCode() + axis;
        }
    }

    /**
     * How large each channel of the last axis becomes over all other axes: the channels' smallest
     * elements, then their largest ones, then the means of their squares; {@code [3 C]}.
     *
     * @param value the value looked at
     */
    record ChannelSizes(String value) implements Probe {
        /** Requires a name. */
        public ChannelSizes {
            Objects.requireNonNull(value, "value");
        }
    }

    /**
     * What somebody else's {@link Measure} gives for one batch: as many floats as it has elements.
     *
     * @param value the value looked at
     * @param measure how it is computed
     */
    record Measured(String value, Measure measure) implements Probe {
        /** Requires both. */
        public Measured {
            Objects.requireNonNull(value, "value");
            Objects.requireNonNull(measure, "measure");
        }
    }
}
