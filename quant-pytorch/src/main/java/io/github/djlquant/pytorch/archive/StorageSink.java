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
package io.github.djlquant.pytorch.archive;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Gives each distinct storage of a pickle's tensors a number, which is its entry's name. */
final class StorageSink {

    private final Map<TensorStorage, Integer> numbers = new IdentityHashMap<>();
    private final List<Tensor> tensors = new ArrayList<>();

    /**
     * A storage under one element type.
     *
     * @param name its entry's name
     * @param type the element type
     */
    record Key(String name, StorageType type) {}

    /** Adds a tensor's storage, unless it is there. */
    Key add(Tensor tensor, boolean quantized) {
        StorageType type =
                StorageType.of(tensor.dataType(), quantized)
                        .orElseThrow(
                                () ->
                                        new UnsupportedModelException(
                                                Problem.of(
                                                                "TorchScript has no such element"
                                                                        + " type")
                                                        .actual(tensor)));
        Integer number = numbers.get(tensor.storage());
        if (number == null) {
            number = tensors.size();
            numbers.put(tensor.storage(), number);
            tensors.add(tensor);
        }
        return new Key(number.toString(), type);
    }

    /** One tensor per storage, in the order of their numbers. */
    List<Tensor> tensors() {
        return tensors;
    }
}
