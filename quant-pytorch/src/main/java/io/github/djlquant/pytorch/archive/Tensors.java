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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.pytorch.archive.Item.StorageReference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tensors of one pickle: views of its storages, the same view the same instance. */
final class Tensors {

    /** What libtorch allows. */
    private static final int MAX_RANK = 64;

    private record View(
            String key, StorageType type, long offset, List<Long> sizes, List<Long> strides) {}

    private final StorageSource storages;
    private final PickleInput in;
    private final Map<String, EntryContent> contents = new HashMap<>();
    private final Map<View, Tensor> views = new HashMap<>();

    Tensors(StorageSource storages, PickleInput in) {
        this.storages = storages;
        this.in = in;
    }

    Tensor view(StorageReference storage, long offset, long[] sizes, long[] strides) {
        if (sizes.length != strides.length || sizes.length > MAX_RANK) {
            throw in.place()
                    .malformed(
                            "a tensor's sizes and strides are wrong",
                            "as many strides as sizes, at most " + MAX_RANK,
                            sizes.length + " sizes, " + strides.length + " strides");
        }
        View view =
                new View(
                        storage.key(),
                        storage.type(),
                        offset,
                        Arrays.stream(sizes).boxed().toList(),
                        Arrays.stream(strides).boxed().toList());
        Tensor known = views.get(view);
        if (known == null) {
            try {
                known = make(storage, offset, sizes, strides);
            } catch (ArithmeticException e) {
                throw in.place()
                        .malformed(
                                "a tensor's size exceeds 64 bits",
                                "at most " + Long.MAX_VALUE + " bytes",
                                "sizes " + Arrays.toString(sizes));
            }
            views.put(view, known);
        }
        return known;
    }

    private Tensor make(StorageReference storage, long offset, long[] sizes, long[] strides) {
        DataType type = storage.type().dataType();
        Shape shape = Shape.of(sizes);
        long count = shape.elementCount();
        if (count == 0) {
            return new Tensor(type, shape, TensorStorage.of(ByteBuffer.allocate(0)));
        }
        long last = offset;
        for (int i = 0; i < sizes.length; i++) {
            last = Math.addExact(last, Math.multiplyExact(sizes[i] - 1, strides[i]));
        }
        long end = type.byteSize(Math.addExact(last, 1));
        long available = storage.type().byteSize(storage.count());
        if (end > available) {
            throw in.place()
                    .malformed(
                            "a tensor leaves its storage " + storage.key(),
                            "at most " + available + " bytes",
                            "a tensor up to byte " + end);
        }
        EntryContent content = content(storage);
        if (isContiguous(sizes, strides)) {
            return new Tensor(type, shape, slice(content, type, offset, count));
        }
        return new StridedCopy(type, slice(content, type, offset, last + 1 - offset), strides)
                .copy(shape, in);
    }

    private TensorStorage slice(EntryContent content, DataType type, long offset, long count) {
        if (type.bits() < 8 && offset * type.bits() % 8 != 0) {
            throw in.place()
                    .unsupported(
                            "a tensor starts inside a byte",
                            "element " + offset,
                            "Export a model whose quantized tensors are no views");
        }
        return content.slice(type.byteSize(offset), type.byteSize(count));
    }

    private EntryContent content(StorageReference storage) {
        EntryContent content =
                contents.computeIfAbsent(storage.key(), key -> storages.storage(key));
        long needed = storage.type().byteSize(storage.count());
        if (content.size() < needed) {
            throw in.place()
                    .malformed(
                            "the storage " + storage.key() + " is truncated",
                            needed + " bytes",
                            content.size() + " bytes");
        }
        return content;
    }

    private static boolean isContiguous(long[] sizes, long[] strides) {
        long expected = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            // The stride of a single slice is never used.
            if (sizes[i] != 1 && strides[i] != expected) {
                return false;
            }
            expected = Math.multiplyExact(expected, sizes[i]);
        }
        return true;
    }
}
