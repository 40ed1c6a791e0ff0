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
package io.github.djlquant.onnx.proto;

import io.github.djlquant.graph.DataType;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Element types against the codes of {@link TensorProto.DataType}. */
public final class OnnxTypes {

    private static final Map<DataType, Integer> CODES = new EnumMap<>(DataType.class);
    private static final Map<Integer, DataType> TYPES = new HashMap<>();

    static {
        row(DataType.FLOAT, TensorProto.DataType.FLOAT);
        row(DataType.UINT8, TensorProto.DataType.UINT8);
        row(DataType.INT8, TensorProto.DataType.INT8);
        row(DataType.UINT16, TensorProto.DataType.UINT16);
        row(DataType.INT16, TensorProto.DataType.INT16);
        row(DataType.INT32, TensorProto.DataType.INT32);
        row(DataType.INT64, TensorProto.DataType.INT64);
        row(DataType.STRING, TensorProto.DataType.STRING);
        row(DataType.BOOL, TensorProto.DataType.BOOL);
        row(DataType.FLOAT16, TensorProto.DataType.FLOAT16);
        row(DataType.DOUBLE, TensorProto.DataType.DOUBLE);
        row(DataType.UINT32, TensorProto.DataType.UINT32);
        row(DataType.UINT64, TensorProto.DataType.UINT64);
        row(DataType.COMPLEX64, TensorProto.DataType.COMPLEX64);
        row(DataType.COMPLEX128, TensorProto.DataType.COMPLEX128);
        row(DataType.BFLOAT16, TensorProto.DataType.BFLOAT16);
        row(DataType.FLOAT8E4M3FN, TensorProto.DataType.FLOAT8E4M3FN);
        row(DataType.FLOAT8E4M3FNUZ, TensorProto.DataType.FLOAT8E4M3FNUZ);
        row(DataType.FLOAT8E5M2, TensorProto.DataType.FLOAT8E5M2);
        row(DataType.FLOAT8E5M2FNUZ, TensorProto.DataType.FLOAT8E5M2FNUZ);
        row(DataType.UINT4, TensorProto.DataType.UINT4);
        row(DataType.INT4, TensorProto.DataType.INT4);
        row(DataType.FLOAT4E2M1, TensorProto.DataType.FLOAT4E2M1);
        row(DataType.FLOAT8E8M0, TensorProto.DataType.FLOAT8E8M0);
        row(DataType.UINT2, TensorProto.DataType.UINT2);
        row(DataType.INT2, TensorProto.DataType.INT2);
    }

    private OnnxTypes() {}

    private static void row(DataType type, TensorProto.DataType code) {
        CODES.put(type, code.getNumber());
        TYPES.put(code.getNumber(), type);
    }

    /**
     * Returns the code of a type.
     *
     * @param type the element type
     * @return the code to write
     */
    public static int code(DataType type) {
        return CODES.get(type);
    }

    /**
     * Returns the type of a code.
     *
     * @param code the code read
     * @return the element type, empty if the code has none
     */
    public static Optional<DataType> type(int code) {
        return Optional.ofNullable(TYPES.get(code));
    }
}
