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

import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One output looked at as a whole and row by row: both say the same. */
class OutputComparisonTest {

    private static final float NAN = Float.NaN;
    private static final float MASKED = Float.NEGATIVE_INFINITY;

    private static PairedBatch batch(float[] source, float[] quantized) {
        return new PairedBatch(
                new Feed(Map.of("x", Tensor.ofFloats(new float[1], 1, 1)), 1, 0),
                Map.of("y", Tensor.ofFloats(source, 1, source.length)),
                Map.of("y", Tensor.ofFloats(quantized, 1, quantized.length)));
    }

    private static OutputError compared(float[] source, float[] quantized) {
        OutputComparison comparison = new OutputComparison("y");
        comparison.add(
                Tensor.ofFloats(source, 1, source.length),
                Tensor.ofFloats(quantized, 1, quantized.length));
        return comparison.result();
    }

    @Test
    void flipsAreThoseOfTheRows() {
        float[][] rows = {
            {NAN, 1, 5, 2},
            {NAN, 1, 2, 5},
            {3, NAN, 5, 2},
            {MASKED, 1, 5, NAN},
            {Float.POSITIVE_INFINITY, 1, 5, 2},
            {NAN, NAN, NAN, NAN},
            {5, 1, 2, 3}
        };
        for (float[] source : rows) {
            for (float[] quantized : rows) {
                FlipCollector collector = new FlipCollector("y", null, (b, row) -> none());
                collector.add(batch(source, quantized));
                assertThat(compared(source, quantized).flips())
                        .as("%s and %s", List.of(source), List.of(quantized))
                        .isEqualTo(collector.result(List.of()).share());
            }
        }
        assertThat(compared(rows[0], rows[1]).flips()).isEqualTo(1);
        assertThat(compared(rows[0], rows[2]).flips()).isZero();
    }

    @Test
    void whatIsNotFiniteIsNoAgreement() {
        OutputError lost = compared(new float[] {1, 2}, new float[] {NAN, 2});
        assertThat(lost.sqnr()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(lost.cosine()).isZero();
        assertThat(lost.toString()).contains("1 elements became NaN or infinite");
        OutputError nothing = compared(new float[] {NAN, NAN}, new float[] {NAN, NAN});
        assertThat(nothing.sqnr()).isNaN();
        assertThat(nothing.cosine()).isNaN();
        assertThat(nothing.toString()).contains("none of the source's elements is finite");
    }

    @Test
    void maskedScoresAreLeftOut() {
        float[] source = {1, MASKED, 3};
        float[] quantized = {1.5f, MASKED, 2.5f};
        PairedBatch pair = batch(source, quantized);
        double cosine = RowError.of(pair.sourceRows("y"), pair.quantizedRows("y"), 0).cosine();
        assertThat(cosine).isEqualTo(9 / Math.sqrt(10 * 8.5), within(1e-6));
        assertThat(compared(source, quantized).cosine()).isEqualTo(cosine, within(1e-12));

        PairedBatch lost = batch(source, new float[] {1.5f, MASKED, NAN});
        assertThat(RowError.of(lost.sourceRows("y"), lost.quantizedRows("y"), 0).cosine()).isZero();
    }

    private static java.util.Optional<InputView> none() {
        return java.util.Optional.empty();
    }
}
