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

import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;

/** A matrix of integers, or a stack of such, with its last two axes swapped. */
final class TransposedMatrices {

    private TransposedMatrices() {}

    /** Swaps the last two axes: [.., rows, columns] to [.., columns, rows]. */
    static Tensor of(Tensor stack) {
        Shape shape = stack.shape();
        int rows = (int) shape.size(shape.rank() - 2);
        int columns = (int) shape.size(shape.rank() - 1);
        int[] elements = stack.toInts();
        int[] swapped = new int[elements.length];
        for (int start = 0; start < elements.length; start += rows * columns) {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    swapped[start + column * rows + row] = elements[start + row * columns + column];
                }
            }
        }
        long[] sizes = shape.toArray();
        sizes[shape.rank() - 2] = columns;
        sizes[shape.rank() - 1] = rows;
        return Tensor.ofInts(stack.dataType(), swapped, sizes);
    }
}
