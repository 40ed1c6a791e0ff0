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

import java.util.Objects;

/**
 * A sign that the data does not suffice for a value.
 *
 * @param value the value's name; empty if the data as a whole is meant
 * @param kind what was noticed
 * @param reason one sentence with the figures
 */
public record CalibrationWarning(String value, Kind kind, String reason) {

    /** What was noticed. */
    public enum Kind {
        /** There are too few samples to judge anything by. */
        FEW_SAMPLES,
        /** All rows are the same, and constant: no range can be learnt, and none is used. */
        NO_RANGE,
        /** Rows repeat each other, and are as good as few. */
        REPEATED_ROWS,
        /** Most rows hold one number throughout, or one for each channel. */
        CONSTANT_ROWS,
        /** The range still grew at the end: more data would widen it further. */
        RANGE_STILL_MOVING,
        /** The value is the same whatever the input. */
        HARDLY_EXCITED,
        /** Some channels never differ from 0. */
        DEAD_CHANNELS,
        /** There are stand-ins for minus infinity, which no range should cover. */
        MASKED;

        /**
         * Returns the form for messages.
         *
         * @return lower case with spaces
         */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        }
    }

    /** Requires all parts. */
    public CalibrationWarning {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(reason, "reason");
    }

    @Override
    public String toString() {
        return value.isEmpty() ? reason : value + ": " + reason;
    }
}
