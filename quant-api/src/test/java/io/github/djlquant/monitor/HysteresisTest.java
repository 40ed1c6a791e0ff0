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

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class HysteresisTest {

    /** The state after a window is told by the last run of equal windows that was long enough. */
    @Property
    void isRaisedByARunAboveAndClearedByARunBelow(
            @ForAll @IntRange(min = 1, max = 4) int raise,
            @ForAll @IntRange(min = 1, max = 4) int clear,
            @ForAll @Size(max = 40) List<Boolean> windows) {
        Hysteresis hysteresis = new Hysteresis(raise, clear);
        for (int end = 1; end <= windows.size(); end++) {
            boolean before = hysteresis.isRaised();
            boolean changed = hysteresis.update(windows.get(end - 1));
            assertThat(hysteresis.isRaised())
                    .isEqualTo(stateAfter(windows.subList(0, end), raise, clear));
            assertThat(changed).isEqualTo(before != hysteresis.isRaised());
        }
    }

    /** Looks back for the last run that decides. */
    private static boolean stateAfter(List<Boolean> windows, int raise, int clear) {
        for (int end = windows.size(); end > 0; end--) {
            if (isRun(windows, end, raise, true)) {
                return true;
            }
            if (isRun(windows, end, clear, false)) {
                return false;
            }
        }
        return false;
    }

    private static boolean isRun(List<Boolean> windows, int end, int length, boolean above) {
        return end >= length
                && windows.subList(end - length, end).stream().allMatch(w -> w == above);
    }
}
