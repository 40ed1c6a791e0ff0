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
package io.github.djlquant.transform.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.op.Window;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class InsideShareTest {

    private static Window window(long stride, long dilation, long before, long behind) {
        return new Window(
                List.of(),
                List.of(stride),
                List.of(before, behind),
                List.of(dilation),
                1,
                false,
                false);
    }

    /** Positions are counted one by one. */
    @Property
    void equalsACount(
            @ForAll @IntRange(min = 1, max = 12) int extent,
            @ForAll @IntRange(min = 1, max = 5) int kernel,
            @ForAll @IntRange(min = 1, max = 4) int stride,
            @ForAll @IntRange(min = 1, max = 3) int dilation,
            @ForAll @IntRange(min = 0, max = 4) int before,
            @ForAll @IntRange(min = 0, max = 4) int behind) {
        double[] shares =
                InsideShare.of(
                        window(stride, dilation, before, behind),
                        new long[] {kernel},
                        new long[] {extent});
        int[] inside = new int[kernel];
        int outputs = 0;
        int last = extent + behind - dilation * (kernel - 1) - 1;
        for (int start = -before; start <= last; start += stride) {
            outputs++;
            for (int k = 0; k < kernel; k++) {
                int at = start + k * dilation;
                inside[k] += at >= 0 && at < extent ? 1 : 0;
            }
        }
        for (int k = 0; k < kernel; k++) {
            double expected = outputs == 0 ? 1 : inside[k] / (double) outputs;
            assertThat(shares[k]).isEqualTo(expected, within(1e-12));
        }
    }

    @Test
    void aPlaneOfFourPointsLeavesABorderedKernelFourOfNinePositions() {
        Window bordered =
                new Window(
                        List.of(), List.of(), List.of(1L, 1L, 1L, 1L), List.of(), 1, false, false);

        double[] shares = InsideShare.of(bordered, new long[] {3, 3}, new long[] {2, 2});

        assertThat(shares).containsExactly(0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25);
    }

    @Test
    void paddingThatKeepsExtentsIsSplit() {
        Window keeping = new Window(List.of(), List.of(), List.of(), List.of(), 1, true, false);

        assertThat(InsideShare.of(keeping, new long[] {3}, new long[] {4}))
                .containsExactly(0.75, 1, 0.75);
    }

    @Test
    void openExtentsCountInFull() {
        assertThat(InsideShare.of(window(1, 1, 1, 1), new long[] {3}, new long[] {-1}))
                .containsExactly(1, 1, 1);
    }
}
