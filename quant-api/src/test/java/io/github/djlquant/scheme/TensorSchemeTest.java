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
package io.github.djlquant.scheme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.scheme.TensorScheme.ScaleZeroPoint;
import io.github.djlquant.scheme.TensorScheme.Symmetry;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TensorSchemeTest {

    private static TensorScheme scheme(QuantType type, Symmetry symmetry) {
        return new TensorScheme(type, symmetry, Granularity.PER_TENSOR);
    }

    @Provide
    Arbitrary<TensorScheme> schemes() {
        return Combinators.combine(
                        Arbitraries.of(QuantType.class).filter(t -> t != QuantType.INT32),
                        Arbitraries.of(Symmetry.class))
                .as(TensorSchemeTest::scheme);
    }

    @Provide
    Arbitrary<Double> ends() {
        return Arbitraries.oneOf(
                Arbitraries.doubles().between(-100, 100),
                Arbitraries.integers()
                        .map(Float::intBitsToFloat)
                        .filter(Float::isFinite)
                        .map(f -> (double) f),
                Arbitraries.of(0.0, -0.0, (double) Float.MIN_VALUE, (double) Float.MAX_VALUE));
    }

    /** The vectors of the specification: [-2, 3] on uint8. */
    @Example
    void vectorsOfTheSpecification() {
        ScaleZeroPoint one = TensorScheme.UINT8_ACTIVATION.parametersFor(-2, 3);
        assertThat(one.scale()).isCloseTo(0.0196f, within(1e-4f)).isEqualTo((float) (5.0 / 255));
        assertThat(one.zeroPoint()).isEqualTo(102);
        QuantParams params = QuantParams.perTensor(TensorScheme.UINT8_ACTIVATION, -2, 3);
        assertThat(params.quantize(-1, 0)).isEqualTo(51);
        assertThat(params.quantize(-2, 0)).isEqualTo(0);
        assertThat(params.quantize(3, 0)).isEqualTo(255);
        assertThat(params.quantize(-100, 0)).isEqualTo(0);
        assertThat(params.quantize(100, 0)).isEqualTo(255);
        assertThat(params.quantize(0, 0)).isEqualTo(102);
        assertThat(params.dequantize(102, 0)).isEqualTo(0f);
    }

    @Example
    void rangesAreWidenedToHoldZero() {
        ScaleZeroPoint above = TensorScheme.UINT8_ACTIVATION.parametersFor(1, 5.1);
        assertThat(above.zeroPoint()).isZero();
        assertThat(above.scale()).isEqualTo((float) (5.1 / 255));
        ScaleZeroPoint below = TensorScheme.UINT8_ACTIVATION.parametersFor(-5.1, -1);
        assertThat(below.zeroPoint()).isEqualTo(255);
        assertThat(below.scale()).isEqualTo((float) (5.1 / 255));
    }

    @Example
    void symmetricTypes() {
        TensorScheme restricted = scheme(QuantType.INT8, Symmetry.SYMMETRIC);
        assertThat(restricted.qmin()).isEqualTo(-127);
        assertThat(restricted.parametersFor(-1, 2.54))
                .isEqualTo(new ScaleZeroPoint((float) (2.54 / 127), 0));
        QuantParams params = QuantParams.perTensor(restricted, -2.54, 1);
        assertThat(params.quantize(-2.54f, 0)).isEqualTo(-127);
        assertThat(params.quantize(-9, 0)).isEqualTo(-127);
        assertThat(params.quantize(9, 0)).isEqualTo(127);
        TensorScheme full = scheme(QuantType.INT8, Symmetry.SYMMETRIC_FULL);
        assertThat(full.qmin()).isEqualTo(-128);
        assertThat(full.parametersFor(-2.55, 1))
                .isEqualTo(new ScaleZeroPoint((float) (2.55 / 127.5), 0));
        TensorScheme unsigned = scheme(QuantType.UINT8, Symmetry.SYMMETRIC);
        assertThat(unsigned.parametersFor(-1, 1).zeroPoint()).isEqualTo(128);
        TensorScheme four = scheme(QuantType.INT4, Symmetry.SYMMETRIC);
        assertThat(four.qmin()).isEqualTo(-7);
        assertThat(four.parametersFor(-0.7, 0.2).scale()).isEqualTo((float) (0.7 / 7));
    }

    @Example
    void halvesGoToTheEvenNeighbour() {
        QuantParams params = QuantParams.perTensor(QuantType.INT8, 1, 0);
        float[] halves = {-2.5f, -1.5f, -0.5f, 0.5f, 1.5f, 2.5f};
        int[] even = {-2, -2, 0, 0, 2, 2};
        for (int i = 0; i < halves.length; i++) {
            assertThat(params.quantize(halves[i], 0)).isEqualTo(even[i]);
        }
    }

    @Example
    void constantsZeroAndDenormals() {
        for (Symmetry symmetry : Symmetry.values()) {
            TensorScheme u8 = scheme(QuantType.UINT8, symmetry);
            assertThat(u8.parametersFor(0, 0).scale()).isEqualTo(1);
            assertThat(u8.parametersFor(-0.0, 0.0).scale()).isEqualTo(1);
            float least = u8.parametersFor(0, Float.MIN_VALUE).scale();
            assertThat(least).isGreaterThanOrEqualTo(Float.MIN_NORMAL);
            float most = u8.parametersFor(-Float.MAX_VALUE, Float.MAX_VALUE).scale();
            assertThat(most).isFinite().isGreaterThan(1e36f);
            QuantParams widest = QuantParams.perTensor(u8, -Float.MAX_VALUE, Float.MAX_VALUE);
            assertThat(widest.dequantize(0, 0)).isFinite();
            assertThat(widest.dequantize(255, 0)).isFinite();
        }
        QuantParams constant = QuantParams.perTensor(TensorScheme.UINT8_ACTIVATION, 7, 7);
        assertThat(constant.dequantize(constant.quantize(7, 0), 0)).isEqualTo(7, within(1e-5f));
    }

    @Example
    void nanAndInfinityHaveAnswers() {
        QuantParams params = QuantParams.perTensor(TensorScheme.UINT8_ACTIVATION, -2, 3);
        assertThat(params.quantize(Float.NaN, 0)).isEqualTo(102);
        assertThat(params.quantize(Float.POSITIVE_INFINITY, 0)).isEqualTo(255);
        assertThat(params.quantize(Float.NEGATIVE_INFINITY, 0)).isEqualTo(0);
        for (double[] bad :
                new double[][] {
                    {Double.NaN, 1}, {0, Double.NaN}, {0, Double.POSITIVE_INFINITY}, {2, 1}
                }) {
            assertThatThrownBy(() -> TensorScheme.UINT8_ACTIVATION.parametersFor(bad[0], bad[1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Property(tries = 5000)
    void zeroIsExactAndTheZeroPointInRange(
            @ForAll("schemes") TensorScheme scheme,
            @ForAll("ends") double a,
            @ForAll("ends") double b) {
        QuantParams params = QuantParams.perTensor(scheme, Math.min(a, b), Math.max(a, b));
        assertThat(params.scale(0)).isPositive().isFinite();
        assertThat(params.zeroPoint(0)).isBetween(scheme.qmin(), scheme.qmax());
        assertThat(params.dequantize(params.quantize(0f, 0), 0)).isEqualTo(0f);
        assertThat(params.quantize(-0f, 0)).isEqualTo(params.zeroPoint(0));
    }

    @Property(tries = 5000)
    void errorIsHalfAStepInsideTheRange(
            @ForAll("schemes") TensorScheme scheme,
            @ForAll("ends") double a,
            @ForAll("ends") double b,
            @ForAll("ends") double x) {
        double min = Math.max(Math.min(Math.min(a, b), 0), -1e38);
        double max = Math.min(Math.max(Math.max(a, b), 0), 1e38);
        QuantParams params = QuantParams.perTensor(scheme, min, max);
        double inside = Math.max(min, Math.min(max, x));
        float back = params.dequantize(params.quantize((float) inside, 0), 0);
        // At the ends rounding the zero point costs up to half a step more; a full symmetric type
        // ends half a step short above.
        double steps = scheme.symmetry() == Symmetry.SYMMETRIC ? 0.5 : 1.0;
        double tolerance =
                params.scale(0) * (steps + 1e-3) + Math.ulp((float) Math.abs(inside)) * 2.0;
        assertThat(Math.abs(back - (double) (float) inside)).isLessThanOrEqualTo(tolerance);
    }

    @Property
    void quantizingKeepsTheOrderAndTheEnds(
            @ForAll("schemes") TensorScheme scheme, @ForAll float x, @ForAll float y) {
        QuantParams params = QuantParams.perTensor(scheme, -3, 5);
        int low = params.quantize(Math.min(x, y), 0);
        int high = params.quantize(Math.max(x, y), 0);
        assertThat(low).isLessThanOrEqualTo(high);
        assertThat(low).isBetween(scheme.qmin(), scheme.qmax());
        assertThat(high).isBetween(scheme.qmin(), scheme.qmax());
    }

    @Property
    void quantizingAgainChangesNothing(@ForAll("schemes") TensorScheme scheme, @ForAll float x) {
        QuantParams params = QuantParams.perTensor(scheme, -3, 5);
        int once = params.quantize(x, 0);
        assertThat(params.quantize(params.dequantize(once, 0), 0)).isEqualTo(once);
    }

    @Example
    void refusesInconsistentParameters() {
        TensorScheme u8 = TensorScheme.UINT8_ACTIVATION;
        assertThatThrownBy(() -> new QuantParams(u8, new float[] {0}, new int[] {0}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QuantParams(u8, new float[] {Float.NaN}, new int[] {0}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QuantParams(u8, new float[] {1}, new int[] {256}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QuantParams(u8, new float[] {1, 2}, new int[] {0, 0}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new QuantParams(u8, new float[] {1}, new int[] {0, 0}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Granularity.PerChannel(-1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Granularity.PerGroup(0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
