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
package io.github.djlquant.scheme;

/** Which elements of a tensor share a scale and zero point. */
public sealed interface Granularity {

    /** All elements share one. */
    Granularity PER_TENSOR = new PerTensor();

    /** All elements share one. */
    record PerTensor() implements Granularity {

        @Override
        public boolean equals(Object other) {
            return other instanceof PerTensor;
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    /**
     * Elements of the same index along an axis share one.
     *
     * @param axis the axis, not negative
     */
    record PerChannel(int axis) implements Granularity {
        /** Refuses negative axes. */
        public PerChannel {
            if (axis < 0) {
                throw new IllegalArgumentException("the channel axis is negative: " + axis);
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof PerChannel that && axis == that.axis;
        }

        @Override
        public int hashCode() {
            return axis;
        }
    }

    /**
     * Runs of consecutive elements along an axis share one; the last run may be shorter.
     *
     * @param axis the axis, not negative
     * @param size elements of a run, positive
     */
    record PerGroup(int axis, int size) implements Granularity {
        /** Refuses negative axes and empty groups. */
        public PerGroup {
            if (axis < 0 || size < 1) {
                throw new IllegalArgumentException(
                        "a group needs an axis >= 0 and a size >= 1, not " + axis + ", " + size);
            }
        }
    }
}
