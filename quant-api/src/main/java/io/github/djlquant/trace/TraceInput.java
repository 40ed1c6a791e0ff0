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
package io.github.djlquant.trace;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An input of a Block that is traced.
 *
 * @param name its name in the graph
 * @param dataType the element type
 * @param shape the extents; -1 where the extent stays open, and axis 0 stays open whatever it says
 * @param axisNames one name per axis, read where the extent is open; axes of the same name have the
 *     same extent, in this input and in all others
 */
public record TraceInput(String name, DataType dataType, Shape shape, List<String> axisNames) {

    /** Requires a name per axis. */
    public TraceInput {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(dataType, "dataType");
        Objects.requireNonNull(shape, "shape");
        axisNames = List.copyOf(axisNames);
        if (axisNames.size() != shape.dimension()) {
            throw new IllegalArgumentException(
                    "an input of shape " + shape + " with " + axisNames.size() + " axis names");
        }
    }

    /**
     * Creates an input whose open axes are named after their place: {@code batch}, {@code axis1},
     * ... So axes in the same place of several inputs have the same extent.
     *
     * @param name its name in the graph
     * @param dataType the element type
     * @param shape the extents, -1 where the extent stays open
     */
    public TraceInput(String name, DataType dataType, Shape shape) {
        this(name, dataType, shape, names(shape.dimension()));
    }

    private static List<String> names(int rank) {
        List<String> names = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            names.add(axis == 0 ? "batch" : "axis" + axis);
        }
        return names;
    }

    boolean isOpen(int axis) {
        return axis == 0 || shape.get(axis) == -1;
    }
}
