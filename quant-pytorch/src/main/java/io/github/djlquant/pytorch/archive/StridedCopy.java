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
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;

/**
 * Copies a view whose elements do not lie in a row, such as a transposed matrix, into a tensor
 * whose elements do.
 *
 * @param type the element type
 * @param content the storage from the first to the last element of the view
 * @param strides elements from one slice to the next, per axis
 */
record StridedCopy(DataType type, TensorStorage content, long[] strides) {

    /** What an array can hold. */
    private static final long LARGEST = Integer.MAX_VALUE - 8;

    Tensor copy(Shape shape, PickleInput in) {
        int size = type.bits() / 8;
        if (size == 0) {
            throw in.place()
                    .unsupported(
                            "elements smaller than a byte do not lie in a row",
                            type,
                            "Export a model whose quantized tensors are contiguous");
        }
        long bytes = type.byteSize(shape.elementCount());
        in.budget().take(bytes, "the contiguous copy of a tensor", in.place());
        if (bytes > LARGEST) {
            throw in.place()
                    .unsupported(
                            "a tensor above 2 GB is not contiguous",
                            bytes + " bytes",
                            "Export the model with contiguous tensors");
        }
        Elements elements = elements(size);
        byte[] copy = new byte[(int) bytes];
        long[] sizes = shape.toArray();
        long[] index = new long[sizes.length];
        long at = 0;
        for (int to = 0; to < copy.length; to += size) {
            elements.get(at, copy, to);
            for (int axis = sizes.length - 1; axis >= 0; axis--) {
                at += strides[axis];
                if (++index[axis] < sizes[axis]) {
                    break;
                }
                at -= strides[axis] * sizes[axis];
                index[axis] = 0;
            }
        }
        return new Tensor(type, shape, TensorStorage.of(ByteBuffer.wrap(copy)));
    }

    /** Gives an element's bytes. */
    private interface Elements {
        void get(long index, byte[] target, int at);
    }

    /** A window over more than one segment would be a copy of all of it. */
    private Elements elements(int size) {
        boolean onePiece =
                content instanceof TensorStorage.Segments pieces && pieces.segments().size() == 1;
        if (!onePiece) {
            return (index, target, at) -> content.window(index * size, size).get(target, at, size);
        }
        ByteBuffer whole = content.window(0, (int) content.byteSize());
        return (index, target, at) -> whole.get((int) index * size, target, at, size);
    }
}
