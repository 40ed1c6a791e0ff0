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

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference is the arithmetic of {@link BigDecimal}. */
class ExactAccumulatorTest {

    private static final BigDecimal UNIT = BigDecimal.valueOf(2).pow(-ExactSum.UNIT_EXPONENT);

    record Addend(float value, int weight) {

        BigInteger units() {
            return new BigDecimal(value)
                    .multiply(BigDecimal.valueOf(weight))
                    .multiply(UNIT)
                    .toBigIntegerExact();
        }
    }

    /** Any finite number, and those about the ends of what 64 bits hold. */
    @Provide
    Arbitrary<Addend> addends() {
        Arbitrary<Float> any =
                Arbitraries.integers().map(Float::intBitsToFloat).filter(Float::isFinite);
        Arbitrary<Float> ends =
                Combinators.combine(
                                Arbitraries.integers().between(-30, 16),
                                Arbitraries.integers().between(-(1 << 24), 1 << 24))
                        .as((exponent, mantissa) -> Math.scalb((float) mantissa, exponent - 24));
        Arbitrary<Integer> weights =
                Arbitraries.oneOf(
                        Arbitraries.integers().between(1, 64),
                        Arbitraries.integers().between(1, Integer.MAX_VALUE));
        return Combinators.combine(Arbitraries.oneOf(any, ends, ends), weights).as(Addend::new);
    }

    @Property
    void sumsAreExact(@ForAll List<@From("addends") Addend> addends) {
        ExactAccumulator accumulator = new ExactAccumulator();
        BigInteger expected = BigInteger.ZERO;
        for (Addend addend : addends) {
            accumulator.add(addend.value(), addend.weight());
            expected = expected.add(addend.units());
        }
        assertThat(accumulator.sum().units()).isEqualTo(expected);
        assertThat(accumulator.sum().units()).as("asked again").isEqualTo(expected);
    }

    @Test
    void sumsBeyondTheWindowAreExact() {
        ExactAccumulator accumulator = new ExactAccumulator();
        BigInteger expected = BigInteger.ZERO;
        for (int i = 0; i < 100; i++) {
            Addend addend = new Addend(i % 3 == 0 ? -8191.999f : 8191.999f, 1);
            accumulator.add(addend.value(), 1);
            expected = expected.add(addend.units());
        }
        assertThat(accumulator.sum().units()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(floats = {-0x1p15f, 0x1p15f, -0x1p13f, 0x1p13f, 0x1p-149f, -0f, Float.MAX_VALUE})
    void theEndsOfTheWindowAreExact(float value) {
        ExactAccumulator accumulator = new ExactAccumulator();
        for (int i = 0; i < 9; i++) {
            accumulator.add(value, 1);
        }
        assertThat(accumulator.sum().units()).isEqualTo(new Addend(value, 9).units());
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void whatHasNoSumIsRefused(float value) {
        ExactAccumulator accumulator = new ExactAccumulator();
        assertThatThrownBy(() -> accumulator.add(value, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Float.toString(value));
    }
}
