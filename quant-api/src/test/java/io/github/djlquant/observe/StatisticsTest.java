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

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class StatisticsTest {

    private static final int CHANNELS = 3;

    private static final List<Measure> MEASURES =
            Stream.of(Measure.Merge.values())
                    .map(merge -> Measure.of("Measure" + merge, merge))
                    .toList();

    /** One batch as the engine reports it. */
    record Batch(int rows, float[] elements, float[] means) {
        void observe(Observer observer) {
            float min = Float.POSITIVE_INFINITY;
            float max = Float.NEGATIVE_INFINITY;
            for (float element : elements) {
                min = Math.min(min, element);
                max = Math.max(max, element);
            }
            observer.channelMeans(rows, means);
            MEASURES.forEach(measure -> observer.measured(measure, means));
            observer.sample(elements, elements.length);
            observer.extremes(rows, min, max);
        }
    }

    @Provide
    Arbitrary<List<Batch>> batches() {
        Arbitrary<Float> finite =
                Arbitraries.integers().map(Float::intBitsToFloat).filter(Float::isFinite);
        return Combinators.combine(
                        Arbitraries.integers().between(1, 1 << 20),
                        finite.array(float[].class).ofMinSize(1).ofMaxSize(10),
                        finite.array(float[].class).ofSize(CHANNELS))
                .as(Batch::new)
                .list()
                .ofMaxSize(12);
    }

    private static Statistics of(List<Batch> batches) {
        Observer observer = new Observer();
        batches.forEach(batch -> batch.observe(observer));
        return observer.statistics();
    }

    @Property
    void mergeIsAssociativeCommutativeAndHasAnIdentity(
            @ForAll("batches") List<Batch> x,
            @ForAll("batches") List<Batch> y,
            @ForAll("batches") List<Batch> z) {
        Statistics a = of(x);
        Statistics b = of(y);
        Statistics c = of(z);
        assertThat(a.merge(b).merge(c)).isEqualTo(a.merge(b.merge(c)));
        assertThat(a.merge(b)).isEqualTo(b.merge(a));
        assertThat(a.merge(Statistics.EMPTY)).isEqualTo(a);
        assertThat(Statistics.EMPTY.merge(a)).isEqualTo(a);
    }

    @Property
    void anyPartitionInAnyOrderGivesTheSame(
            @ForAll("batches") List<Batch> batches, @ForAll Random random) {
        List<Batch> shuffled = new ArrayList<>(batches);
        Collections.shuffle(shuffled, random);
        Statistics merged = Statistics.EMPTY;
        for (int from = 0; from < shuffled.size(); ) {
            int to = from + 1 + random.nextInt(shuffled.size() - from);
            merged = merged.merge(of(shuffled.subList(from, to)));
            from = to;
        }
        assertThat(merged).isEqualTo(of(batches));
    }

    @Property
    void goesOnFromWhatIsKnown(
            @ForAll("batches") List<Batch> first, @ForAll("batches") List<Batch> second) {
        Observer observer = new Observer(of(first));
        second.forEach(batch -> batch.observe(observer));
        assertThat(observer.statistics()).isEqualTo(of(first).merge(of(second)));
    }

    @Property
    void sumsAreExact(@ForAll("batches") List<Batch> batches) {
        ExactAccumulator accumulator = new ExactAccumulator();
        BigDecimal expected = BigDecimal.ZERO;
        for (Batch batch : batches) {
            for (float element : batch.elements()) {
                accumulator.add(element, batch.rows());
                expected =
                        expected.add(
                                new BigDecimal(element).multiply(BigDecimal.valueOf(batch.rows())));
            }
        }
        BigDecimal sum =
                new BigDecimal(accumulator.sum().units())
                        .divide(new BigDecimal(java.math.BigInteger.ONE.shiftLeft(149)));
        assertThat(sum).isEqualByComparingTo(expected);
        assertThat(accumulator.sum().toDouble()).isEqualTo(expected.doubleValue());
    }

    @Example
    void sumKeepsWhatFloatingPointLoses() {
        ExactSum sum =
                ExactSum.of(Float.MAX_VALUE)
                        .plus(ExactSum.of(Float.MIN_VALUE))
                        .plus(ExactSum.of(-Float.MAX_VALUE));
        assertThat(sum.toDouble()).isEqualTo(Float.MIN_VALUE);
    }

    @Example
    void meansOfBatchesAndChannels() {
        Statistics statistics =
                of(
                        List.of(
                                new Batch(3, new float[] {-1, 5}, new float[] {1, 2, 0}),
                                new Batch(1, new float[] {-3, 1}, new float[] {5, 2, 0})));
        assertThat(statistics.min()).isEqualTo(-3);
        assertThat(statistics.max()).isEqualTo(5);
        assertThat(statistics.meanMin()).isEqualTo(-2);
        assertThat(statistics.meanMax()).isEqualTo(3);
        assertThat(statistics.samples()).isEqualTo(4);
        assertThat(statistics.batches()).isEqualTo(2);
        assertThat(statistics.channelMeans().orElseThrow())
                .containsExactly(new double[] {2, 2, 0}, within(0.0));
        assertThat(MEASURES)
                .extracting(measure -> statistics.measured(measure).orElseThrow())
                .containsExactly(
                        new double[] {6, 4, 0}, new double[] {1, 2, 0}, new double[] {5, 2, 0});
    }

    @Example
    void severalThreadsGiveTheSame() {
        Random random = new Random(7);
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            float[] elements = new float[100];
            for (int j = 0; j < elements.length; j++) {
                elements[j] = (float) random.nextGaussian();
            }
            batches.add(new Batch(1 + i % 5, elements, new float[] {i, -i, 0.1f * i}));
        }
        Observer observer = new Observer();
        IntStream.range(0, batches.size())
                .parallel()
                .forEach(i -> batches.get(i).observe(observer));
        assertThat(observer.statistics()).isEqualTo(of(batches));
    }

    @Example
    void refusesWhatIsNoRange() {
        assertThatThrownBy(() -> new Observer().extremes(1, 1, Float.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Observer().extremes(1, 2, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Observer().extremes(0, 1, 2))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new Observer().sample(new float[] {1, Float.NaN}, 2)).isFalse();
        assertThat(new Observer().sample(new float[] {1, Float.NaN}, 1)).isTrue();
        Observer observer = new Observer();
        observer.measured(MEASURES.get(0), 1, 2);
        assertThatThrownBy(() -> observer.measured(MEASURES.get(0), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> observer.measured(MEASURES.get(0), 1, Float.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Statistics.EMPTY.meanMin())
                .isInstanceOf(IllegalStateException.class);
    }
}
