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
package io.github.djlquant.onnx.cross;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import java.util.List;

/** What a value of the source is on its way: TorchScript's values are more than tensors. */
sealed interface Item {

    /** {@code None}. */
    Item NONE = new Literal(new None());

    /**
     * A number, truth value or text that is known before the model runs.
     *
     * @param value a {@link Long}, {@link Double}, {@link Boolean}, {@link String} or {@link None}
     */
    record Literal(Object value) implements Item {}

    /** The value of {@code None}. */
    record None() {}

    /**
     * A tensor.
     *
     * @param value its name in the graph that is made
     * @param type the element type
     * @param shape what is known of it, null if not even the rank is
     */
    record Array(String value, DataType type, Shape shape) implements Item {

        int rank() {
            return shape == null ? -1 : shape.rank();
        }

        boolean hasRank(int rank) {
            return shape != null && shape.rank() == rank;
        }

        Array named(String name) {
            return new Array(name, type, shape);
        }
    }

    /**
     * A number or truth value that the input decides: a vector of one element.
     *
     * @param value its name in the graph that is made
     * @param type {@link DataType#INT64}, {@link DataType#DOUBLE} or {@link DataType#BOOL}
     */
    record Number(String value, DataType type) implements Item {}

    /**
     * A list or tuple of known length.
     *
     * @param elements its elements
     */
    record Items(List<Item> elements) implements Item {

        /** Copies the list. */
        public Items {
            elements = List.copyOf(elements);
        }
    }

    /**
     * A list of integers whose length is not known: a vector.
     *
     * @param value its name in the graph that is made
     */
    record Vector(String value) implements Item {}

    /**
     * The parts of a tensor along an axis, as many as it is long.
     *
     * @param array the tensor
     * @param axis the axis
     */
    record Parts(Array array, long axis) implements Item {}

    /** What is never read where it matters, or comes of an operator that did not cross. */
    record Nothing() implements Item {}
}
