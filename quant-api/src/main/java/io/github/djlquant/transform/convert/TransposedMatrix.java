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
package io.github.djlquant.transform.convert;

import io.github.djlquant.graph.Tensor;

/** An integer matrix with its axes swapped. */
final class TransposedMatrix {

    private TransposedMatrix() {}

    /** Swaps the axes of a matrix of integers. */
    static Tensor of(Tensor matrix) {
        int rows = (int) matrix.shape().size(0);
        int columns = (int) matrix.shape().size(1);
        int[] elements = matrix.toInts();
        int[] swapped = new int[elements.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                swapped[column * rows + row] = elements[row * columns + column];
            }
        }
        return Tensor.ofInts(matrix.dataType(), swapped, columns, rows);
    }
}
