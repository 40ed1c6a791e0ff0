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

/** libtorch's numbers of element types. */
final class TypeCodes {

    private static final int QINT8 = 12;
    private static final int QUINT8 = 13;
    private static final int QINT32 = 14;

    private TypeCodes() {}

    /** Returns the number of the quantized type with such integers, -1 if there is none. */
    static int quantized(DataType integers) {
        return switch (integers) {
            case INT8 -> QINT8;
            case UINT8 -> QUINT8;
            case INT32 -> QINT32;
            default -> -1;
        };
    }
}
