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

/**
 * The element type of a tensor. Names follow ONNX; TorchScript's types are the subset that both
 * know.
 */
public enum DataType {
    /** IEEE 754 binary32. */
    FLOAT(32),
    /** Unsigned 8-bit integer. */
    UINT8(8),
    /** Signed 8-bit integer. */
    INT8(8),
    /** Unsigned 16-bit integer. */
    UINT16(16),
    /** Signed 16-bit integer. */
    INT16(16),
    /** Signed 32-bit integer. */
    INT32(32),
    /** Signed 64-bit integer. */
    INT64(64),
    /** Text; elements have no fixed size. */
    STRING(0),
    /** One byte per truth value. */
    BOOL(8),
    /** IEEE 754 binary16. */
    FLOAT16(16),
    /** IEEE 754 binary64. */
    DOUBLE(64),
    /** Unsigned 32-bit integer. */
    UINT32(32),
    /** Unsigned 64-bit integer. */
    UINT64(64),
    /** Two binary32. */
    COMPLEX64(64),
    /** Two binary64. */
    COMPLEX128(128),
    /** The upper half of a binary32. */
    BFLOAT16(16),
    /** Float with 4 exponent and 3 mantissa bits, finite and NaN only. */
    FLOAT8E4M3FN(8),
    /** As {@link #FLOAT8E4M3FN}, no negative zero. */
    FLOAT8E4M3FNUZ(8),
    /** Float with 5 exponent and 2 mantissa bits. */
    FLOAT8E5M2(8),
    /** As {@link #FLOAT8E5M2}, finite and NaN only, no negative zero. */
    FLOAT8E5M2FNUZ(8),
    /** Unsigned 4-bit integer, two per byte, the first in the low nibble. */
    UINT4(4),
    /** Signed 4-bit integer, two per byte, the first in the low nibble. */
    INT4(4),
    /** Float with 2 exponent and 1 mantissa bits, two per byte. */
    FLOAT4E2M1(4),
    /** Power-of-two scale with 8 exponent bits. */
    FLOAT8E8M0(8),
    /** Unsigned 2-bit integer, four per byte. */
    UINT2(2),
    /** Signed 2-bit integer, four per byte. */
    INT2(2);

    private final int bits;

    DataType(int bits) {
        this.bits = bits;
    }

    /**
     * Returns the size of one element.
     *
     * @return bits; 0 for {@link #STRING}
     */
    public int bits() {
        return bits;
    }

    /**
     * Returns the bytes that hold a number of elements.
     *
     * @param elements the number of elements, not negative
     * @return bytes, sub-byte types rounded up to whole bytes
     * @throws ArithmeticException if the size exceeds a long
     */
    public long byteSize(long elements) {
        return bits >= 8
                ? Math.multiplyExact(elements, bits / 8L)
                : Math.addExact(Math.multiplyExact(elements, (long) bits), 7) / 8;
    }

    /**
     * Tells whether elements are real floating-point numbers that quantization can start from.
     *
     * @return true for binary16, bfloat16, binary32 and binary64
     */
    public boolean isFloatingPoint() {
        return this == FLOAT || this == FLOAT16 || this == BFLOAT16 || this == DOUBLE;
    }
}
