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
package io.github.djlquant.monitor;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** Reads single elements of a dense array as numbers, without copying the array. */
interface Elements {

    float at(int index);

    /**
     * Views bytes.
     *
     * @param bytes elements in native byte order
     * @return a view, null if elements of this type are not monitored
     */
    static Elements of(DataType type, ByteBuffer bytes) {
        return switch (type) {
            case FLOAT -> {
                FloatBuffer floats = bytes.asFloatBuffer();
                yield floats::get;
            }
            case INT64 -> {
                LongBuffer longs = bytes.asLongBuffer();
                yield index -> longs.get(index);
            }
            case INT32 -> {
                IntBuffer ints = bytes.asIntBuffer();
                yield index -> ints.get(index);
            }
            case UINT8 -> index -> bytes.get(index) & 0xff;
            case INT8 -> bytes::get;
            default -> null;
        };
    }

    /** Tells whether tensors of this type can be monitored. */
    static boolean isReadable(DataType type) {
        return of(type, ByteBuffer.allocate(0)) != null;
    }

    /** Views a tensor that is held in one piece. */
    static Elements of(Tensor tensor) {
        return of(tensor.dataType(), tensor.bytes());
    }
}
