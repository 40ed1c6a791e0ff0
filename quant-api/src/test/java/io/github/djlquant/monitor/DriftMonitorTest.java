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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftMonitorTest {

    static final DriftBaseline BASELINE =
            DriftBaseline.builder(List.of("x")).add(rows(new Random(1), 400, 0)).build();

    /** Rows of twenty normal numbers. */
    static Map<String, Tensor> rows(Random random, int count, double shift) {
        float[] elements = new float[count * 20];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (float) (random.nextGaussian() + shift);
        }
        return Map.of("x", Tensor.ofFloats(elements, count, 20));
    }

    private static void run(DriftMonitor monitor, int rows, double shift, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < rows; i += 5) {
            monitor.observe(rows(random, 5, shift));
        }
    }

    @Test
    void raisesAfterTwoWindowsAndClearsAfterThree() {
        List<String> told = new ArrayList<>();
        DriftMonitor monitor =
                DriftMonitor.builder()
                        .optWindow(50)
                        .addListener(
                                (alarm, raised) ->
                                        told.add(
                                                alarm.figure() + (raised ? " raised" : " cleared")))
                        .build(BASELINE);
        run(monitor, 500, 0, 2);
        assertThat(monitor.recommendation().action()).isEqualTo(Recommendation.Action.NONE);
        run(monitor, 50, 1, 3);
        assertThat(told).isEmpty();
        assertThat(monitor.recommendation().action()).isEqualTo(Recommendation.Action.WATCH);
        run(monitor, 50, 1, 4);
        assertThat(told).contains("STABILITY_INDEX raised", "KOLMOGOROV_SMIRNOV raised");
        Recommendation recommendation = monitor.recommendation();
        assertThat(recommendation.action()).isEqualTo(Recommendation.Action.RECALIBRATE);
        assertThat(recommendation.toString())
                .startsWith("recalibrate")
                .contains("%x: PSI")
                .contains("in 2 windows of 50 rows (windows 11 to 12)");
        told.clear();
        run(monitor, 100, 0, 5);
        assertThat(told).isEmpty();
        run(monitor, 50, 0, 6);
        assertThat(told).contains("STABILITY_INDEX cleared", "KOLMOGOROV_SMIRNOV cleared");
        assertThat(monitor.alarms()).isEmpty();
        assertThat(monitor.recommendation().action()).isEqualTo(Recommendation.Action.NONE);
    }

    /** A listener's mistake must not reach whoever serves a request. */
    @Test
    void aListenerThatFailsStopsNothing() {
        DriftMonitor monitor =
                DriftMonitor.builder()
                        .optWindow(50)
                        .addListener(
                                (alarm, raised) -> {
                                    throw new IllegalStateException("mistake");
                                })
                        .build(BASELINE);
        run(monitor, 200, 1, 3);
        assertThat(monitor.alarms()).isNotEmpty();
    }

    /** The figures by their definitions, over the drawn elements of one row as long as the draw. */
    @Test
    void figuresAreThoseOfTheirDefinitions() {
        DriftCounter counter = new DriftCounter(BASELINE, 0);
        float[] row = new float[64];
        for (int i = 0; i < row.length; i++) {
            row[i] = i < 16 ? 9 : i < 32 ? -0.1f : 1.4f;
        }
        counter.count(Map.of("x", Tensor.ofFloats(row, 1, 64)));
        TensorBaseline x = BASELINE.tensors().get("x");
        List<Reading> readings = TensorReadings.of(x, counter.drain().tensors().get("x"), 1e-3);
        assertThat(readings.get(0).value()).isEqualTo(1);
        double below = 0;
        double distance = 0;
        double index = 0;
        double liveBelow = 0;
        float[] cuts = x.bins().cuts();
        for (int bin = 0; bin <= cuts.length; bin++) {
            double live = -liveBelow;
            for (float element : row) {
                live += bin == cuts.length || element <= cuts[bin] ? 1 / 64.0 : 0;
            }
            liveBelow += live;
            below += x.shares()[bin];
            distance = Math.max(distance, Math.abs(liveBelow - below));
            // One row more on either side, the baseline's spread evenly.
            double q = (400 * x.shares()[bin] + 1.0 / (cuts.length + 1)) / 401;
            double p = (live + q) / 2;
            index += (p - q) * Math.log(p / q);
        }
        assertThat(readings.get(2).value()).isEqualTo(index, within(1e-12));
        assertThat(readings.get(3).value()).isEqualTo(distance, within(1e-12));
    }

    @Test
    void nanIsOutOfRangeAndInNoBin() {
        DriftCounter counter = new DriftCounter(BASELINE, 0);
        counter.count(Map.of("x", Tensor.ofFloats(new float[] {Float.NaN, 0}, 2, 1)));
        TensorCounts counts = counter.drain().tensors().get("x");
        assertThat(counts.rowsAbove()).isEqualTo(1);
        assertThat(counts.nonFinite()).isEqualTo(64);
        assertThat(counts.drawn()).isEqualTo(128);
        assertThat(java.util.Arrays.stream(counts.bins()).sum()).isEqualTo(64);
    }

    @Test
    void windowsMayOverlap() {
        DriftMonitor tumbling = DriftMonitor.builder().optWindow(100).build(BASELINE);
        DriftMonitor sliding = DriftMonitor.builder().optWindow(100).optSlide(25).build(BASELINE);
        run(tumbling, 400, 0, 1);
        run(sliding, 400, 0, 1);
        assertThat(tumbling.latest().orElseThrow().window()).isEqualTo(4);
        assertThat(sliding.latest().orElseThrow().window()).isEqualTo(13);
        assertThat(sliding.latest().orElseThrow().rows()).isEqualTo(100);
        assertThat(sliding.latest().orElseThrow().readings())
                .isEqualTo(tumbling.latest().orElseThrow().readings());
    }

    /** Batches are shared out over windows, so that large ones do not make alarms late. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 128, 200, 256})
    void driftIsToldWithin500RowsWhereverItBegins(int size) {
        for (int onset : List.of(0, 1, 31, 150, 179, 182, 257)) {
            DriftMonitor monitor = DriftMonitor.builder().build(BASELINE);
            Random random = new Random(onset);
            int rows = 0;
            while (monitor.alarms().isEmpty()) {
                float[] batch = new float[size * 20];
                for (int i = 0; i < batch.length; i++) {
                    boolean drifted = rows + i / 20 >= onset;
                    batch[i] = (float) (random.nextGaussian() + (drifted ? 1 : 0));
                }
                monitor.observe(Map.of("x", Tensor.ofFloats(batch, size, 20)));
                rows += size;
                assertThat(rows - onset).isLessThanOrEqualTo(500);
            }
            assertThat(rows).isGreaterThan(onset);
            assertThat(monitor.latest().orElseThrow().rows()).isEqualTo(180);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 256})
    void manyRowsWithoutDriftRaiseNoAlarm(int size) {
        DriftMonitor monitor = DriftMonitor.builder().build(BASELINE);
        Random random = new Random(8);
        for (int rows = 0; rows < 100_000; rows += size) {
            monitor.observe(rows(random, size, 0));
            assertThat(monitor.alarms()).isEmpty();
        }
        assertThat(monitor.latest().orElseThrow().window()).isGreaterThanOrEqualTo(3328);
    }

    /** What is refused takes nothing away: the next row completes the window. */
    @Test
    void countsThatDoNotFitLoseNoRows() {
        DriftMonitor monitor = DriftMonitor.builder().optWindow(50).build(BASELINE);
        run(monitor, 45, 0, 1);
        TensorCounts fewer = TensorCounts.none(1);
        for (DriftCounts bad :
                List.of(
                        new DriftCounts("other", 7, Map.of()),
                        new DriftCounts(BASELINE.id(), 7, Map.of("x", fewer)),
                        new DriftCounts(BASELINE.id(), 7, Map.of("y", fewer)))) {
            assertThatThrownBy(() -> monitor.add(bad)).isInstanceOf(CalibrationException.class);
        }
        assertThat(monitor.latest()).isEmpty();
        run(monitor, 5, 0, 2);
        assertThat(monitor.latest().orElseThrow().rows()).isEqualTo(50);
    }

    @Test
    void noRowIsLostBetweenThreads() throws InterruptedException {
        List<Long> rows = new ArrayList<>();
        DriftCounter counter = new DriftCounter(BASELINE, 0);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int t = 0; t < 8; t++) {
            long seed = t;
            threads.execute(
                    () -> {
                        Random random = new Random(seed);
                        for (int i = 0; i < 1000; i++) {
                            counter.count(rows(random, 1, 0));
                        }
                    });
        }
        threads.shutdown();
        while (!threads.awaitTermination(1, TimeUnit.MILLISECONDS)) {
            rows.add(counter.drain().rows());
        }
        rows.add(counter.drain().rows());
        assertThat(rows.stream().mapToLong(Long::longValue).sum()).isEqualTo(8000);
    }

    /** Counts of other processes make the same windows as rows that come here. */
    @Test
    void processesShareTheWork() {
        DriftMonitor alone = DriftMonitor.builder().optWindow(100).build(BASELINE);
        DriftMonitor collector = DriftMonitor.builder().optWindow(100).build(BASELINE);
        DriftCounter worker = new DriftCounter(BASELINE, 0);
        Random random = new Random(3);
        for (int i = 0; i < 10; i++) {
            Map<String, Tensor> batch = rows(random, 20, 0.5);
            alone.observe(batch);
            worker.count(batch);
            collector.add(DriftCounts.parse(worker.drain().toJson().toString()));
        }
        assertThat(collector.latest()).isEqualTo(alone.latest());
        assertThat(collector.alarms()).isEqualTo(alone.alarms()).isNotEmpty();
    }

    @Test
    void looksAtOneOfManyCalls() {
        DriftMonitor monitor = DriftMonitor.builder().optEvery(10).build(BASELINE);
        int due = 0;
        for (int call = 0; call < 20_000; call++) {
            due += monitor.isDue() ? 1 : 0;
        }
        // Five standard deviations of a binomial count.
        assertThat(due).isBetween(1790, 2210);
    }

    @Test
    void jsonTellsTheEvidence() {
        DriftMonitor monitor = DriftMonitor.builder().optWindow(50).build(BASELINE);
        run(monitor, 100, 1, 3);
        var json = monitor.toJson();
        assertThat(json.get("action").getAsString()).isEqualTo("recalibrate");
        assertThat(json.getAsJsonArray("evidence").get(0).getAsJsonObject().get("tensor"))
                .hasToString("\"x\"");
        assertThat(json.getAsJsonObject("latest").get("rows").getAsLong()).isEqualTo(50);
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> DriftMonitor.builder().optWindow(1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DriftMonitor.builder().optFalseAlarms(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DriftMonitor.builder().optHysteresis(0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DriftMonitor.builder().optWindow(50).optSlide(75).build(BASELINE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("75 rows between windows of 50");
        assertThatThrownBy(() -> DriftMonitor.builder().optEvery(0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
