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

import java.util.Optional;

/** One figure of one tensor over the windows. Not safe for several threads. */
final class AlarmState {

    private final Hysteresis hysteresis;
    private Reading worst;
    private long first;
    private long last;
    private long count;
    private long rows;

    AlarmState(int raiseAfter, int clearAfter) {
        hysteresis = new Hysteresis(raiseAfter, clearAfter);
    }

    /**
     * Takes a window; tells whether the alarm was raised or cleared. Who has told of one that was
     * cleared, makes it {@link #forget}.
     */
    boolean update(WindowReport window, Reading reading) {
        if (reading.isAbove()) {
            if (count == 0) {
                first = window.window();
            }
            if (worst == null
                    || reading.value() - reading.threshold() > worst.value() - worst.threshold()) {
                worst = reading;
            }
            last = window.window();
            rows = window.rows();
            count++;
        }
        boolean changed = hysteresis.update(reading.isAbove());
        if (!hysteresis.isRaised() && !changed && hysteresis.streak() == 0) {
            forget();
        }
        return changed;
    }

    /** Drops the evidence. */
    void forget() {
        worst = null;
        count = 0;
    }

    boolean isRaised() {
        return hysteresis.isRaised();
    }

    /** The evidence; empty if the last windows were as calibrated. */
    Optional<DriftAlarm> alarm() {
        return worst == null
                ? Optional.empty()
                : Optional.of(new DriftAlarm(worst, first, last, count, rows));
    }
}
