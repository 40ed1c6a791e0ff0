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
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.GateThresholds;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class ConcordanceTest {

    private static double of(double[] source, double[] quantized) {
        Concordance concordance = new Concordance();
        for (int i = 0; i < source.length; i++) {
            concordance.add(source[i], quantized[i]);
        }
        return concordance.coefficient();
    }

    private static double mean(double[] values) {
        return java.util.Arrays.stream(values).average().orElseThrow();
    }

    /** The definition, in two passes. */
    @Property(tries = 50)
    void isLinsCoefficient(
            @ForAll long seed,
            @ForAll @DoubleRange(min = -1e4, max = 1e4) double offset,
            @ForAll @DoubleRange(min = 0, max = 3) double noise) {
        Random random = new Random(seed);
        double[] x = new double[200];
        double[] y = new double[200];
        for (int i = 0; i < x.length; i++) {
            // Spread widely enough that the floor plays no part.
            x[i] = offset + (Math.abs(offset) + 5) * random.nextGaussian();
            y[i] = 1.01 * x[i] + noise * random.nextGaussian();
        }
        double sxy = 0;
        double sxx = 0;
        double syy = 0;
        for (int i = 0; i < x.length; i++) {
            sxy += (x[i] - mean(x)) * (y[i] - mean(y)) / x.length;
            sxx += Math.pow(x[i] - mean(x), 2) / x.length;
            syy += Math.pow(y[i] - mean(y), 2) / x.length;
        }
        double expected = 2 * sxy / (sxx + syy + Math.pow(mean(x) - mean(y), 2));
        assertThat(of(x, y)).isCloseTo(expected, within(1e-9));
    }

    private static List<String> failures(double[] source, DoubleUnaryOperator quantized) {
        float[] x = new float[source.length];
        float[] y = new float[source.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) source[i];
            y[i] = (float) quantized.applyAsDouble(source[i]);
        }
        OutputComparison comparison = new OutputComparison("price");
        comparison.add(Tensor.ofFloats(x, x.length, 1), Tensor.ofFloats(y, y.length, 1));
        return Gate.failures(
                new Evaluation(
                        List.of(comparison.result()),
                        x.length,
                        true,
                        Optional.empty(),
                        Optional.empty()),
                GateThresholds.DEFAULT);
    }

    private static double[] numbers(double mean, double spread) {
        return new Random(1).doubles(300).map(u -> mean + spread * (2 * u - 1)).toArray();
    }

    /** The cosine of each of these rows is 1. */
    @Test
    void aRegressionThatSaysTheSameToEverySampleFails() {
        assertThat(failures(numbers(10, 8), x -> 10))
                .singleElement()
                .asString()
                .contains("price: the concordance of its numbers is");
        assertThat(failures(numbers(10, 8), x -> 2 * x)).isNotEmpty();
        assertThat(failures(numbers(10, 8), x -> x + 0.1)).isEmpty();
    }

    /** The cosine of half of these rows is -1. */
    @Test
    void noiseAroundZeroPasses() {
        assertThat(failures(numbers(0, 1), x -> Math.abs(x) < 0.02 ? -x : x)).isEmpty();
    }

    @Test
    void probabilitiesThatHardlyMoveAreNotBlownUp() {
        assertThat(failures(numbers(0.011, 0.001), x -> x + 0.003)).isEmpty();
        assertThat(failures(numbers(0.011, 0.001), x -> x + 0.05)).isNotEmpty();
        assertThat(failures(new double[] {0, 0, 0}, x -> 0)).isEmpty();
        assertThat(failures(new double[] {0, 0, 0}, x -> 1)).isNotEmpty();
    }

    @Test
    void aConstantOutputMayBeOffByARoundingStep() {
        assertThat(failures(new double[] {290, 290, 290, 290}, x -> x + 1)).isEmpty();
        assertThat(failures(new double[] {290, 290, 290, 290}, x -> x + 20)).isNotEmpty();
    }
}
