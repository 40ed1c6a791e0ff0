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

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The alarms of all figures of all tensors. Not safe for several threads. */
final class AlarmBoard {

    private final int raiseAfter;
    private final int clearAfter;
    private final Map<String, AlarmState> states = new TreeMap<>();

    AlarmBoard(int raiseAfter, int clearAfter) {
        this.raiseAfter = raiseAfter;
        this.clearAfter = clearAfter;
    }

    /**
     * Takes a window.
     *
     * @param changed told of each alarm that was raised (true) or cleared (false)
     */
    void update(WindowReport window, BiConsumer<DriftAlarm, Boolean> changed) {
        for (Reading reading : window.readings()) {
            AlarmState state =
                    states.computeIfAbsent(
                            reading.tensor() + " " + reading.figure(),
                            key -> new AlarmState(raiseAfter, clearAfter));
            if (state.update(window, reading)) {
                state.alarm().ifPresent(alarm -> changed.accept(alarm, state.isRaised()));
                if (!state.isRaised()) {
                    state.forget();
                }
            }
        }
    }

    /** The alarms that are raised, the furthest above its threshold first. */
    List<DriftAlarm> raised() {
        return evidence(true);
    }

    /** What is above its threshold for too short a time yet. */
    List<DriftAlarm> early() {
        return evidence(false);
    }

    private List<DriftAlarm> evidence(boolean raised) {
        List<DriftAlarm> alarms = new ArrayList<>();
        for (AlarmState state : states.values()) {
            if (state.isRaised() == raised) {
                state.alarm().ifPresent(alarms::add);
            }
        }
        alarms.sort(
                Comparator.comparingDouble(
                        alarm ->
                                -alarm.worst().value()
                                        / Math.max(1e-9, alarm.worst().threshold())));
        return alarms;
    }
}
