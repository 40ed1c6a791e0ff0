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
package io.github.djlquant.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumberedSlicesTest {

    /** Samples 0, 1, .. with these numbers, where the upper quarter of the numbers is lost. */
    private static Map<String, SliceTally> of(List<Integer> samples, int count) {
        NumberedSlices slices = new NumberedSlices("");
        for (int sample : samples) {
            int quantized = sample < count / 4 * 3 ? 1 : 0;
            slices.add(sample, sample, new SampleGrade(1, quantized, quantized == 0));
        }
        return slices.tallies();
    }

    private static List<Integer> sorted(int count) {
        List<Integer> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(i);
        }
        return samples;
    }

    /** As images that a camera took from morning to night: the first thousands are all dark. */
    @Test
    void sortedDataIsCutAtItsQuartiles() {
        Map<String, SliceTally> slices = of(sorted(8000), 8000);

        assertThat(slices)
                .containsOnlyKeys("below 2000", "2000 to 4000", "4000 to 6000", "from 6000");
        assertThat(slices.values()).extracting(SliceTally::samples).containsOnly(2000L);
        assertThat(slices.get("from 6000").drop()).isEqualTo(1);
        assertThat(slices.get("4000 to 6000").drop()).isZero();
    }

    @Test
    void noOrderChangesTheSlices() {
        int count = 2 * NumberedSlices.MOST;
        List<Integer> shuffled = sorted(count);
        Collections.shuffle(shuffled, new Random(1));
        List<Integer> reversed = sorted(count);
        Collections.reverse(reversed);

        Map<String, SliceTally> slices = of(sorted(count), count);
        for (List<Integer> order : List.of(shuffled, reversed)) {
            Map<String, SliceTally> others = of(order, count);
            assertThat(others.keySet()).containsExactlyElementsOf(slices.keySet());
            others.forEach(
                    (name, tally) -> {
                        assertThat(tally.samples()).isEqualTo(slices.get(name).samples());
                        assertThat(tally.drop()).isEqualTo(slices.get(name).drop());
                    });
        }
    }

    @Test
    void manySamplesAreDrawnEvenly() {
        int count = 10 * NumberedSlices.MOST;
        Map<String, SliceTally> slices = of(sorted(count), count);

        assertThat(slices).hasSize(4);
        assertThat(slices.values())
                .extracting(SliceTally::samples)
                .containsOnly((long) NumberedSlices.MOST / 4);
        double lost = slices.values().stream().mapToDouble(SliceTally::drop).sum() / 4;
        assertThat(lost).isCloseTo(0.25, withinPercentage(4));
    }
}
