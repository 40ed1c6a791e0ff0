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

/**
 * Turns a series of windows into an alarm that does not flicker: raised after so many windows above
 * in a row, cleared after so many below in a row.
 */
final class Hysteresis {

    private final int raiseAfter;
    private final int clearAfter;
    private boolean raised;
    private int streak;

    Hysteresis(int raiseAfter, int clearAfter) {
        this.raiseAfter = raiseAfter;
        this.clearAfter = clearAfter;
    }

    /**
     * Takes a window.
     *
     * @param above whether it is above the threshold
     * @return true if the alarm changed
     */
    boolean update(boolean above) {
        streak = above == raised ? 0 : streak + 1;
        if (streak < (raised ? clearAfter : raiseAfter)) {
            return false;
        }
        raised = !raised;
        streak = 0;
        return true;
    }

    boolean isRaised() {
        return raised;
    }

    /** Windows in a row that speak against the present state. */
    int streak() {
        return streak;
    }
}
