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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowSurveyTest {

    private final RowSurvey survey = new RowSurvey();
    private long seen;

    private void add(Map<String, Tensor> tensors, int rows) {
        survey.add(new Feed(tensors, rows, seen));
        seen += rows;
    }

    private void add(Tensor tensor) {
        add(Map.of("x", tensor), (int) tensor.shape().size(0));
    }

    private static Tensor noise(long seed, long... shape) {
        Random random = new Random(seed);
        float[] values = new float[(int) Shape.of(shape).elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return Tensor.ofFloats(values, shape);
    }

    /** Images of which each has one number for each channel; {@code step} tells rows apart. */
    private static Tensor flat(boolean channelsFirst, int rows, float step) {
        float[] values = new float[rows * 3 * 16];
        for (int i = 0; i < values.length; i++) {
            int channel = channelsFirst ? i % 48 / 16 : i % 3;
            values[i] = -1 - channel + step * (i / 48);
        }
        return channelsFirst
                ? Tensor.ofFloats(values, rows, 3, 4, 4)
                : Tensor.ofFloats(values, rows, 4, 4, 3);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void blackImagesHaveNoRange(boolean channelsFirst) {
        add(flat(channelsFirst, 5, 0));
        add(flat(channelsFirst, 3, 0));

        RowVariety variety = survey.result();

        assertThat(variety).isEqualTo(new RowVariety(8, 1, 8));
        assertThat(variety.hasNoRange()).isTrue();
        assertThat(variety.remark().orElseThrow())
                .contains("all 8 rows are the same", "every row is constant");
    }

    @Test
    void bytesAreLookedAtToo() {
        add(
                new Tensor(
                        DataType.UINT8,
                        Shape.of(4, 3, 8, 8),
                        TensorStorage.of(ByteBuffer.allocate(4 * 3 * 64))));

        assertThat(survey.result().hasNoRange()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void greyImagesDifferAndAreConstant(boolean channelsFirst) {
        add(flat(channelsFirst, 6, 0.1f));

        RowVariety variety = survey.result();

        assertThat(variety).isEqualTo(new RowVariety(6, 6, 6));
        assertThat(variety.hasNoRange()).isFalse();
        assertThat(variety.remark().orElseThrow()).startsWith("every row is constant");
    }

    @Test
    void oneImageAHundredTimesIsOne() {
        Tensor image = noise(1, 1, 3, 8, 8);
        for (int i = 0; i < 100; i++) {
            add(image);
        }

        assertThat(survey.result()).isEqualTo(new RowVariety(100, 1, 0));
        assertThat(survey.result().remark()).contains("all 100 rows are the same");
    }

    @Test
    void halfOfTheRowsRepeated() {
        for (int i = 0; i < 4; i++) {
            add(noise(i % 2, 10, 4));
        }

        assertThat(survey.result()).isEqualTo(new RowVariety(40, 20, 0));
        assertThat(survey.result().remark()).contains("only 20 of 40 rows differ from each other");
    }

    @Test
    void realRowsAreNotRemarkedOn() {
        add(noise(1, 50, 3, 8, 8));
        add(flat(true, 2, 0));

        assertThat(survey.result().remark()).isEmpty();
    }

    /** Each input counts: the same mask lies beside different tokens. */
    @Test
    void rowsDifferByAnyInput() {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        inputs.put("tokens", Tensor.ofLongs(new long[] {1, 2, 3, 4, 5, 6}, 2, 3));
        inputs.put("mask", Tensor.ofLongs(new long[] {1, 1, 1, 1, 1, 1}, 2, 3));
        add(inputs, 2);

        assertThat(survey.result()).isEqualTo(new RowVariety(2, 2, 0));
    }

    /** Nobody can say of one number that it is constant. */
    @Test
    void aSingleNumberIsNotConstant() {
        add(Tensor.ofFloats(new float[] {2, 2, 2}, 3, 1));

        assertThat(survey.result()).isEqualTo(new RowVariety(3, 1, 0));
        assertThat(survey.result().hasNoRange()).isFalse();
    }

    private RowVariety numbered(int rows, int times) {
        float[] row = new float[4];
        for (int i = 0; i < rows; i++) {
            row[i / times % 4] = 1 + i / times;
            add(Tensor.ofFloats(row.clone(), 1, 4));
        }
        return survey.result();
    }

    @Test
    void rowsBehindManyThatDifferAreTakenForDifferent() {
        assertThat(numbered(5_000, 1)).isEqualTo(new RowVariety(5_000, 5_000, 0));
    }

    @Test
    void thousandsAreCountedExactly() {
        assertThat(numbered(8_000, 2)).isEqualTo(new RowVariety(8_000, 4_000, 0));
        assertThat(survey.result().isRepetitive()).isTrue();
    }

    @Test
    void manyThousandsAreCountedNearly() {
        RowVariety variety = numbered(200_000, 10);

        assertThat(variety.distinct()).isBetween(18_500L, 21_500L);
        assertThat(variety.isRepetitive()).isTrue();
    }

    @Test
    void nothingIsNoResult() {
        assertThatThrownBy(survey::result).isInstanceOf(IllegalStateException.class);
    }
}
