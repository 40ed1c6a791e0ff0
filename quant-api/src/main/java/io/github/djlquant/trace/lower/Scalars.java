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
package io.github.djlquant.trace.lower;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Single numbers of any element type that a Block computes with. */
final class Scalars {

    private Scalars() {}

    static Tensor of(DataType type, double value) {
        return switch (type) {
            case FLOAT -> Tensor.ofFloat((float) value);
            case FLOAT16 -> Tensor.ofHalfFloats(new float[] {(float) value});
            case INT64 -> Tensor.ofLongs(new long[] {(long) value});
            case INT8, UINT8, INT16, UINT16, INT32 -> Tensor.ofInts(type, new int[] {(int) value});
            case DOUBLE -> bytes(type, 8, b -> b.putDouble(value));
            case UINT32 -> bytes(type, 4, b -> b.putInt((int) (long) value));
            case UINT64 -> bytes(type, 8, b -> b.putLong((long) value));
            case BOOL -> bytes(type, 1, b -> b.put((byte) (value != 0 ? 1 : 0)));
            case BFLOAT16 ->
                    bytes(
                            type,
                            2,
                            b -> b.putShort((short) (Float.floatToIntBits((float) value) >>> 16)));
            default -> throw new IllegalArgumentException("no number has the type " + type);
        };
    }

    private static Tensor bytes(
            DataType type, int size, java.util.function.Consumer<ByteBuffer> filling) {
        ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        filling.accept(buffer);
        return new Tensor(type, Shape.of(), TensorStorage.of(buffer.flip()));
    }
}
