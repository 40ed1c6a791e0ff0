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
package io.github.djlquant.monitor;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a monitor advises, and why.
 *
 * @param action what to do
 * @param evidence the alarms that speak for it, the furthest above its threshold first
 */
public record Recommendation(Action action, List<DriftAlarm> evidence) {

    /** What may be done. */
    public enum Action {
        /** The model meets what it was calibrated on, as far as chance tells. */
        NONE("nothing to do"),

        /** Something is above its threshold, for too short a time yet. */
        WATCH("watch"),

        /** The inputs have changed: calibrate again with data like those of now. */
        RECALIBRATE("recalibrate");

        private final String text;

        Action(String text) {
            this.text = text;
        }
    }

    /** Copies the list. */
    public Recommendation {
        evidence = List.copyOf(evidence);
    }

    @Override
    public String toString() {
        return action.text
                + evidence.stream().map(alarm -> "\n  " + alarm).collect(Collectors.joining());
    }
}
