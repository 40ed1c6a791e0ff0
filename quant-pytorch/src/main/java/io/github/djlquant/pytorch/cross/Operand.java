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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a value of the source has become. ONNX computes shapes with tensors of integers, TorchScript
 * with integers and lists of them; a value stays {@link Ints} as long as only operators on shapes
 * read it, and becomes a tensor where one is needed.
 */
sealed interface Operand {

    /**
     * A tensor.
     *
     * @param name the value
     * @param type its element type, null if it is not known
     * @param shape its extents, null if not even the rank is known
     */
    record TensorOf(String name, DataType type, Shape shape) implements Operand {

        /** The number of axes, -1 if it is not known. */
        int rank() {
            return shape == null ? -1 : shape.rank();
        }

        /** A known extent, -1 if it is not known. */
        long size(int axis) {
            return shape == null ? -1 : shape.size(axis);
        }

        Facts facts() {
            return new Facts(type, shape);
        }

        boolean isFloat() {
            return type != null && type.isFloatingPoint();
        }
    }

    /**
     * Integers that were never put into a tensor.
     *
     * @param elements one integer for each element of the source's tensor
     * @param scalar whether the source's tensor has no axis; else it has one
     * @param type the source's element type, of 32 or 64 bits
     */
    record Ints(List<Int> elements, boolean scalar, DataType type) implements Operand {

        /** Longer tensors of integers are data, not shapes. */
        private static final long LONGEST_SHAPE = 64;

        public Ints {
            elements = List.copyOf(elements);
        }

        /** Reads a constant that may be a shape, or a part of one. */
        static Optional<Ints> of(Tensor tensor) {
            boolean whole =
                    tensor.dataType() == DataType.INT64 || tensor.dataType() == DataType.INT32;
            return whole && tensor.shape().rank() <= 1 && tensor.elementCount() <= LONGEST_SHAPE
                    ? Optional.of(
                            new Ints(
                                    Arrays.stream(tensor.toLongs()).mapToObj(Int::of).toList(),
                                    tensor.shape().rank() == 0,
                                    tensor.dataType()))
                    : Optional.empty();
        }

        Optional<List<Long>> known() {
            return elements.stream().allMatch(Int::isKnown)
                    ? Optional.of(elements.stream().map(Int::known).toList())
                    : Optional.empty();
        }
    }

    /**
     * The extents of a tensor whose rank is not known.
     *
     * @param of the tensor
     */
    record Extents(TensorOf of) implements Operand {}
}
