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
package io.github.djlquant.calibrate;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One batch of calibration data: a tensor for each input of a graph.
 *
 * @param tensors tensors by the names of the graph's inputs, in their order
 * @param rows samples in the batch, positive
 * @param firstRow the index of the first sample in the data, from 0
 */
public record Feed(Map<String, Tensor> tensors, int rows, long firstRow) {

    /** Refuses batches without rows; keeps the order of the tensors. */
    public Feed {
        tensors = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        if (rows < 1 || firstRow < 0) {
            throw new IllegalArgumentException(rows + " rows from row " + firstRow);
        }
    }

    /** Tells whether the first axis of every tensor counts rows. */
    boolean isBatchFirst() {
        return tensors.values().stream()
                .allMatch(t -> t.shape().rank() > 0 && t.shape().size(0) == rows);
    }

    /** Cuts rows out; the memory is shared. Only for what {@link #isBatchFirst()}. */
    Feed slice(int from, int count) {
        Map<String, Tensor> parts = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> parts.put(name, slice(tensor, from, count)));
        return new Feed(parts, count, firstRow + from);
    }

    private static Tensor slice(Tensor tensor, int from, int count) {
        long[] sizes = tensor.shape().toArray();
        long rowElements = tensor.elementCount() / sizes[0];
        DataType type = tensor.dataType();
        sizes[0] = count;
        long start = type.byteSize(from * rowElements);
        int length = Math.toIntExact(type.byteSize(count * rowElements));
        return new Tensor(
                type, Shape.of(sizes), TensorStorage.of(tensor.storage().window(start, length)));
    }
}
