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

import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.FloatHistogram;
import io.github.djlquant.observe.Statistics;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts of different lengths: one by one in calibration, filled up in batches when served. */
class PaddingTest {

    private static final int FEATURES = 3;

    private static final DriftBaseline BASELINE = baseline(1);

    /** Of 400 texts, so many of them at once. */
    private static DriftBaseline baseline(int rows) {
        Random random = new Random(1);
        DriftBaseline.Builder builder =
                DriftBaseline.builder(List.of("input_ids", "attention_mask", "embedded"));
        for (int i = 0; i < 400; i += rows) {
            builder.add(batch(random, rows, i % 16 == 8, 0));
        }
        return builder.build();
    }

    /** Ids from 100 on, 0 where a text is filled up; with features that are -9 there. */
    private static Map<String, Tensor> batch(Random random, int rows, boolean left, int shift) {
        int[] lengths = random.ints(rows, 5, 40).toArray();
        int longest = Arrays.stream(lengths).max().orElseThrow();
        long[] ids = new long[rows * longest];
        long[] mask = new long[rows * longest];
        float[] embedded = new float[rows * longest * FEATURES];
        Arrays.fill(embedded, -9);
        for (int row = 0; row < rows; row++) {
            int start = row * longest + (left ? longest - lengths[row] : 0);
            for (int i = start; i < start + lengths[row]; i++) {
                ids[i] = 100L + shift + random.nextInt(2000);
                mask[i] = 1;
                for (int f = 0; f < FEATURES; f++) {
                    embedded[i * FEATURES + f] = (float) random.nextGaussian();
                }
            }
        }
        Map<String, Tensor> batch = new HashMap<>();
        batch.put("input_ids", Tensor.ofLongs(ids, rows, longest));
        batch.put("attention_mask", Tensor.ofLongs(mask, rows, longest));
        batch.put("embedded", Tensor.ofFloats(embedded, rows, longest, FEATURES));
        return batch;
    }

    @ParameterizedTest
    @CsvSource({"false, 1", "true, 1", "false, 8", "true, 8"})
    void fillingIsNoDriftAndDriftIsStillSeen(boolean left, int rowsOfCalibration) {
        DriftMonitor monitor = DriftMonitor.builder().build(baseline(rowsOfCalibration));
        Random random = new Random(2);
        for (int rows = 0; rows < 4000; rows += 8) {
            monitor.observe(batch(random, 8, left, 0));
            assertThat(monitor.alarms()).isEmpty();
        }
        assertThat(monitor.latest().orElseThrow().window()).isEqualTo(128);
        for (int rows = 0; rows < 248; rows += 8) {
            monitor.observe(batch(random, 8, left, 900));
        }
        assertThat(monitor.alarms()).extracting(DriftAlarm::tensor).containsOnly("input_ids");
    }

    @Test
    void masksTellOfOthersAndAreNotWatched() {
        assertThat(BASELINE.masks()).containsExactly("attention_mask");
        DriftMonitor monitor = DriftMonitor.builder().build(BASELINE);
        monitor.observe(batch(new Random(3), 180, false, 0));
        assertThat(monitor.latest().orElseThrow().readings())
                .extracting(Reading::tensor)
                .contains("input_ids", "embedded", "embedded (neighbours)")
                .doesNotContain("attention_mask");
    }

    /** Of rows that are filling as a whole nothing is counted; masks may have extents of 1. */
    @Test
    void countsWhatIsNotFillingAlone() {
        DriftCounter counter = new DriftCounter(BASELINE, 0);
        long[] ids = {100, 0, 0, 0, 0, 0, 0, 0, 0};
        long[] mask = {1, 0, 0, 0, 1, 0, 0, 0, 0};
        counter.count(
                Map.of(
                        "input_ids", Tensor.ofLongs(ids, 3, 3),
                        "attention_mask", Tensor.ofLongs(mask, 3, 1, 1, 3)));
        TensorCounts counts = counter.drain().tensors().get("input_ids");
        assertThat(counts.rows()).isEqualTo(2);
        assertThat(counts.rowsBelow()).isEqualTo(1);
        assertThat(counts.outside()).isEqualTo(64);
    }

    /** Filling that calibration met is left out there too, and the artifact remembers that. */
    @Test
    void filledCalibrationTellsTheSame() {
        DriftBaseline filled = baseline(8);
        assertThat(filled.masks()).containsExactly("attention_mask");
        assertThat(filled.tensors().get("input_ids").min()).isGreaterThanOrEqualTo(100);
        assertThat(filled.tensors().get("embedded").min()).isGreaterThan(-9);
        assertThat(filled.isFilled()).isTrue();
        assertThat(BaselineJson.parse(filled.print(), "test").isFilled()).isTrue();
        assertThat(BASELINE.isFilled()).isFalse();
    }

    /**
     * What calibration knows of inner values is with the filling, and so is what they are compared
     * with.
     */
    @Test
    void distributionsOfAllElementsAreComparedWithAllElements() {
        TensorBaseline inside =
                TensorBaseline.of(
                        "inside",
                        new Statistics(0, 1)
                                .merge(new Statistics(0, 1))
                                .withHistogram(FloatHistogram.of(new float[] {0, 1})),
                        Double.NEGATIVE_INFINITY,
                        Double.POSITIVE_INFINITY);
        assertThat(baseline(8).isWithoutFilling(inside)).isFalse();
        assertThat(BASELINE.isWithoutFilling(inside)).isTrue();
    }

    /**
     * Masks that are 1 where the filling is are inputs as others are, and so is what is no mask.
     */
    @ParameterizedTest
    @CsvSource({"key_padding_mask, 1", "attention_mask, 2", "attention, 1"})
    void otherInputsAreWatched(String name, int one) {
        Map<String, Tensor> batch = batch(new Random(1), 50, false, 0);
        long[] flags = batch.get("attention_mask").toLongs();
        Map<String, Tensor> other =
                Map.of(
                        "input_ids",
                        batch.get("input_ids"),
                        name,
                        Tensor.ofLongs(
                                Arrays.stream(flags).map(flag -> one * flag).toArray(),
                                batch.get("input_ids").shape().toArray()));
        DriftBaseline baseline =
                DriftBaseline.builder(List.of("input_ids", name)).add(other).build();
        assertThat(baseline.masks()).isEmpty();
        assertThat(baseline.watched()).extracting(TensorBaseline::tensor).contains(name);
    }
}
