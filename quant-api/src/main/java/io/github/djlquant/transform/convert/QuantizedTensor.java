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
package io.github.djlquant.transform.convert;

import io.github.djlquant.graph.Tensor;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantParams;

/** A constant as the integers that stand for it. */
final class QuantizedTensor {

    private QuantizedTensor() {}

    /** Rounds every element to the nearest integer of its channel. */
    static Tensor of(Tensor tensor, QuantParams params) {
        float[] values = tensor.toFloats();
        int[] integers = new int[values.length];
        int inner = 1;
        if (params.granularity() instanceof Granularity.PerChannel c) {
            for (int axis = c.axis() + 1; axis < tensor.shape().rank(); axis++) {
                inner *= (int) tensor.shape().size(axis);
            }
        }
        for (int i = 0; i < values.length; i++) {
            integers[i] = params.quantize(values[i], i / inner % params.size());
        }
        return Tensor.ofInts(params.type().dataType(), integers, tensor.shape().toArray());
    }
}
