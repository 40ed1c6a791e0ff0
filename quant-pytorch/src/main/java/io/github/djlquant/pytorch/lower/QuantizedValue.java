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

import io.github.djlquant.graph.DataType;

/**
 * A quantized tensor at run time.
 *
 * @param name the value that holds it
 * @param scale the real distance of two integers
 * @param zeroPoint the integer that means 0
 * @param type the integers' type
 */
public record QuantizedValue(String name, double scale, long zeroPoint, DataType type) {

    /**
     * Tells whether the same integers mean the same numbers in both.
     *
     * @param other another tensor
     * @return true if scale, zero point and type are equal
     */
    public boolean hasParametersOf(QuantizedValue other) {
        return scale == other.scale && zeroPoint == other.zeroPoint && type == other.type;
    }

    /** Another tensor with the same scale, zero point and type. */
    QuantizedValue as(String value) {
        return new QuantizedValue(value, scale, zeroPoint, type);
    }
}
