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

import io.github.djlquant.graph.DataType;

/** An integer type that real values are quantized to. */
public enum QuantType {
    /** 8 bits unsigned. */
    UINT8(DataType.UINT8, 0, 255),
    /** 8 bits signed. */
    INT8(DataType.INT8, -128, 127),
    /** 4 bits unsigned. */
    UINT4(DataType.UINT4, 0, 15),
    /** 4 bits signed. */
    INT4(DataType.INT4, -8, 7),
    /** 16 bits unsigned. */
    UINT16(DataType.UINT16, 0, 65535),
    /** 16 bits signed. */
    INT16(DataType.INT16, -32768, 32767),
    /** 32 bits signed: biases and accumulators. */
    INT32(DataType.INT32, Integer.MIN_VALUE, Integer.MAX_VALUE);

    private final DataType dataType;
    private final int min;
    private final int max;

    QuantType(DataType dataType, int min, int max) {
        this.dataType = dataType;
        this.min = min;
        this.max = max;
    }

    /**
     * Returns the tensor element type.
     *
     * @return the type
     */
    public DataType dataType() {
        return dataType;
    }

    /**
     * Returns the smallest value of the type.
     *
     * @return qmin
     */
    public int min() {
        return min;
    }

    /**
     * Returns the largest value of the type.
     *
     * @return qmax
     */
    public int max() {
        return max;
    }

    /**
     * Tells whether negative values are representable.
     *
     * @return true for signed types
     */
    public boolean isSigned() {
        return min < 0;
    }
}
