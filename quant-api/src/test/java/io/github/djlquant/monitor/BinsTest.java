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
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.observe.FloatHistogram;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class BinsTest {

    @Provide
    Arbitrary<float[]> elements() {
        return Arbitraries.oneOf(
                        Arbitraries.floats().between(-100, 100),
                        Arbitraries.of(0f, -0f, 1f, 6f, -2f, 1e-30f))
                .array(float[].class)
                .ofMinSize(1)
                .ofMaxSize(300);
    }

    @Property
    void anElementLiesInTheFirstBinWhoseCutIsNotBelowIt(@ForAll("elements") float[] elements) {
        Bins bins = Bins.of(FloatHistogram.of(elements));
        for (float element : elements) {
            int bin = 0;
            while (bin < bins.cuts().length && element > bins.cuts()[bin]) {
                bin++;
            }
            assertThat(bins.of(element)).isEqualTo(bin);
        }
    }

    /** Cuts fall between the histogram's own bins, so that nothing is counted twice or lost. */
    @Property
    void sharesOfTheHistogramAreThoseOfItsElements(@ForAll("elements") float[] elements) {
        FloatHistogram histogram = FloatHistogram.of(elements);
        Bins bins = Bins.of(histogram);
        double[] expected = new double[bins.size()];
        for (float element : elements) {
            expected[bins.of(element)] += 1.0 / elements.length;
        }
        assertThat(bins.shares(histogram)).containsExactly(expected, within(1e-9));
    }

    @Test
    void evenDataFillsAllBinsEvenly() {
        float[] elements = new float[16_000];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = i / 16_000f;
        }
        Bins bins = Bins.of(FloatHistogram.of(elements));
        assertThat(bins.size()).isBetween(14, Bins.MOST);
        for (double share : bins.shares(FloatHistogram.of(elements))) {
            assertThat(share).isBetween(1.0 / 32, 1.0 / 10);
        }
    }

    /** Behind Relu half of the elements are 0. */
    @Test
    void whatComesUpOftenHasABinOfItsOwn() {
        float[] elements = new float[2000];
        for (int i = 0; i < 1000; i++) {
            elements[i] = 1 + i / 1000f;
        }
        Bins bins = Bins.of(FloatHistogram.of(elements));
        assertThat(bins.shares(FloatHistogram.of(elements))[0]).isEqualTo(0.5);
        assertThat(bins.size()).isGreaterThan(5);
    }

    @Test
    void aConstantIsOneBin() {
        assertThat(Bins.of(FloatHistogram.of(3, 3, 3)).size()).isEqualTo(1);
    }
}
