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
package io.github.djlquant.pytorch.op;

import io.github.djlquant.graph.DataType;
import java.util.Optional;

/** libtorch's numbers of element types, as {@code c10/core/ScalarType.h} counts them. */
public final class TypeCodes {

    private static final int QINT8 = 12;
    private static final int QUINT8 = 13;
    private static final int QINT32 = 14;

    private TypeCodes() {}

    /**
     * Returns the number of an element type.
     *
     * @param type the type
     * @return its number, empty if libtorch's models don't use it
     */
    public static Optional<Long> of(DataType type) {
        return switch (type) {
            case UINT8 -> Optional.of(0L);
            case INT8 -> Optional.of(1L);
            case INT16 -> Optional.of(2L);
            case INT32 -> Optional.of(3L);
            case INT64 -> Optional.of(4L);
            case FLOAT16 -> Optional.of(5L);
            case FLOAT -> Optional.of(6L);
            case DOUBLE -> Optional.of(7L);
            case BOOL -> Optional.of(11L);
            case BFLOAT16 -> Optional.of(15L);
            default -> Optional.empty();
        };
    }

    /**
     * Returns the element type with a number.
     *
     * @param code the number
     * @return the type, empty if none has it
     */
    public static Optional<DataType> type(long code) {
        for (DataType type : DataType.values()) {
            if (of(type).filter(c -> c == code).isPresent()) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the number of the quantized type with such integers.
     *
     * @param integers the integers' type
     * @return the number, -1 if there is no such type
     */
    public static int quantized(DataType integers) {
        return switch (integers) {
            case INT8 -> QINT8;
            case UINT8 -> QUINT8;
            case INT32 -> QINT32;
            default -> -1;
        };
    }
}
