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

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class QuantParamsTest {

    private static final float[] TRAPS = {
        0f,
        -0f,
        0.5f,
        1.5f,
        2.5f,
        -0.5f,
        -1.5f,
        -2.5f,
        127.5f,
        -127.5f,
        126.5f,
        1e30f,
        -1e30f,
        Float.MIN_VALUE,
        Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN
    };

    private static QuantParams params(QuantType type, float scale, int zeroPoint) {
        return QuantParams.perTensor(type, scale, zeroPoint);
    }

    /** ONNX's definition of QuantizeLinear, word for word. */
    private static int expected(QuantParams params, float value) {
        if (Float.isNaN(value)) {
            return params.zeroPoint(0);
        }
        double steps = Math.rint(value / params.scale(0)) + params.zeroPoint(0);
        return (int) Math.max(params.qmin(), Math.min(params.qmax(), steps));
    }

    @Property
    void roundsHalfToEvenAndClamps(
            @ForAll float value,
            @ForAll @IntRange(min = -20, max = 7) int exponent,
            @ForAll @IntRange(max = 255) int zeroPoint) {
        QuantParams params = params(QuantType.UINT8, Math.scalb(1.3f, exponent), zeroPoint);
        assertThat(params.quantize(value, 0)).isEqualTo(expected(params, value));
    }

    @Property
    void roundsBiasesOverTheWholeOf32Bits(
            @ForAll @FloatRange(min = -3e9f, max = 3e9f) float value) {
        QuantParams params = params(QuantType.INT32, 1f, 0);
        assertThat(params.quantize(value, 0)).isEqualTo(expected(params, value));
    }

    @Test
    void treatsManyAsItTreatsOne() {
        for (int zeroPoint : new int[] {-128, -3, 0, 127}) {
            QuantParams params = params(QuantType.INT8, 1f, zeroPoint);
            int[] many = new int[TRAPS.length + 1];
            params.quantize(TRAPS, 1, TRAPS.length - 1, 0, many);
            for (int i = 1; i < TRAPS.length; i++) {
                assertThat(many[i - 1])
                        .as("%s with zero point %s", TRAPS[i], zeroPoint)
                        .isEqualTo(expected(params, TRAPS[i]))
                        .isEqualTo(params.quantize(TRAPS[i], 0));
            }
            assertThat(many[TRAPS.length - 1]).isZero();
        }
    }
}
