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

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BesideTest {

    @Test
    void worksOnceHoweverOftenItIsAsked() {
        AtomicInteger runs = new AtomicInteger();
        Beside<Integer> work = Beside.start(runs::incrementAndGet);

        assertThat(work.get()).isEqualTo(1);
        assertThat(work.get()).isEqualTo(1);
        assertThat(ForkJoinPool.commonPool().awaitQuiescence(60, TimeUnit.SECONDS)).isTrue();
        assertThat(runs).hasValue(1);
    }

    @Test
    void handsOnWhatWentWrong() {
        ModelFormatException wrong = new ModelFormatException(Problem.of("no model"));
        Beside<Void> failed =
                Beside.start(
                        () -> {
                            throw wrong;
                        });
        assertThatThrownBy(failed::get).isSameAs(wrong);
        AssertionError broken = new AssertionError("broken");
        Beside<Void> ended =
                Beside.start(
                        () -> {
                            throw broken;
                        });
        assertThatThrownBy(ended::get).isSameAs(broken);
    }

    @Test
    void isWaitedForWhateverHappens() {
        Beside<String> work = Beside.start(() -> "made");
        Thread.currentThread().interrupt();
        assertThat(work.settle()).contains("made");
        assertThat(Thread.interrupted()).isTrue();
        Beside<String> failed =
                Beside.start(
                        () -> {
                            throw new ModelFormatException(Problem.of("no model"));
                        });
        assertThat(failed.settle()).isEmpty();
    }
}
