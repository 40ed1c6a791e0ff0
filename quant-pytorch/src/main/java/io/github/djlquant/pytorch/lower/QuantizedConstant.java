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
package io.github.djlquant.pytorch.lower;

import io.github.djlquant.graph.Tensor;
import java.util.Arrays;

/**
 * A constant that is stored as integers: real value = (integer - zero point) * scale.
 *
 * @param value the integers' name in the graph
 * @param integers the integers
 * @param scales one, or one per slice of the axis
 * @param zeroPoints as many
 * @param axis the sliced axis; of no meaning for one scale
 */
record QuantizedConstant(
        String value, Tensor integers, float[] scales, int[] zeroPoints, int axis) {

    /** Tells whether one scale holds for all. */
    boolean isPerTensor() {
        return integers.shape().rank() == 0 || scales.length == 1;
    }

    /** Tells whether 0 means 0 everywhere. */
    boolean isSymmetric() {
        return Arrays.stream(zeroPoints).allMatch(zeroPoint -> zeroPoint == 0);
    }

    /** Returns the real numbers. */
    Tensor dequantize() {
        float[] values = new float[Math.toIntExact(integers.elementCount())];
        int inner = isPerTensor() ? values.length : inner();
        integers.forEach(
                (index, integer) -> {
                    int slice = (int) (index / inner % scales.length);
                    values[(int) index] =
                            (float) ((integer - zeroPoints[slice]) * (double) scales[slice]);
                });
        return Tensor.ofFloats(values, integers.shape().toArray());
    }

    private int inner() {
        int inner = 1;
        for (int i = axis + 1; i < integers.shape().rank(); i++) {
            inner *= (int) integers.shape().size(i);
        }
        return inner;
    }
}
