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
package io.github.djlquant.pytorch.cross;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Constants that a crossing makes or makes over, and ONNX's numbers of element types. */
final class Constants {

    /** TensorProto.DataType of onnx.proto. */
    private static final DataType[] TYPES = {
        null,
        DataType.FLOAT,
        DataType.UINT8,
        DataType.INT8,
        DataType.UINT16,
        DataType.INT16,
        DataType.INT32,
        DataType.INT64,
        DataType.STRING,
        DataType.BOOL,
        DataType.FLOAT16,
        DataType.DOUBLE,
        DataType.UINT32,
        DataType.UINT64,
        DataType.COMPLEX64,
        DataType.COMPLEX128,
        DataType.BFLOAT16
    };

    private Constants() {}

    /** The element type with a number of ONNX; empty for those of 8 bits and less. */
    static Optional<DataType> type(long code) {
        return code > 0 && code < TYPES.length ? Optional.of(TYPES[(int) code]) : Optional.empty();
    }

    /** Truth values along one axis, or a single one. */
    static Tensor truths(byte[] bytes, boolean scalar) {
        Shape shape = scalar ? Shape.of() : Shape.of(bytes.length);
        return new Tensor(
                DataType.BOOL,
                shape,
                TensorStorage.of(ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN)));
    }

    /** [rows, columns] to [columns, rows]. */
    static Tensor transposed(Tensor matrix) {
        int rows = Math.toIntExact(matrix.shape().size(0));
        int columns = Math.toIntExact(matrix.shape().size(1));
        int width = matrix.dataType().bits() / 8;
        ByteBuffer from = matrix.bytes();
        ByteBuffer to =
                ByteBuffer.allocate(
                                Math.toIntExact(matrix.dataType().byteSize(matrix.elementCount())))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int column = 0; column < columns; column++) {
            for (int row = 0; row < rows; row++) {
                int at = (row * columns + column) * width;
                for (int i = 0; i < width; i++) {
                    to.put(from.get(at + i));
                }
            }
        }
        return new Tensor(matrix.dataType(), Shape.of(columns, rows), TensorStorage.of(to.flip()));
    }

    /** Rows of the first axis in another order, in blocks of so many rows. */
    static Tensor reordered(Tensor tensor, int[] blocks, int rows) {
        int width =
                Math.toIntExact(
                        tensor.dataType().byteSize(tensor.elementCount()) / tensor.shape().size(0));
        ByteBuffer from = tensor.bytes();
        ByteBuffer to =
                ByteBuffer.allocate(blocks.length * rows * width).order(ByteOrder.LITTLE_ENDIAN);
        for (int block : blocks) {
            ByteBuffer part = from.duplicate();
            part.position(block * rows * width).limit((block + 1) * rows * width);
            to.put(part);
        }
        long[] sizes = tensor.shape().toArray();
        sizes[0] = (long) blocks.length * rows;
        return new Tensor(tensor.dataType(), Shape.of(sizes), TensorStorage.of(to.flip()));
    }
}
