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

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.graph.ValueType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Carries element types, shapes and elements between DJL's arrays and the graph's tensors. */
public final class ArrayTensors {

    private static final Map<DataType, ai.djl.ndarray.types.DataType> TYPES =
            new EnumMap<>(DataType.class);

    static {
        TYPES.put(DataType.FLOAT, ai.djl.ndarray.types.DataType.FLOAT32);
        TYPES.put(DataType.DOUBLE, ai.djl.ndarray.types.DataType.FLOAT64);
        TYPES.put(DataType.FLOAT16, ai.djl.ndarray.types.DataType.FLOAT16);
        TYPES.put(DataType.BFLOAT16, ai.djl.ndarray.types.DataType.BFLOAT16);
        TYPES.put(DataType.UINT8, ai.djl.ndarray.types.DataType.UINT8);
        TYPES.put(DataType.INT8, ai.djl.ndarray.types.DataType.INT8);
        TYPES.put(DataType.INT16, ai.djl.ndarray.types.DataType.INT16);
        TYPES.put(DataType.UINT16, ai.djl.ndarray.types.DataType.UINT16);
        TYPES.put(DataType.INT32, ai.djl.ndarray.types.DataType.INT32);
        TYPES.put(DataType.UINT32, ai.djl.ndarray.types.DataType.UINT32);
        TYPES.put(DataType.INT64, ai.djl.ndarray.types.DataType.INT64);
        TYPES.put(DataType.BOOL, ai.djl.ndarray.types.DataType.BOOLEAN);
    }

    private ArrayTensors() {}

    /**
     * Returns the graph's element type of an array.
     *
     * @param array any array
     * @return its element type, empty if the graph has no such type
     */
    public static Optional<DataType> dataType(NDArray array) {
        return TYPES.entrySet().stream()
                .filter(entry -> entry.getValue() == array.getDataType())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * Copies an array, whatever its engine. The copy outlives the array.
     *
     * @param array an array of an element type that {@link #dataType} knows
     * @return its elements in memory of Java
     * @throws IllegalArgumentException if the graph has no such element type
     */
    public static Tensor copyOf(NDArray array) {
        return copyOf(array, array.getShape());
    }

    /**
     * Copies the first rows of an array.
     *
     * @param array an array with at least one axis
     * @param rows how many, at most the size of its first axis
     * @return a tensor that shares nothing with the array
     * @throws IllegalArgumentException if no tensor has elements of the array's type
     */
    public static Tensor copyOfRows(NDArray array, int rows) {
        ai.djl.ndarray.types.Shape shape = array.getShape();
        return copyOf(array, new ai.djl.ndarray.types.Shape(rows).addAll(shape.slice(1)));
    }

    private static Tensor copyOf(NDArray array, ai.djl.ndarray.types.Shape leading) {
        DataType type =
                dataType(array)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "no tensor has elements of "
                                                        + array.getDataType()));
        // The engine's own memory where it can be had: it is copied here, once.
        ByteBuffer own = array.toByteBuffer(true).duplicate();
        int bytes = Math.toIntExact(leading.size() * own.remaining() / Math.max(1, array.size()));
        own.limit(own.position() + bytes);
        ByteBuffer copy = ByteBuffer.allocate(own.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(own).flip();
        return new Tensor(type, Shape.of(leading.getShape()), TensorStorage.of(copy));
    }

    /**
     * Returns DJL's form of a type.
     *
     * @param type what the graph knows of a value
     * @return DJL's element type; {@code UNKNOWN} if the value is no tensor of a known type
     */
    static ai.djl.ndarray.types.DataType elementsOf(ValueType type) {
        return type instanceof ValueType.TensorType tensor && tensor.dataType() != null
                ? TYPES.getOrDefault(tensor.dataType(), ai.djl.ndarray.types.DataType.UNKNOWN)
                : ai.djl.ndarray.types.DataType.UNKNOWN;
    }

    /**
     * Returns DJL's form of a shape.
     *
     * @param type what the graph knows of a value
     * @return the shape, -1 for open extents; no axes if the rank is not known
     */
    static ai.djl.ndarray.types.Shape shapeOf(ValueType type) {
        return type instanceof ValueType.TensorType tensor && tensor.shape() != null
                ? new ai.djl.ndarray.types.Shape(tensor.shape().toArray())
                : new ai.djl.ndarray.types.Shape();
    }

    /** Copies an array into another manager's memory, which may be another engine's. */
    static NDArray into(NDManager manager, NDArray array) {
        NDArray copy = manager.create(array.toByteBuffer(), array.getShape(), array.getDataType());
        copy.setName(array.getName());
        return copy;
    }
}
