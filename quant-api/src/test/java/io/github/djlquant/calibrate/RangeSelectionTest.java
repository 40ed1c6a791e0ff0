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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.observe.Observer;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.scheme.TensorScheme.Symmetry;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RangeSelectionTest {

    private static final TensorScheme U8 = TensorScheme.UINT8_ACTIVATION;
    private static final TensorScheme U4 =
            new TensorScheme(QuantType.UINT4, Symmetry.ASYMMETRIC, Granularity.PER_TENSOR);
    private static final TensorScheme S8 =
            new TensorScheme(QuantType.INT8, Symmetry.SYMMETRIC, Granularity.PER_TENSOR);
    private static final RangeMethod ENTROPY = new RangeMethod.Entropy();
    private static final RangeMethod MSE = new RangeMethod.Mse(2);

    private static final List<RangeMethod> ALL =
            List.of(
                    new RangeMethod.MinMax(),
                    new RangeMethod.MovingAverage(),
                    new RangeMethod.Percentile(99.9),
                    ENTROPY,
                    MSE,
                    new RangeMethod.Mse(2.4));

    @Example
    void everyKindOfMethodIsTried() {
        assertThat(ALL.stream().<Class<?>>map(Object::getClass).distinct())
                .as("a new kind of RangeMethod needs its selection")
                .containsExactlyInAnyOrder(RangeMethod.class.getPermittedSubclasses());
    }

    private static Statistics statistics(float... elements) {
        Observer observer = new Observer();
        observer.sample(elements, elements.length);
        float min = elements[0];
        float max = elements[0];
        for (float element : elements) {
            min = Math.min(min, element);
            max = Math.max(max, element);
        }
        observer.extremes(1, min, max);
        return observer.statistics();
    }

    private static float[] draw(int size, DoubleSupplier source) {
        float[] elements = new float[size];
        for (int i = 0; i < size; i++) {
            elements[i] = (float) source.getAsDouble();
        }
        return elements;
    }

    private static double error(float[] elements, TensorScheme scheme, Range range, double power) {
        QuantParams params = QuantParams.perTensor(scheme, range.min(), range.max());
        double sum = 0;
        for (float x : elements) {
            sum +=
                    Math.pow(
                            Math.abs(x - (double) params.dequantize(params.quantize(x, 0), 0)),
                            power);
        }
        return sum / elements.length;
    }

    @Provide
    Arbitrary<float[]> hostile() {
        return Arbitraries.oneOf(
                        Arbitraries.integers().map(Float::intBitsToFloat).filter(Float::isFinite),
                        Arbitraries.of(0f, -0f, Float.MIN_VALUE, -Float.MAX_VALUE, 1e-39f, 1f),
                        Arbitraries.floats().between(-10, 10))
                .array(float[].class)
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    @Property
    void everyMethodAnswersWhateverTheData(@ForAll("hostile") float[] elements) {
        Statistics statistics = statistics(elements);
        for (RangeMethod method : ALL) {
            for (TensorScheme scheme : List.of(U8, U4, S8)) {
                Range range = RangeSelection.select(statistics, scheme, method);
                TensorScheme.ScaleZeroPoint one = scheme.parametersFor(range.min(), range.max());
                assertThat(one.scale()).isPositive();
                assertThat(one.zeroPoint()).isBetween(scheme.qmin(), scheme.qmax());
                if (!scheme.equals(S8)) {
                    assertThat(range.min()).isGreaterThanOrEqualTo(Math.min(0, statistics.min()));
                    assertThat(range.max()).isLessThanOrEqualTo(Math.max(0, statistics.max()));
                }
            }
        }
    }

    @Example
    void rectifiedValuesKeepTheirZero() {
        Random random = new Random(1);
        float[] relu = draw(50_000, () -> Math.max(0, random.nextGaussian()));
        for (RangeMethod method : ALL) {
            Range range = RangeSelection.select(statistics(relu), U8, method);
            assertThat(range.min()).isEqualTo(0);
            assertThat(range.max()).isBetween(2.5, 5.0);
        }
    }

    @Example
    void constantsAndZero() {
        for (RangeMethod method : ALL) {
            assertThat(RangeSelection.select(statistics(0, 0, -0f), U8, method))
                    .isEqualTo(new Range(0, 0));
            assertThat(RangeSelection.select(statistics(3, 3, 3), U8, method).max())
                    .isCloseTo(3, within(0.05));
            assertThat(RangeSelection.select(statistics(-3, -3), U8, method).min())
                    .isCloseTo(-3, within(0.05));
        }
    }

    @Example
    void squaredErrorIsAsSmallAsAnExhaustiveSearchFinds() {
        Random random = new Random(3);
        List<float[]> samples =
                List.of(
                        draw(40_000, random::nextGaussian),
                        draw(40_000, () -> Math.max(0, random.nextGaussian() - 1)),
                        draw(40_000, () -> laplace(random) + 0.7),
                        draw(40_000, () -> Math.exp(2 * random.nextGaussian()) - 0.3));
        for (float[] sample : samples) {
            for (TensorScheme scheme : List.of(U8, U4, S8)) {
                for (double power : new double[] {2, 2.4, 3}) {
                    Statistics statistics = statistics(sample);
                    Range found =
                            RangeSelection.select(statistics, scheme, new RangeMethod.Mse(power));
                    double reached = error(sample, scheme, found, power);
                    double least = exhaustive(sample, statistics, scheme, power);
                    assertThat(reached).isLessThan(least * 1.03);
                }
            }
        }
    }

    private static double exhaustive(
            float[] sample, Statistics statistics, TensorScheme scheme, double power) {
        float[] some = java.util.Arrays.copyOf(sample, 4_000);
        double least = Double.POSITIVE_INFINITY;
        Range best = null;
        for (double low = 1; low > 0.05; low *= 0.92) {
            for (double high = 1; high > 0.05; high *= 0.92) {
                Range range = Range.holding(statistics.min() * low, statistics.max() * high);
                double error = error(some, scheme, range, power);
                if (error < least) {
                    least = error;
                    best = range;
                }
                if (statistics.max() <= 0) {
                    break;
                }
            }
            if (statistics.min() >= 0) {
                break;
            }
        }
        return error(sample, scheme, best, power);
    }

    private static double laplace(Random random) {
        double u = random.nextDouble() - 0.5;
        return -Math.signum(u) * Math.log(1 - 2 * Math.abs(u));
    }

    @Example
    void oneHugeOutlierDoesNotCostTheRest() {
        Random random = new Random(5);
        float[] sample = draw(100_000, random::nextGaussian);
        sample[777] = 60;
        Range central =
                RangeSelection.select(statistics(sample), U8, new RangeMethod.Percentile(99.9));
        assertThat(central.max()).isBetween(2.5, 7.0);
        assertThat(central.min()).isBetween(-7.0, -2.5);
        // One element in 100,000 tells next to nothing: levels may be wide, but not for its sake.
        Range informed = RangeSelection.select(statistics(sample), U8, ENTROPY);
        assertThat(informed.max()).isBetween(2.5, 20.0);
        assertThat(informed.min()).isBetween(-7.0, -2.5);
        // 57^2 / 100,000 is more than the rounding error of a scale that holds 60, of one with 4
        // bits it is not.
        Range fine = RangeSelection.select(statistics(sample), U8, MSE);
        assertThat(error(sample, U8, fine, 2))
                .isLessThan(error(sample, U8, new Range(-4.5, 4.5), 2));
        Range rough = RangeSelection.select(statistics(sample), U4, MSE);
        assertThat(rough.max()).isLessThan(5);
    }

    @Example
    void entropyClipsEachSideByItself() {
        Random random = new Random(9);
        float[] sample =
                draw(
                        200_000,
                        () ->
                                random.nextInt(2) == 0
                                        ? -laplaceTail(random)
                                        : 20 * random.nextDouble());
        Range range = RangeSelection.select(statistics(sample), U4, ENTROPY);
        Statistics statistics = statistics(sample);
        assertThat(range.min()).isGreaterThan(0.8 * statistics.min());
        assertThat(range.max()).isGreaterThan(18);
    }

    private static double laplaceTail(Random random) {
        return -2 * Math.log(1 - random.nextDouble());
    }

    @Example
    void maskIsLeftOut() {
        Random random = new Random(11);
        float[] sample = draw(10_000, random::nextGaussian);
        for (int i = 0; i < 3_000; i++) {
            sample[i] = -Float.MAX_VALUE;
        }
        for (RangeMethod method : List.of(new RangeMethod.Percentile(99.9), ENTROPY, MSE)) {
            Range range = RangeSelection.select(statistics(sample), U8, method);
            assertThat(range.min()).isBetween(-6.0, -2.0);
        }
    }

    @Example
    void methodsWithoutHistogramTakeExtremesAndTheirMeans() {
        Observer observer = new Observer();
        observer.extremes(1, -1, 2);
        observer.extremes(1, -3, 10);
        Statistics statistics = observer.statistics();
        assertThat(RangeSelection.select(statistics, U8, new RangeMethod.MinMax()))
                .isEqualTo(new Range(-3, 10));
        assertThat(RangeSelection.select(statistics, U8, new RangeMethod.MovingAverage()))
                .isEqualTo(new Range(-2, 6));
        assertThatThrownBy(() -> RangeSelection.select(statistics, U8, MSE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("histogram");
        assertThatThrownBy(() -> RangeSelection.select(Statistics.EMPTY, U8, MSE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Example
    void percentileCutsHalfOfTheRestAtEachEnd() {
        float[] even = new float[100_001];
        for (int i = 0; i < even.length; i++) {
            even[i] = -50 + i / 1000f;
        }
        Range range = RangeSelection.select(statistics(even), U8, new RangeMethod.Percentile(90));
        assertThat(range.min()).isCloseTo(-45, within(0.05));
        assertThat(range.max()).isCloseTo(45, within(0.05));
        Range symmetric =
                RangeSelection.select(statistics(even), S8, new RangeMethod.Percentile(90));
        assertThat(symmetric.max()).isCloseTo(45, within(0.05));
    }
}
