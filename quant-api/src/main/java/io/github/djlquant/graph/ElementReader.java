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

import java.nio.ByteBuffer;

/** Reads one element of a little-endian buffer, widened to double. */
@FunctionalInterface
interface ElementReader {

    double read(ByteBuffer bytes, int index);

    static ElementReader of(DataType type) {
        return switch (type) {
            case FLOAT -> (b, i) -> b.getFloat(4 * i);
            case DOUBLE -> (b, i) -> b.getDouble(8 * i);
            case FLOAT16 -> (b, i) -> binary16(b.getShort(2 * i));
            case BFLOAT16 -> (b, i) -> Float.intBitsToFloat(b.getShort(2 * i) << 16);
            case INT8 -> ByteBuffer::get;
            case UINT8 -> (b, i) -> b.get(i) & 0xff;
            case BOOL -> (b, i) -> b.get(i) == 0 ? 0 : 1;
            case INT16 -> (b, i) -> b.getShort(2 * i);
            case UINT16 -> (b, i) -> b.getShort(2 * i) & 0xffff;
            case INT32 -> (b, i) -> b.getInt(4 * i);
            case UINT32 -> (b, i) -> b.getInt(4 * i) & 0xffffffffL;
            case INT64 -> (b, i) -> b.getLong(8 * i);
            case UINT64 -> (b, i) -> unsigned(b.getLong(8 * i));
            case UINT4 -> (b, i) -> b.get(i / 2) >> (4 * (i & 1)) & 15;
            case INT4 -> (b, i) -> (b.get(i / 2) >> (4 * (i & 1)) & 15 ^ 8) - 8;
            case UINT2 -> (b, i) -> b.get(i / 4) >> (2 * (i & 3)) & 3;
            case INT2 -> (b, i) -> (b.get(i / 4) >> (2 * (i & 3)) & 3 ^ 2) - 2;
            case FLOAT8E4M3FN -> (b, i) -> SmallFloat.E4M3FN.decode(b.get(i));
            case FLOAT8E4M3FNUZ -> (b, i) -> SmallFloat.E4M3FNUZ.decode(b.get(i));
            case FLOAT8E5M2 -> (b, i) -> SmallFloat.E5M2.decode(b.get(i));
            case FLOAT8E5M2FNUZ -> (b, i) -> SmallFloat.E5M2FNUZ.decode(b.get(i));
            case FLOAT4E2M1 -> (b, i) -> SmallFloat.E2M1.decode(b.get(i / 2) >> (4 * (i & 1)));
            case FLOAT8E8M0 -> (b, i) -> powerOfTwo(b.get(i) & 0xff);
            case STRING, COMPLEX64, COMPLEX128 ->
                    throw new IllegalStateException(
                            "elements of " + type + " are not read as numbers");
        };
    }

    /** Halves (rounding to odd, so that the last bits still count) and doubles again. */
    private static double unsigned(long bits) {
        return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
    }

    /** FLOAT8E8M0: an exponent alone, biased by 127; all ones is NaN. */
    private static double powerOfTwo(int exponent) {
        return exponent == 255 ? Double.NaN : Math.scalb(1.0, exponent - 127);
    }

    /** IEEE 754 binary16 to binary32; the JDK's own conversion is newer than Java 17. */
    private static float binary16(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >> 10 & 31;
        int mantissa = half & 0x3ff;
        if (exponent == 31) {
            return Float.intBitsToFloat(sign | 0x7f800000 | mantissa << 13);
        }
        if (exponent == 0) {
            float magnitude = mantissa * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        return Float.intBitsToFloat(sign | exponent + 112 << 23 | mantissa << 13);
    }
}
