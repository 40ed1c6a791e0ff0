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
package io.github.djlquant.pytorch.archive;

import io.github.djlquant.graph.DataType;
import java.util.Arrays;
import java.util.Optional;

/** The element types of storages, by the name that pickles give them. */
enum StorageType {
    FLOAT("FloatStorage", DataType.FLOAT),
    DOUBLE("DoubleStorage", DataType.DOUBLE),
    HALF("HalfStorage", DataType.FLOAT16),
    BFLOAT16("BFloat16Storage", DataType.BFLOAT16),
    BYTE("ByteStorage", DataType.UINT8),
    CHAR("CharStorage", DataType.INT8),
    SHORT("ShortStorage", DataType.INT16),
    INT("IntStorage", DataType.INT32),
    LONG("LongStorage", DataType.INT64),
    BOOL("BoolStorage", DataType.BOOL),
    UINT16("UInt16Storage", DataType.UINT16),
    UINT32("UInt32Storage", DataType.UINT32),
    UINT64("UInt64Storage", DataType.UINT64),
    COMPLEX_FLOAT("ComplexFloatStorage", DataType.COMPLEX64),
    COMPLEX_DOUBLE("ComplexDoubleStorage", DataType.COMPLEX128),
    FLOAT8_E4M3FN("Float8_e4m3fnStorage", DataType.FLOAT8E4M3FN),
    FLOAT8_E4M3FNUZ("Float8_e4m3fnuzStorage", DataType.FLOAT8E4M3FNUZ),
    FLOAT8_E5M2("Float8_e5m2Storage", DataType.FLOAT8E5M2),
    FLOAT8_E5M2FNUZ("Float8_e5m2fnuzStorage", DataType.FLOAT8E5M2FNUZ),
    QINT8("QInt8Storage", DataType.INT8),
    QUINT8("QUInt8Storage", DataType.UINT8),
    QINT32("QInt32Storage", DataType.INT32),
    QUINT4("QUInt4x2Storage", DataType.UINT4),
    QUINT2("QUInt2x4Storage", DataType.UINT2);

    private final String className;
    private final DataType dataType;

    StorageType(String className, DataType dataType) {
        this.className = className;
        this.dataType = dataType;
    }

    String className() {
        return className;
    }

    DataType dataType() {
        return dataType;
    }

    /** Bytes of a storage; where elements share a byte, libtorch counts the bytes. */
    long byteSize(long count) {
        return dataType.byteSize(
                dataType.bits() < 8 ? Math.multiplyExact(count, 8L / dataType.bits()) : count);
    }

    /** What libtorch counts in a storage of so many bytes. */
    long count(long bytes) {
        return bytes / Math.max(1, dataType.bits() / 8);
    }

    boolean isQuantized() {
        return compareTo(QINT8) >= 0;
    }

    static Optional<StorageType> named(String className) {
        return Arrays.stream(values()).filter(type -> type.className.equals(className)).findFirst();
    }

    /** The storage of a tensor of this type, plain or quantized. */
    static Optional<StorageType> of(DataType dataType, boolean quantized) {
        return Arrays.stream(values())
                .filter(type -> type.dataType == dataType && type.isQuantized() == quantized)
                .findFirst();
    }
}
