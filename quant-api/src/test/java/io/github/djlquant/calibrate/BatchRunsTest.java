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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BatchRunsTest {

    private static final Probe PROBE = new Probe.MinMax("x");

    /** What a batch does besides returning its number. */
    private interface Work {
        void of(long batch) throws Exception;
    }

    private static ProbeRunner runner(Work work) {
        return new ProbeRunner() {
            @Override
            public Map<Probe, Tensor> run(Map<String, Tensor> feeds, long batch) {
                try {
                    work.of(batch);
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                return Map.of(PROBE, Tensor.ofFloat(batch));
            }

            @Override
            public void close() {}
        };
    }

    private static Feed feed(long row) {
        return new Feed(Map.of(), 1, row);
    }

    private static float number(BatchRuns.Finished finished) {
        return finished.results().get(PROBE).toFloats()[0];
    }

    @Test
    void batchesRunAtOnceAndComeOutInTheirOrder() {
        CyclicBarrier both = new CyclicBarrier(2);
        CountDownLatch second = new CountDownLatch(1);
        ProbeRunner runner =
                runner(
                        batch -> {
                            both.await(60, TimeUnit.SECONDS);
                            if (batch == 0) {
                                second.await();
                            } else {
                                second.countDown();
                            }
                        });
        try (BatchRuns runs = new BatchRuns(runner, 2)) {
            runs.start(feed(0), 0);
            assertThat(runs.isFull()).isFalse();
            runs.start(feed(1), 1);
            assertThat(runs.isFull()).isTrue();
            assertThat(List.of(number(runs.next()), number(runs.next()))).containsExactly(0f, 1f);
            assertThat(runs.isEmpty()).isTrue();
        }
    }

    @Test
    void singleBatchesRunInTheCallingThread() {
        Thread caller = Thread.currentThread();
        ProbeRunner runner = runner(batch -> assertThat(Thread.currentThread()).isSameAs(caller));
        try (BatchRuns runs = new BatchRuns(runner, 1)) {
            runs.start(feed(0), 7);
            assertThat(runs.isFull()).isTrue();
            assertThat(number(runs.next())).isEqualTo(7f);
        }
    }

    @Test
    void refusalOfTheEngineReachesTheCaller() {
        ProbeRunner runner =
                runner(
                        batch -> {
                            throw new CalibrationException(Problem.of("no such input"));
                        });
        for (int atOnce = 1; atOnce < 3; atOnce++) {
            try (BatchRuns runs = new BatchRuns(runner, atOnce)) {
                runs.start(feed(0), 0);
                assertThatThrownBy(runs::next)
                        .isInstanceOf(CalibrationException.class)
                        .hasMessageContaining("no such input");
            }
        }
    }

    @Test
    void interruptReachesTheRunsAndWhatEndsByItselfIsKept() {
        CountDownLatch heard = new CountDownLatch(1);
        ProbeRunner runner =
                runner(
                        batch -> {
                            try {
                                Thread.sleep(60_000);
                            } catch (InterruptedException e) {
                                heard.countDown();
                            }
                        });
        try (BatchRuns runs = new BatchRuns(runner, 2)) {
            runs.start(feed(0), 3);
            Thread.currentThread().interrupt();
            BatchRuns.Finished finished = runs.next();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(number(finished)).isEqualTo(3f);
            assertThat(heard.getCount()).isZero();
        }
    }

    @Test
    void closingWaitsForWhatRuns() throws Exception {
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        ProbeRunner runner =
                runner(
                        batch -> {
                            begun.countDown();
                            long end = System.nanoTime() + 50_000_000;
                            while (System.nanoTime() < end) {
                                Thread.onSpinWait();
                            }
                            ended.set(true);
                        });
        try (BatchRuns runs = new BatchRuns(runner, 2)) {
            runs.start(feed(0), 0);
            begun.await();
        }
        assertThat(ended).isTrue();
    }
}
