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

import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;

/** A matrix of 8-bit integers with rows and columns exchanged. */
final class Transposed {

    private Transposed() {}

    static Tensor of(Tensor matrix) {
        int rows = (int) matrix.shape().size(0);
        int columns = (int) matrix.shape().size(1);
        ByteBuffer from = matrix.bytes();
        byte[] to = new byte[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to[column * rows + row] = from.get(row * columns + column);
            }
        }
        return new Tensor(
                matrix.dataType(), Shape.of(columns, rows), TensorStorage.of(ByteBuffer.wrap(to)));
    }
}
