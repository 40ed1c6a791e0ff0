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

import static io.github.djlquant.monitor.DriftMonitorTest.BASELINE;
import static io.github.djlquant.monitor.DriftMonitorTest.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Eight threads at one monitor: no row is lost or counted twice, and alarms come once. */
class DriftMonitorThreadsTest {

    private static final int THREADS = 8;

    /** What a thread does; the number of the thread is its seed. */
    private interface Work {
        void run(int thread) throws Exception;
    }

    /** Runs in all threads at once; the first failure is thrown. */
    private static void inThreads(Work work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> results = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            results.add(
                    threads.submit(
                            () -> {
                                start.await();
                                work.run(thread);
                                return null;
                            }));
        }
        threads.shutdown();
        for (Future<?> result : results) {
            result.get(60, TimeUnit.SECONDS);
        }
    }

    /** Half of the threads serve; the others bring what was counted elsewhere. */
    @Test
    void noRowIsLostBetweenServingAndMerging() throws Exception {
        int calls = 500;
        int all = THREADS * calls * 2;
        DriftMonitor monitor = DriftMonitor.builder().optWindow(all + 1).build(BASELINE);
        inThreads(
                thread -> {
                    Random random = new Random(thread);
                    DriftCounter elsewhere = new DriftCounter(BASELINE, thread);
                    for (int call = 0; call < calls; call++) {
                        Map<String, Tensor> batch = rows(random, 2, 0);
                        if (thread % 2 == 0) {
                            monitor.observe(batch);
                        } else {
                            elsewhere.count(batch);
                            monitor.add(elsewhere.drain());
                        }
                    }
                });
        assertThat(monitor.latest()).isEmpty();
        monitor.observe(rows(new Random(9), 1, 0));
        assertThat(monitor.latest().orElseThrow().rows()).isEqualTo(all + 1);
        assertThat(monitor.latest().orElseThrow().above()).isEmpty();
    }

    /** Windows close while the others count on, and who asks sees whole ones, in their order. */
    @Test
    void windowsAreWholeWhileTheyClose() throws Exception {
        int calls = 2000;
        DriftMonitor monitor = DriftMonitor.builder().optWindow(200).optSlide(50).build(BASELINE);
        inThreads(
                thread -> {
                    Random random = new Random(thread);
                    long last = 0;
                    for (int call = 0; call < calls; call++) {
                        if (thread < THREADS - 1) {
                            monitor.observe(rows(random, 1, 0));
                        }
                        WindowReport seen = monitor.latest().orElse(null);
                        if (seen != null) {
                            assertThat(seen.window()).isGreaterThanOrEqualTo(last);
                            assertThat(seen.rows()).isGreaterThanOrEqualTo(200);
                            last = seen.window();
                        }
                        assertThat(monitor.toJson().get("action").getAsString()).isEqualTo("none");
                    }
                });
        long rows = (THREADS - 1L) * calls;
        assertThat(monitor.latest().orElseThrow().window())
                .isLessThanOrEqualTo((rows - 200) / 50 + 1)
                .isGreaterThan(rows / 100);
    }

    @Test
    void anAlarmIsToldOnceAndKeepsWhatCameAfterIt() throws Exception {
        ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
        DriftMonitor monitor =
                DriftMonitor.builder()
                        .optWindow(100)
                        .optReservoir(40)
                        .addListener((alarm, raised) -> told.add(alarm.figure() + " " + raised))
                        .build(BASELINE);
        inThreads(
                thread -> {
                    Random random = new Random(thread);
                    for (int call = 0; call < 300; call++) {
                        monitor.observe(rows(random, 1, 3));
                        monitor.reservoir();
                    }
                });
        assertThat(told).isNotEmpty().doesNotHaveDuplicates().allMatch(t -> t.endsWith(" true"));
        assertThat(told).hasSameSizeAs(monitor.alarms());
        assertThat(monitor.reservoir()).isPresent();
        assertThat(monitor.recommendation().action()).isEqualTo(Recommendation.Action.RECALIBRATE);
    }

    /** The draw depends on the number of the call alone, whoever makes it. */
    @Test
    void asManyCallsAreDueAsOfOneThread() throws Exception {
        DriftMonitor alone = DriftMonitor.builder().optEvery(10).build(BASELINE);
        int expected = 0;
        for (int call = 0; call < THREADS * 5000; call++) {
            expected += alone.isDue() ? 1 : 0;
        }
        DriftMonitor shared = DriftMonitor.builder().optEvery(10).build(BASELINE);
        AtomicInteger due = new AtomicInteger();
        inThreads(
                thread -> {
                    for (int call = 0; call < 5000; call++) {
                        due.addAndGet(shared.isDue() ? 1 : 0);
                    }
                });
        assertThat(due).hasValue(expected);
    }

    /** Rows are kept whole, and never more than asked for. */
    @Test
    void theReservoirKeepsWholeRows() throws Exception {
        Reservoir reservoir = new Reservoir(25, 3);
        inThreads(
                thread -> {
                    for (int i = 0; i < 2000; i++) {
                        float number = thread * 2000 + i;
                        reservoir.offer(
                                Map.of("x", Tensor.ofFloats(new float[] {number, -number}, 1, 2)));
                        assertThat(reservoir.rows()).hasSizeLessThanOrEqualTo(25);
                    }
                });
        assertThat(reservoir.rows()).hasSize(25);
        for (Map<String, Tensor> row : reservoir.rows()) {
            float[] kept = row.get("x").toFloats();
            assertThat(kept[1]).isEqualTo(-kept[0]);
        }
        assertThat(reservoir.rows().stream().map(row -> row.get("x").toFloats()[0]))
                .doesNotHaveDuplicates();
    }
}
