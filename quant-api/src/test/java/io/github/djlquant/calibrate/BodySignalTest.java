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
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.observe.FloatHistogram;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.TensorScheme;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodySignalTest {

    private static final TensorScheme SCHEME = TensorScheme.UINT8_ACTIVATION;

    /** Normal numbers; every tenth is louder, every third 0. */
    private static float[] sample(double louder) {
        Random random = new Random(3);
        float[] values = new float[30_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * (i % 10 == 0 ? louder : 1));
            values[i] = i % 3 == 0 ? 0 : values[i];
        }
        return values;
    }

    private static Statistics statistics(float[] values) {
        double[] ends = extremes(values);
        return new Statistics(ends[0], ends[1]).withHistogram(FloatHistogram.of(values));
    }

    private static double[] extremes(float[] values) {
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        return new double[] {sorted[0], sorted[sorted.length - 1]};
    }

    /** The same by rounding each element. */
    private static double naive(float[] values, Range range) {
        QuantParams params = QuantParams.perTensor(SCHEME, range.min(), range.max());
        Float[] quiet =
                java.util.stream.IntStream.range(0, values.length)
                        .mapToObj(i -> values[i])
                        .filter(x -> x != 0)
                        .sorted((a, b) -> Float.compare(Math.abs(a), Math.abs(b)))
                        .toArray(Float[]::new);
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < BodySignal.SHARE * quiet.length; i++) {
            double rest = quiet[i] - params.dequantize(params.quantize(quiet[i], 0), 0);
            signal += quiet[i] * (double) quiet[i];
            noise += rest * rest;
        }
        return 10 * Math.log10(signal / noise);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 10, 100})
    void agreesWithRoundingEachElement(double louder) {
        float[] values = sample(louder);
        double[] ends = extremes(values);
        Range range = Range.holding(ends[0], ends[1]);
        assertThat(BodySignal.decibels(statistics(values), SCHEME, range).orElseThrow())
                .isCloseTo(naive(values, range), within(0.3));
    }

    @Test
    void nothingIsLeftWhereEverythingButTheLoudOnesRoundsToZero() {
        float[] values = sample(10_000);
        double[] ends = extremes(values);
        double decibels =
                BodySignal.decibels(statistics(values), SCHEME, Range.holding(ends[0], ends[1]))
                        .orElseThrow();
        assertThat(decibels).isCloseTo(0, within(0.1));
    }

    @Test
    void saysNothingWithoutASampleOrOfZeros() {
        Range range = new Range(-1, 1);
        assertThat(BodySignal.decibels(new Statistics(-1, 1), SCHEME, range)).isEmpty();
        assertThat(BodySignal.decibels(statistics(new float[8]), SCHEME, range)).isEmpty();
    }
}
