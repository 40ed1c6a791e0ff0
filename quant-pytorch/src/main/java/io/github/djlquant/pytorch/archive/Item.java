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
import io.github.djlquant.pytorch.archive.PickleValue.DictValue;
import io.github.djlquant.pytorch.archive.PickleValue.Entry;
import io.github.djlquant.pytorch.archive.PickleValue.ListValue;
import io.github.djlquant.pytorch.archive.PickleValue.TupleValue;
import java.util.ArrayList;
import java.util.List;

/** What lies on the stack and in the memo while a pickle is read. */
sealed interface Item {

    /**
     * A finished value.
     *
     * @param value the value
     * @param depth how deep containers nest in it
     * @param weight values in it, shared ones counted each time that they are met
     */
    record Value(PickleValue value, int depth, long weight) implements Item {

        static Value leaf(PickleValue value) {
            return new Value(value, 0, 1);
        }

        /** A container of values. */
        static Value of(PickleValue container, List<Value> content) {
            int depth = 0;
            long weight = 1;
            for (Value inner : content) {
                depth = Math.max(depth, inner.depth);
                weight = Math.min(weight + inner.weight, Integer.MAX_VALUE);
            }
            return new Value(container, depth + 1, weight);
        }

        /** The same content in another coat. */
        Value as(PickleValue other) {
            return new Value(other, depth, weight);
        }
    }

    /** An allow-listed function that REDUCE stands for. */
    enum Function implements Item {
        /** A tensor as a view of a storage. */
        REBUILD_TENSOR("torch._utils", "_rebuild_tensor_v2"),
        /** A quantized tensor as a view of a storage. */
        REBUILD_QUANTIZED("torch._utils", "_rebuild_qtensor"),
        /** A list of integers. */
        BUILD_INTS("torch.jit._pickle", "build_intlist"),
        /** A list of floats. */
        BUILD_DOUBLES("torch.jit._pickle", "build_doublelist"),
        /** A list of truth values. */
        BUILD_BOOLS("torch.jit._pickle", "build_boollist"),
        /** A list of tensors. */
        BUILD_TENSORS("torch.jit._pickle", "build_tensorlist"),
        /** A container with its type in TorchScript. */
        RESTORE_TYPE("torch.jit._pickle", "restore_type_tag"),
        /** The hooks of a tensor, always none. */
        ORDERED_DICT("collections", "OrderedDict"),
        /** A device. */
        DEVICE("torch", "device"),
        /** A complex number. */
        COMPLEX("builtins", "complex");

        private final String module;
        private final String function;

        Function(String module, String function) {
            this.module = module;
            this.function = function;
        }

        String module() {
            return module;
        }

        String function() {
            return function;
        }
    }

    /** How a quantized tensor keeps its parameters. */
    enum QuantizationScheme implements Item {
        /** One scale and zero point. */
        PER_TENSOR("per_tensor_affine"),
        /** A scale and zero point per slice of an axis. */
        PER_CHANNEL("per_channel_affine"),
        /** The same with zero points that are floats. */
        PER_CHANNEL_FLOAT("per_channel_affine_float_qparams");

        private final String global;

        QuantizationScheme(String global) {
            this.global = global;
        }

        String global() {
            return global;
        }

        static QuantizationScheme of(PickleValue.PerChannel channels) {
            return channels.scales().dataType() == DataType.FLOAT ? PER_CHANNEL_FLOAT : PER_CHANNEL;
        }
    }

    /**
     * The type of a storage.
     *
     * @param type the type
     */
    record StorageClass(StorageType type) implements Item {}

    /**
     * A class of the archive or of libtorch's own.
     *
     * @param name the qualified name
     */
    record ClassName(String name) implements Item {}

    /**
     * An object before its state.
     *
     * @param className the qualified name
     */
    record NewObject(String className) implements Item {}

    /**
     * A storage that the pickle names.
     *
     * @param type the element type
     * @param key the entry's name
     * @param count elements
     */
    record StorageReference(StorageType type, String key, long count) implements Item {}

    /**
     * A tuple; also of items that are no values, as the arguments of functions.
     *
     * @param items values, tuples and parts of tensors
     * @param value the tuple as a value, null if an item is none
     * @param depth how deep tuples that are no values nest in it
     */
    record Tuple(List<Item> items, Value value, int depth) implements Item {

        /** A tuple of values, of tuples, and of parts of tensors. */
        static Tuple of(List<Item> items) {
            List<Value> content = new ArrayList<>(items.size());
            int depth = 0;
            for (Item item : items) {
                if (item instanceof Value value) {
                    content.add(value);
                } else if (item instanceof Tuple tuple) {
                    depth = Math.max(depth, tuple.depth);
                    if (tuple.value != null) {
                        content.add(tuple.value);
                    }
                }
            }
            return content.size() == items.size()
                    ? new Tuple(items, Value.of(new TupleValue(plain(content)), content), 0)
                    : new Tuple(items, null, depth + 1);
        }
    }

    /** A list that still grows; never again after somebody has used it. */
    final class OpenList implements Item {
        private final List<Value> content = new ArrayList<>();
        private Value value;

        boolean isOpen() {
            return value == null;
        }

        void add(Value element) {
            content.add(element);
        }

        Value finish() {
            if (value == null) {
                value = Value.of(new ListValue(plain(content), ""), content);
            }
            return value;
        }
    }

    /** A dictionary that still grows; never again after somebody has used it. */
    final class OpenDict implements Item {
        private final List<Value> content = new ArrayList<>();
        private final List<Entry> entries = new ArrayList<>();
        private Value value;

        boolean isOpen() {
            return value == null;
        }

        void put(Value key, Value element) {
            content.add(key);
            content.add(element);
            entries.add(new Entry(key.value(), element.value()));
        }

        Value finish() {
            if (value == null) {
                value = Value.of(new DictValue(entries, ""), content);
            }
            return value;
        }
    }

    private static List<PickleValue> plain(List<Value> content) {
        return content.stream().map(Value::value).toList();
    }
}
