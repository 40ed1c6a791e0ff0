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

import io.github.djlquant.graph.Tensor;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Where batches come from, before they are checked and cut to the size that the graph wants. */
interface TensorSource extends AutoCloseable {

    /**
     * Returns the next rows.
     *
     * @param rows how many are wanted; sources of ready batches return one of these instead
     * @return tensors by name, null at the end
     */
    Map<String, Tensor> next(int rows);

    /**
     * Which samples of the data the rows of the batch that came last are, counted from 0; empty if
     * they come in their own order.
     */
    default List<Long> samples() {
        return List.of();
    }

    /**
     * The right classes of the rows of the batch that came last; empty if they are not known.
     *
     * @return class indices from 0
     */
    default List<Integer> labels() {
        return List.of();
    }

    /** How to call the source in messages. */
    String description();

    /** The number of rows in all, if it is known beforehand. */
    default OptionalLong rows() {
        return OptionalLong.empty();
    }

    /** The number of rows, whatever the limit that was asked for, if it is known beforehand. */
    default OptionalLong rowsOfData() {
        return rows();
    }

    @Override
    default void close() {}
}
