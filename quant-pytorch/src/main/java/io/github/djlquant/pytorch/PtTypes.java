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
package io.github.djlquant.pytorch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Carries tensors between the graph's form and DJL's. */
final class PtTypes {

    /** What DJL's bridge knows; any other type ends the process there. */
    private static final Map<DataType, ai.djl.ndarray.types.DataType> TYPES =
            new EnumMap<>(DataType.class);

    private static final int WINDOW = 1 << 20;

    static {
        TYPES.put(DataType.FLOAT, ai.djl.ndarray.types.DataType.FLOAT32);
        TYPES.put(DataType.DOUBLE, ai.djl.ndarray.types.DataType.FLOAT64);
        TYPES.put(DataType.FLOAT16, ai.djl.ndarray.types.DataType.FLOAT16);
        TYPES.put(DataType.UINT8, ai.djl.ndarray.types.DataType.UINT8);
        TYPES.put(DataType.INT8, ai.djl.ndarray.types.DataType.INT8);
        TYPES.put(DataType.INT32, ai.djl.ndarray.types.DataType.INT32);
        TYPES.put(DataType.INT64, ai.djl.ndarray.types.DataType.INT64);
        TYPES.put(DataType.BOOL, ai.djl.ndarray.types.DataType.BOOLEAN);
    }

    private PtTypes() {}

    /** What can be fed and read; the other types stay inside a graph. */
    static boolean crosses(DataType type) {
        return TYPES.containsKey(type);
    }

    static Optional<DataType> dataType(NDArray array) {
        return TYPES.entrySet().stream()
                .filter(entry -> entry.getValue() == array.getDataType())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /**
     * Copies a tensor straight into memory of libtorch: a model may work in place, and a tensor's
     * own memory never changes.
     */
    static NDArray toTorch(Tensor tensor, NDManager manager) {
        NDArray array =
                manager.create(
                        new ai.djl.ndarray.types.Shape(tensor.shape().toArray()),
                        TYPES.get(tensor.dataType()));
        long bytes = tensor.storage().byteSize();
        if (bytes == 0) {
            return array;
        }
        ByteBuffer memory = array.toByteBuffer(true);
        for (long at = 0; at < bytes; at += WINDOW) {
            memory.put(tensor.storage().window(at, (int) Math.min(WINDOW, bytes - at)));
        }
        return array;
    }

    /**
     * Copies an array of a type that crosses out of libtorch's memory, which does not outlive it.
     */
    static Tensor fromTorch(NDArray array, DataType type) {
        return new Tensor(
                type,
                Shape.of(array.getShape().getShape()),
                TensorStorage.of(array.toByteBuffer(false)));
    }
}
