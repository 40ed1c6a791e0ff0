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
package io.github.djlquant.onnx.shape;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import java.util.List;

/**
 * What is known of a value before the model runs.
 *
 * @param type the element type, null if it is not known
 * @param shape the extents, null if not even the rank is known
 * @param elements the elements of a small integer scalar or vector, null if they are not known
 */
record Known(DataType type, List<Extent> shape, List<Extent> elements) {

    static final Known NOTHING = new Known(null, null, null);

    Known {
        shape = shape == null ? null : List.copyOf(shape);
        elements = elements == null ? null : List.copyOf(elements);
    }

    static Known of(DataType type, List<Extent> shape) {
        return new Known(type, shape, null);
    }

    static Known vector(DataType type, List<Extent> elements) {
        return new Known(type, List.of(Extent.of(elements.size())), elements);
    }

    boolean hasShape() {
        return shape != null;
    }

    boolean hasElements() {
        return elements != null;
    }

    int rank() {
        return shape.size();
    }

    Extent extent(int axis) {
        return shape.get(axis);
    }

    boolean hasRankOver(int rank) {
        return shape != null && shape.size() > rank;
    }

    /** All elements as plain numbers, null if one is not. */
    List<Long> numbers() {
        return elements != null && elements.stream().allMatch(Extent::isFixed)
                ? elements.stream().map(Extent::factor).toList()
                : null;
    }

    Shape toShape() {
        List<Dimension> dimensions = shape.stream().map(Extent::toDimension).toList();
        return new Shape(dimensions);
    }

    /** An axis that may count from the end; -1 if there is no such axis. */
    static int axis(long axis, int rank) {
        long own = axis < 0 ? axis + rank : axis;
        return own >= 0 && own < rank ? (int) own : -1;
    }
}
