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

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Adds up what each stage takes; the time of a stage inside another one counts for itself only. */
final class StageClock {

    private final Map<Stage, Duration> times = new EnumMap<>(Stage.class);
    private final LongSupplier nanos;
    private Stage running;
    private long since;

    StageClock(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /**
     * Runs a part of a stage.
     *
     * @throws QuantizationCancelledException if the thread was interrupted before
     */
    <T> T time(Stage stage, Supplier<T> work) {
        refuseIfInterrupted();
        Stage outer = turnTo(stage);
        try {
            return work.get();
        } finally {
            turnTo(outer);
        }
    }

    /** Ends the run of a thread that was interrupted. */
    static void refuseIfInterrupted() {
        if (Thread.interrupted()) {
            throw new QuantizationCancelledException(
                    Problem.of("the quantization was interrupted; nothing was written"));
        }
    }

    /** Counts time of one stage for another. */
    void move(Duration time, Stage from, Stage to) {
        if (!time.isZero()) {
            add(from, time.negated());
            add(to, time);
        }
    }

    /** What each stage took that ran. */
    Map<Stage, Duration> times() {
        return Collections.unmodifiableMap(times);
    }

    private Stage turnTo(Stage stage) {
        long now = nanos.getAsLong();
        if (running != null) {
            add(running, Duration.ofNanos(now - since));
        }
        Stage before = running;
        running = stage;
        since = now;
        return before;
    }

    private void add(Stage stage, Duration time) {
        times.merge(stage, time, Duration::plus);
    }
}
