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
package io.github.djlquant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

    private final StringWriter terminal = new StringWriter();
    private long now;
    private final ProgressBar bar = new ProgressBar(new PrintWriter(terminal), () -> now);

    @Test
    void drawsShareCountAndRemainingTime() {
        bar.reset("Calibrating", 500);
        after(3);
        bar.update(125);
        assertThat(screen())
                .isEqualTo(
                        "Calibrating  [##########..............................]  25 %  125/500"
                                + "  9 s left");
    }

    @Test
    void redrawsAtMostTenTimesASecondButAlwaysTheEnd() {
        bar.reset("Calibrating", 1_000);
        for (int i = 0; i < 999; i++) {
            now += 1_000_000;
            bar.increment(1);
        }
        assertThat(frames()).isLessThanOrEqualTo(11);
        bar.increment(1);
        assertThat(screen()).contains("100 %  1000/1000");
    }

    @Test
    void leavesAnEmptyLineBehind() {
        bar.reset("Verifying", 10);
        after(1);
        bar.update(3);
        bar.end();
        assertThat(screen()).isEmpty();
    }

    @Test
    void countsWhereTheEndIsNotKnown() {
        bar.reset("Reading", 0);
        after(1);
        bar.update(42);
        assertThat(screen()).isEqualTo("Reading  42");
    }

    @Test
    void overwritesALongerLineWhole() {
        bar.reset("A long name of a stage", 10);
        bar.reset("Short", 0);
        assertThat(screen()).isEqualTo("Short");
    }

    @Test
    void neverClaimsMoreThanAll() {
        bar.reset("Calibrating", 10);
        after(1);
        bar.update(12);
        assertThat(screen()).contains("100 %  12/10");
    }

    private void after(int seconds) {
        now += seconds * 1_000_000_000L;
    }

    private long frames() {
        return terminal.toString().chars().filter(c -> c == '\r').count();
    }

    /** What a terminal shows: each carriage return starts over on the same line. */
    private String screen() {
        char[] cells = " ".repeat(200).toCharArray();
        int column = 0;
        for (char c : terminal.toString().toCharArray()) {
            if (c == '\r') {
                column = 0;
            } else {
                cells[column++] = c;
            }
        }
        return new String(cells).stripTrailing();
    }
}
