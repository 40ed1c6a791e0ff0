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
package io.github.djlquant.trace.record;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import io.github.djlquant.Problem;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.trace.TraceException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Copies what an engine's array holds, once. */
public final class ArrayContent {

    private ArrayContent() {}

    /**
     * Copies an array.
     *
     * @param array a plain array of an engine, of less than 2 GB
     * @param name the array's name, for errors
     * @return its elements
     * @throws TraceException if the element type has no counterpart or the array is too large
     */
    public static Tensor copy(NDArray array, String name) {
        io.github.djlquant.graph.DataType type = type(array.getDataType(), name);
        Shape shape = Shape.of(array.getShape().getShape());
        long bytes = type.byteSize(shape.elementCount());
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new TraceException(
                    Problem.of("an array is larger than an engine hands out in one piece")
                            .at(name)
                            .expected("less than 2 GB")
                            .actual(bytes + " bytes"));
        }
        ByteBuffer source = array.toByteBuffer(false).duplicate();
        source.rewind();
        ByteBuffer copy = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(source).flip();
        return new Tensor(type, shape, TensorStorage.of(copy));
    }

    /**
     * Translates an element type.
     *
     * @param type DJL's type
     * @param name what has it, for errors
     * @return the graph's type
     * @throws TraceException if there is no counterpart
     */
    public static io.github.djlquant.graph.DataType type(DataType type, String name) {
        return switch (type) {
            case FLOAT32 -> io.github.djlquant.graph.DataType.FLOAT;
            case FLOAT64 -> io.github.djlquant.graph.DataType.DOUBLE;
            case FLOAT16 -> io.github.djlquant.graph.DataType.FLOAT16;
            case BFLOAT16 -> io.github.djlquant.graph.DataType.BFLOAT16;
            case UINT8 -> io.github.djlquant.graph.DataType.UINT8;
            case INT8 -> io.github.djlquant.graph.DataType.INT8;
            case INT16 -> io.github.djlquant.graph.DataType.INT16;
            case UINT16 -> io.github.djlquant.graph.DataType.UINT16;
            case INT32 -> io.github.djlquant.graph.DataType.INT32;
            case UINT32 -> io.github.djlquant.graph.DataType.UINT32;
            case INT64 -> io.github.djlquant.graph.DataType.INT64;
            case UINT64 -> io.github.djlquant.graph.DataType.UINT64;
            case BOOLEAN -> io.github.djlquant.graph.DataType.BOOL;
            default ->
                    throw new TraceException(
                            Problem.of("a graph has no such element type").at(name).actual(type));
        };
    }
}
