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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of different lengths: one by one in calibration, filled up in batches when served. */
class PaddingTest {

    private static final int FEATURES = 3;

    private static final DriftBaseline BASELINE = baseline();

    private static DriftBaseline baseline() {
        Random random = new Random(1);
        DriftBaseline.Builder builder =
                DriftBaseline.builder(List.of("input_ids", "attention_mask", "embedded"));
        for (int i = 0; i < 400; i++) {
            builder.add(batch(random, 1, false, 0));
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
    @ValueSource(booleans = {false, true})
    void fillingIsNoDriftAndDriftIsStillSeen(boolean left) {
        DriftMonitor monitor = DriftMonitor.builder().build(BASELINE);
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

    /** A mask that was 0 somewhere in calibration is an input as others are. */
    @Test
    void masksOfFilledCalibrationAreWatched() {
        Map<String, Tensor> filled = batch(new Random(1), 50, false, 0);
        DriftBaseline baseline =
                DriftBaseline.builder(List.of("input_ids", "attention_mask")).add(filled).build();
        assertThat(baseline.masks()).isEmpty();
        assertThat(baseline.watched())
                .extracting(TensorBaseline::tensor)
                .contains("attention_mask");
    }
}
