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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.apache.commons.statistics.distribution.HypergeometricDistribution;
import org.junit.jupiter.api.Test;

/** Thresholds against simulation: chance must not exceed them more often than they promise. */
class FiniteSampleTest {

    private static final int ELEMENTS = 48;

    /** Rows that are brighter or darker as a whole: elements of one row are not independent. */
    private static float[] rows(Random random, int count, double between, double within) {
        float[] elements = new float[count * ELEMENTS];
        for (int row = 0; row < count; row++) {
            double level = between * random.nextGaussian();
            for (int i = 0; i < ELEMENTS; i++) {
                elements[row * ELEMENTS + i] = (float) (level + within * random.nextGaussian());
            }
        }
        return elements;
    }

    private static Map<String, Tensor> batch(float[] elements) {
        return Map.of("x", Tensor.ofFloats(elements, elements.length / ELEMENTS, ELEMENTS));
    }

    /** How often each figure is above at a level of 1 %, over new baselines and new windows. */
    private static Map<Figure, Double> shareAbove(double between, double within, int rows) {
        Random random = new Random(5);
        Map<Figure, Double> above = new EnumMap<>(Figure.class);
        int trials = 1500;
        for (int trial = 0; trial < trials; trial++) {
            DriftBaseline baseline =
                    DriftBaseline.builder(List.of("x"))
                            .add(batch(rows(random, 120, between, within)))
                            .build();
            DriftCounter counter = new DriftCounter(baseline, trial);
            counter.count(batch(rows(random, rows, between, within)));
            for (Reading reading :
                    TensorReadings.of(
                            baseline.tensors().get("x"),
                            counter.drain().tensors().get("x"),
                            0.01)) {
                above.merge(reading.figure(), reading.isAbove() ? 1.0 / trials : 0, Double::sum);
            }
        }
        return above;
    }

    @Test
    void chanceKeepsWithinTheThresholds() {
        List<Map<Figure, Double>> all = new ArrayList<>();
        all.add(shareAbove(1, 0.3, 100));
        all.add(shareAbove(0.3, 1, 40));
        all.add(shareAbove(0, 1, 200));
        for (Map<Figure, Double> above : all) {
            // 1 % and three standard errors of 1,500 trials; the range's test is exact.
            assertThat(above.values()).allSatisfy(share -> assertThat(share).isLessThan(0.018));
        }
    }

    /** A threshold that nothing exceeds would pass the test above. */
    @Test
    void thresholdsFollowFromTheSizeOfTheWindow() {
        DriftBaseline measured =
                DriftBaseline.builder(List.of("x"))
                        .add(batch(rows(new Random(1), 400, 0.3, 1)))
                        .build();
        TensorBaseline tensor = measured.tensors().get("x");
        DoubleSupplier small = () -> FiniteSample.stability(tensor, 50, 1e-4);
        DoubleSupplier large = () -> FiniteSample.stability(tensor, 400, 1e-4);
        assertThat(small.getAsDouble()).isGreaterThan(2 * large.getAsDouble());
        assertThat(FiniteSample.distance(tensor, 50, 1e-4))
                .isGreaterThan(1.5 * FiniteSample.distance(tensor, 400, 1e-4));
        assertThat(FiniteSample.distance(tensor, 400, 1e-4)).isLessThan(0.15);
    }

    /** The r largest of n + m are all live: a draw of r without replacement. */
    @Test
    void rowsBeyondAreThoseOfTheHypergeometricDistribution() {
        for (int n : new int[] {20, 100, 300}) {
            for (int m : new int[] {50, 500}) {
                long r = FiniteSample.rowsBeyond(n, m, 1e-3);
                assertThat(2 * allLive(n, m, (int) r + 1)).isLessThanOrEqualTo(1e-3);
                assertThat(2 * allLive(n, m, (int) r)).isGreaterThan(1e-3);
            }
        }
    }

    private static double allLive(int n, int m, int r) {
        return HypergeometricDistribution.of(n + m, n, r).probability(r);
    }
}
