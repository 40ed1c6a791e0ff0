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
import java.nio.ByteOrder;

/**
 * Little-endian elements of integer types of at most 32 bits; narrow ones fill bytes from below.
 */
final class IntegerElements {

    private IntegerElements() {}

    /**
     * Narrows integers to a type.
     *
     * @param dataType a signed integer type of at most 32 bits or an unsigned one of at most 16
     * @throws IllegalArgumentException if the type is another one or an element does not fit it
     */
    static ByteBuffer encode(DataType dataType, int... values) {
        requireFit(dataType, values);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(dataType.byteSize(values.length)))
                        .order(ByteOrder.LITTLE_ENDIAN);
        switch (dataType) {
            case INT8, UINT8 -> {
                for (int value : values) {
                    bytes.put((byte) value);
                }
            }
            case INT16, UINT16 -> {
                for (int value : values) {
                    bytes.putShort((short) value);
                }
            }
            case INT32 -> bytes.asIntBuffer().put(values);
            default -> {
                int bits = dataType.bits();
                int perByte = 8 / bits;
                for (int i = 0; i < values.length; i++) {
                    int part = (values[i] & (1 << bits) - 1) << bits * (i % perByte);
                    bytes.put(i / perByte, (byte) (bytes.get(i / perByte) | part));
                }
            }
        }
        return bytes.clear();
    }

    private static void requireFit(DataType dataType, int... values) {
        boolean signed =
                switch (dataType) {
                    case INT2, INT4, INT8, INT16, INT32 -> true;
                    case UINT2, UINT4, UINT8, UINT16 -> false;
                    default ->
                            throw new IllegalArgumentException(
                                    dataType + " is not an integer type of at most 32 bits");
                };
        int bits = dataType.bits();
        long lowest = signed ? -(1L << bits - 1) : 0;
        long highest = lowest + (1L << bits) - 1;
        for (int value : values) {
            if (value < lowest || value > highest) {
                throw new IllegalArgumentException(value + " does not fit " + dataType);
            }
        }
    }
}
