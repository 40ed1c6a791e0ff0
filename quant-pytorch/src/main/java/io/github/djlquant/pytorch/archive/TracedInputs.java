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

import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.graph.ValueType;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The inputs that {@code torch.jit.trace} traced a module with, which {@code torch.jit.save} keeps
 * beside the weights. Only their types and sizes are of use; their elements are not read.
 */
final class TracedInputs {

    /** Where the archive keeps them. */
    static final String ENTRY = "traced_inputs.pkl";

    /** Elements that are not read take no memory: one buffer of zeros stands for all. */
    private static final int SEGMENT = 1 << 20;

    private static final ByteBuffer ZEROS = ByteBuffer.allocate(SEGMENT).asReadOnlyBuffer();

    /** Larger inputs are taken for damage. */
    private static final long LARGEST = 1L << 30;

    private TracedInputs() {}

    /** The inputs of {@code forward}; none if one is no tensor. */
    static List<ValueType.TensorType> read(EntryContent content, MemoryBudget budget) {
        EntryContent elements =
                new EntryContent(LARGEST, (offset, length) -> zeros(length), content.place());
        return Optional.of(Unpickler.read(content, key -> elements, budget))
                .filter(PickleValue.DictValue.class::isInstance)
                .flatMap(methods -> ((PickleValue.DictValue) methods).get("forward"))
                .filter(PickleValue.ListValue.class::isInstance)
                .map(inputs -> ((PickleValue.ListValue) inputs).elements())
                .filter(
                        inputs ->
                                inputs.stream().allMatch(PickleValue.TensorValue.class::isInstance))
                .map(inputs -> inputs.stream().map(TracedInputs::type).toList())
                .orElse(List.of());
    }

    private static ValueType.TensorType type(PickleValue input) {
        var tensor = ((PickleValue.TensorValue) input).tensor();
        return new ValueType.TensorType(tensor.dataType(), tensor.shape());
    }

    private static TensorStorage zeros(long length) {
        int whole = (int) (length / SEGMENT);
        List<ByteBuffer> segments = new java.util.ArrayList<>(Collections.nCopies(whole, ZEROS));
        int rest = (int) (length % SEGMENT);
        if (rest > 0 || whole == 0) {
            segments.add(ZEROS.slice(0, rest));
        }
        return TensorStorage.ofSegments(segments, SEGMENT);
    }
}
