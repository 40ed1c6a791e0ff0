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
package io.github.djlquant.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FloatHistogramTest {

    /** Every finite number of the format is as likely as any other. */
    @Provide
    Arbitrary<float[]> anyFinite() {
        return Arbitraries.integers()
                .map(Float::intBitsToFloat)
                .filter(Float::isFinite)
                .array(float[].class)
                .ofMaxSize(50);
    }

    @Property
    void everyElementLiesInItsBin(@ForAll("anyFinite") float[] elements) {
        for (float element : elements) {
            FloatHistogram one = FloatHistogram.of(element);
            assertThat(one.size()).isEqualTo(1);
            assertThat(one.lower(0)).isLessThanOrEqualTo(element);
            assertThat(one.upper(0)).isGreaterThanOrEqualTo(element);
            double magnitude = Math.abs(element);
            if (magnitude >= Float.MIN_NORMAL) {
                assertThat(one.upper(0) - one.lower(0)).isLessThanOrEqualTo(magnitude / 64);
            }
        }
    }

    @Property
    void binsAreDisjointAndAscending(@ForAll("anyFinite") float[] elements) {
        FloatHistogram histogram = FloatHistogram.of(elements);
        for (int bin = 1; bin < histogram.size(); bin++) {
            assertThat(histogram.lower(bin)).isGreaterThanOrEqualTo(histogram.upper(bin - 1));
        }
        assertThat(histogram.total()).isEqualTo(elements.length);
    }

    @Property
    void mergeIsAssociativeCommutativeAndHasAnIdentity(
            @ForAll("anyFinite") float[] x,
            @ForAll("anyFinite") float[] y,
            @ForAll("anyFinite") float[] z) {
        FloatHistogram a = FloatHistogram.of(x);
        FloatHistogram b = FloatHistogram.of(y);
        FloatHistogram c = FloatHistogram.of(z);
        assertThat(a.merge(b).merge(c)).isEqualTo(a.merge(b.merge(c)));
        assertThat(a.merge(b)).isEqualTo(b.merge(a)).hasSameHashCodeAs(b.merge(a));
        assertThat(a.merge(FloatHistogram.EMPTY)).isEqualTo(a);
        assertThat(FloatHistogram.EMPTY.merge(a)).isEqualTo(a);
    }

    @Property
    void anyPartitionGivesTheSame(@ForAll("anyFinite") float[] elements, @ForAll Random random) {
        FloatHistogram whole = FloatHistogram.of(elements);
        List<FloatHistogram> parts = new ArrayList<>();
        for (int from = 0; from < elements.length; ) {
            int to = from + 1 + random.nextInt(elements.length - from);
            parts.add(FloatHistogram.of(Arrays.copyOfRange(elements, from, to)));
            from = to;
        }
        Collections.shuffle(parts, random);
        FloatHistogram merged = parts.stream().reduce(FloatHistogram.EMPTY, FloatHistogram::merge);
        assertThat(merged).isEqualTo(whole);
    }

    @Property
    void textGivesBackTheSame(@ForAll("anyFinite") float[] elements) {
        FloatHistogram histogram = FloatHistogram.of(elements);
        assertThat(FloatHistogram.decode(histogram.encode())).isEqualTo(histogram);
    }

    @Property
    void damagedTextIsRefusedOrReadAsAnotherHistogram(
            @ForAll("anyFinite") float[] elements, @ForAll byte damage, @ForAll Random random) {
        FloatHistogram histogram = FloatHistogram.of(elements);
        char[] text = histogram.encode().toCharArray();
        if (text.length > 0) {
            text[random.nextInt(text.length)] = (char) (damage & 0x7f);
        }
        try {
            FloatHistogram read = FloatHistogram.decode(new String(text));
            assertThat(read.total()).isNotNegative();
        } catch (IllegalArgumentException e) {
            assertThat(e).isNotNull();
        }
    }

    @Example
    void quantilesOfAnEvenSpread() {
        float[] elements = new float[100_000];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = -3 + 8 * (i + 0.5f) / elements.length;
        }
        FloatHistogram histogram = FloatHistogram.of(elements);
        for (double share = 0.01; share < 1; share += 0.01) {
            assertThat(histogram.quantile(share)).isCloseTo(-3 + 8 * share, within(1e-3));
        }
    }

    @Example
    void maskDoesNoHarm() {
        FloatHistogram masked = FloatHistogram.of(-3.4028235e38f, 1, 2, 3, -Float.MAX_VALUE);
        assertThat(masked.size()).isEqualTo(4);
        assertThat(masked.lower(0)).isEqualTo(-Float.MAX_VALUE);
        assertThat(masked.quantile(0.9)).isBetween(2.0, 3.1);
    }

    @Example
    void bothZerosAreZero() {
        FloatHistogram zeros = FloatHistogram.of(-0f, 0f, Float.MIN_VALUE);
        assertThat(zeros.size()).isEqualTo(2);
        assertThat(zeros.isZero(0)).isTrue();
        assertThat(zeros.isZero(1)).isTrue();
        assertThat(FloatHistogram.of(1e-38f).isZero(0)).isFalse();
    }

    @Example
    void nanAndInfinityAreRefused() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1 / 0f}) {
            assertThatThrownBy(() -> FloatHistogram.of(1, bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("NaN or infinite");
        }
    }

    @Example
    void emptyHasNoQuantiles() {
        assertThatThrownBy(() -> FloatHistogram.EMPTY.quantile(0.5))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> FloatHistogram.of(1).quantile(1.1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
