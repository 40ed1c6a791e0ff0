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
import java.util.List;
import java.util.Map;

/**
 * One batch of calibration data: a tensor for each input of a graph.
 *
 * @param tensors tensors by the names of the graph's inputs, in their order
 * @param rows samples in the batch, positive
 * @param firstRow the samples that came before this batch
 * @param order which samples of the data the rows are, counted from 0; empty if the data comes in
 *     its own order
 * @param labels the right class of each row, if the data knows it, as a DJL dataset may; else empty
 */
public record Feed(
        Map<String, Tensor> tensors,
        int rows,
        long firstRow,
        List<Long> order,
        List<Integer> labels) {

    /** Refuses batches without rows; keeps the order of the tensors. */
    public Feed {
        tensors = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        order = List.copyOf(order);
        labels = List.copyOf(labels);
        if (rows < 1
                || firstRow < 0
                || !order.isEmpty() && order.size() != rows
                || !labels.isEmpty() && labels.size() != rows) {
            throw new IllegalArgumentException(
                    rows + " rows from row " + firstRow + " " + order + " " + labels);
        }
    }

    /**
     * Makes a batch without labels.
     *
     * @param tensors tensors by the names of the graph's inputs, in their order
     * @param rows samples in the batch, positive
     * @param firstRow the samples that came before this batch
     * @param order which samples of the data the rows are; empty if they come in their own order
     */
    public Feed(Map<String, Tensor> tensors, int rows, long firstRow, List<Long> order) {
        this(tensors, rows, firstRow, order, List.of());
    }

    /**
     * Makes a batch of data that comes in its own order.
     *
     * @param tensors tensors by the names of the graph's inputs, in their order
     * @param rows samples in the batch, positive
     * @param firstRow the samples that came before this batch
     */
    public Feed(Map<String, Tensor> tensors, int rows, long firstRow) {
        this(tensors, rows, firstRow, List.of());
    }

    /**
     * Tells which sample of the data a row is.
     *
     * @param row from 0
     * @return the sample, counted from 0
     */
    public long sample(int row) {
        return order.isEmpty() ? firstRow + row : order.get(row);
    }

    /**
     * Tells whether the first axis of every tensor counts rows.
     *
     * @return false if a tensor has another first axis, such as time
     */
    public boolean isBatchFirst() {
        return tensors.values().stream()
                .allMatch(t -> t.shape().rank() > 0 && t.shape().size(0) == rows);
    }

    /** Cuts rows out; the memory is shared. Only for what {@link #isBatchFirst()}. */
    Feed slice(int from, int count) {
        Map<String, Tensor> parts = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> parts.put(name, slice(tensor, from, count)));
        return new Feed(
                parts,
                count,
                firstRow + from,
                order.isEmpty() ? order : order.subList(from, from + count),
                labels.isEmpty() ? labels : labels.subList(from, from + count));
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
