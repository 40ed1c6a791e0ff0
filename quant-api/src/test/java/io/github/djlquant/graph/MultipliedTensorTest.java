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
package io.github.djlquant.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MultipliedTensorTest {

    private static Tensor counted(long... sizes) {
        float[] values = new float[(int) Shape.of(sizes).elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return Tensor.ofFloats(values, sizes);
    }

    @Test
    void everyPositionAlongAnAxisHasItsFactor() {
        Tensor matrix = counted(2, 3);
        assertThat(matrix.multiplied(new float[] {1, 10}, 0).toFloats())
                .containsExactly(0, 1, 2, 30, 40, 50);
        assertThat(matrix.multiplied(new float[] {1, 10, 100}, 1).toFloats())
                .containsExactly(0, 10, 200, 3, 40, 500);
        assertThat(counted(2, 2, 2).multiplied(new float[] {1, -1}, 1).toFloats())
                .containsExactly(0, 1, -2, -3, 4, 5, -6, -7);
    }

    @Test
    void theTensorItselfStaysAsItIs() {
        Tensor matrix = counted(2, 3);
        float[] factors = {1, 10};
        Tensor multiplied = matrix.multiplied(factors, 0);
        factors[1] = 99;
        assertThat(multiplied.toFloats()).endsWith(30, 40, 50);
        assertThat(matrix.toFloats()).endsWith(3, 4, 5);
    }

    @Property
    void windowsAreThoseOfAllBytes(
            @ForAll @IntRange(min = 1, max = 5) int rows,
            @ForAll @IntRange(min = 1, max = 5) int columns,
            @ForAll @IntRange(min = 0, max = 1) int axis,
            @ForAll @IntRange(min = 0, max = 99) int start,
            @ForAll @IntRange(min = 0, max = 99) int length) {
        float[] factors = new float[axis == 0 ? rows : columns];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = 1 + i / 3f;
        }
        Tensor multiplied = counted(rows, columns).multiplied(factors, axis);
        ByteBuffer all = Tensor.ofFloats(multiplied.toFloats(), rows, columns).bytes();
        int from = start % (all.remaining() + 1);
        int count = Math.min(length, all.remaining() - from);
        assertThat(multiplied.storage().window(from, count)).isEqualTo(all.slice(from, count));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> counted(2, 3).multiplied(new float[] {1, 2}, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 factors")
                .hasMessageContaining("axis 1");
        assertThatThrownBy(
                        () ->
                                Tensor.ofLongs(new long[] {1, 2}, 2)
                                        .multiplied(new float[] {1, 2}, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
