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
package io.github.djlquant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StageClockTest {

    private long now = 1_000_000;
    private final StageClock clock = new StageClock(() -> now);

    private Void pass(long nanos) {
        now += nanos;
        return null;
    }

    @Test
    void countsEveryMomentOnce() {
        clock.time(
                Stage.WRITE,
                () -> {
                    pass(1);
                    clock.time(Stage.READ, () -> pass(20));
                    clock.time(Stage.VERIFY, () -> pass(300));
                    clock.time(Stage.READ, () -> pass(4000));
                    return pass(50_000);
                });
        pass(600_000);
        assertThat(clock.times())
                .containsOnlyKeys(Stage.WRITE, Stage.READ, Stage.VERIFY)
                .containsEntry(Stage.WRITE, Duration.ofNanos(50_001))
                .containsEntry(Stage.READ, Duration.ofNanos(4020))
                .containsEntry(Stage.VERIFY, Duration.ofNanos(300));
    }

    @Test
    void goesOnWithTheOuterStageAfterAFailure() {
        clock.time(
                Stage.WRITE,
                () -> {
                    assertThatThrownBy(
                                    () ->
                                            clock.time(
                                                    Stage.READ,
                                                    () -> {
                                                        pass(7);
                                                        throw new IllegalStateException("broken");
                                                    }))
                            .hasMessage("broken");
                    return pass(10);
                });
        assertThat(clock.times())
                .containsEntry(Stage.READ, Duration.ofNanos(7))
                .containsEntry(Stage.WRITE, Duration.ofNanos(10));
    }

    @Test
    void movesTimeBetweenStages() {
        clock.time(Stage.FUSE, () -> pass(10));
        clock.move(Duration.ofNanos(4), Stage.FUSE, Stage.VERIFY);
        clock.move(Duration.ZERO, Stage.PLAN, Stage.ROUND);
        assertThat(clock.times())
                .containsOnlyKeys(Stage.FUSE, Stage.VERIFY)
                .containsEntry(Stage.FUSE, Duration.ofNanos(6))
                .containsEntry(Stage.VERIFY, Duration.ofNanos(4));
    }
}
