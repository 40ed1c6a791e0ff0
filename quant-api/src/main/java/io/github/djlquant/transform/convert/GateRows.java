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
import io.github.djlquant.scheme.QuantParams;

/** The weights of a recurrent layer, [directions, gates * hidden, features], row by row. */
final class GateRows {

    private GateRows() {}

    /** Rounds every element to the nearest integer of its row. */
    static int[] quantize(Tensor weight, QuantParams params) {
        int width = (int) weight.shape().size(2);
        float[] elements = weight.toFloats();
        int[] integers = new int[elements.length];
        for (int i = 0; i < elements.length; i++) {
            integers[i] = params.quantize(elements[i], i / width);
        }
        return integers;
    }
}
