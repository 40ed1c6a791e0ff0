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

import io.github.djlquant.pytorch.archive.Item.ClassName;
import io.github.djlquant.pytorch.archive.Item.Function;
import io.github.djlquant.pytorch.archive.Item.QuantizationScheme;
import io.github.djlquant.pytorch.archive.Item.StorageClass;
import io.github.djlquant.pytorch.archive.Item.StorageReference;
import io.github.djlquant.pytorch.archive.Item.Tuple;
import io.github.djlquant.pytorch.archive.Item.Value;
import io.github.djlquant.pytorch.archive.PickleValue.Bool;
import io.github.djlquant.pytorch.archive.PickleValue.Complex;
import io.github.djlquant.pytorch.archive.PickleValue.DeviceValue;
import io.github.djlquant.pytorch.archive.PickleValue.DictValue;
import io.github.djlquant.pytorch.archive.PickleValue.EnumValue;
import io.github.djlquant.pytorch.archive.PickleValue.Int;
import io.github.djlquant.pytorch.archive.PickleValue.ListValue;
import io.github.djlquant.pytorch.archive.PickleValue.None;
import io.github.djlquant.pytorch.archive.PickleValue.PerChannel;
import io.github.djlquant.pytorch.archive.PickleValue.PerTensor;
import io.github.djlquant.pytorch.archive.PickleValue.QuantizedTensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.Real;
import io.github.djlquant.pytorch.archive.PickleValue.Scheme;
import io.github.djlquant.pytorch.archive.PickleValue.TensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.Text;
import io.github.djlquant.pytorch.archive.PickleValue.TupleValue;
import java.util.List;
import java.util.Set;

/** What the allow-listed functions of a pickle make of their arguments. */
final class Functions {

    private final PickleInput in;
    private final Tensors tensors;

    Functions(StorageSource storages, PickleInput in) {
        this.in = in;
        this.tensors = new Tensors(storages, in);
    }

    /** Reads {@code ("storage", type, key, device, count)}. */
    StorageReference storage(Tuple identifier) {
        List<Item> parts = identifier.items();
        boolean view = parts.size() == 6 && !isNone(parts.get(5));
        if (parts.size() < 5
                || parts.size() > 6
                || view
                || !"storage".equals(text(parts.get(0)))
                || !(parts.get(1) instanceof StorageClass type)) {
            throw in.place()
                    .malformed(
                            "a storage is named in an unknown way",
                            "(\"storage\", type, key, device, count)",
                            parts.size() + " parts");
        }
        String key = text(parts.get(2));
        // Tensors of another device are read as those of the CPU; one without data can't be.
        if (text(parts.get(3)).startsWith("meta")) {
            throw in.place()
                    .unsupported(
                            "a tensor lies on the device meta: it has no elements",
                            "storage " + key,
                            "Export a model with its weights");
        }
        if (!key.matches("[0-9A-Za-z_.-]{1,100}") || Set.of(".", "..").contains(key)) {
            throw in.place().malformed("a storage has an unusual name", "a number", key);
        }
        return new StorageReference(type.type(), key, count(parts.get(4)));
    }

    /** Applies a function to finished values and parts of tensors. */
    Value apply(Item function, List<Item> arguments) {
        if (function instanceof ClassName name) {
            requireCount(arguments, 1, "an enumeration");
            Value value = value(arguments.get(0));
            return Value.of(new EnumValue(name.name(), value.value()), List.of(value));
        }
        if (!(function instanceof Function known)) {
            throw in.place().malformed("the pickle applies what is no function");
        }
        return switch (known) {
            case REBUILD_TENSOR -> Value.leaf(tensor(arguments));
            case REBUILD_QUANTIZED -> Value.leaf(quantized(arguments));
            case BUILD_INTS -> list(arguments, "List[int]", Int.class);
            case BUILD_DOUBLES -> list(arguments, "List[float]", Real.class);
            case BUILD_BOOLS -> list(arguments, "List[bool]", Bool.class);
            case BUILD_TENSORS -> list(arguments, "List[Tensor]", PickleValue.class);
            case RESTORE_TYPE -> typed(arguments);
            case ORDERED_DICT -> noHooks(arguments);
            case DEVICE -> device(arguments);
            case COMPLEX -> complex(arguments);
        };
    }

    /** {@code (storage, offset, sizes, strides, requires_grad, hooks[, metadata])}. */
    private TensorValue tensor(List<Item> arguments) {
        requireCount(arguments, arguments.size() == 7 ? 7 : 6, "a tensor");
        if (arguments.size() == 7
                && !(plain(arguments.get(6)) instanceof DictValue metadata
                        && metadata.entries().isEmpty())) {
            throw in.place()
                    .unsupported(
                            "a tensor is lazily conjugated or negated",
                            "metadata",
                            "Resolve it in Python, with resolve_conj or resolve_neg, and export"
                                    + " again");
        }
        return new TensorValue(view(arguments, false), truth(arguments.get(4)));
    }

    /** {@code (storage, offset, sizes, strides, quantizer, requires_grad, hooks)}. */
    private QuantizedTensorValue quantized(List<Item> arguments) {
        requireCount(arguments, 7, "a quantized tensor");
        Scheme scheme = scheme(arguments.get(4));
        try {
            return new QuantizedTensorValue(view(arguments, true), scheme);
        } catch (IllegalArgumentException e) {
            throw in.place().malformed("a quantized tensor does not fit its scales: " + e);
        }
    }

    private io.github.djlquant.graph.Tensor view(List<Item> arguments, boolean quantized) {
        if (!(arguments.get(0) instanceof StorageReference storage)
                || storage.type().isQuantized() != quantized) {
            throw in.place().malformed("a tensor lacks its storage or has one of another kind");
        }
        return tensors.view(
                storage,
                count(arguments.get(1)),
                counts(arguments.get(2)),
                counts(arguments.get(3)));
    }

    private Scheme scheme(Item quantizer) {
        List<Item> parts = quantizer instanceof Tuple tuple ? tuple.items() : List.of();
        if (parts.isEmpty() || !(parts.get(0) instanceof QuantizationScheme scheme)) {
            throw in.place().malformed("a quantized tensor lacks its scheme");
        }
        if (scheme == QuantizationScheme.PER_TENSOR) {
            requireCount(parts, 3, "a scheme");
            return new PerTensor(real(parts.get(1)), integer(parts.get(2)));
        }
        requireCount(parts, 4, "a scheme");
        if (value(parts.get(1)).value() instanceof TensorValue scales
                && value(parts.get(2)).value() instanceof TensorValue zeroPoints) {
            try {
                return new PerChannel(
                        scales.tensor(),
                        zeroPoints.tensor(),
                        (int) Math.min(count(parts.get(3)), Integer.MAX_VALUE));
            } catch (IllegalArgumentException e) {
                throw in.place().malformed("a quantized tensor's scheme is wrong: " + e);
            }
        }
        throw in.place().malformed("a quantized tensor lacks its scales");
    }

    private Value list(List<Item> arguments, String type, Class<? extends PickleValue> kind) {
        requireCount(arguments, 1, "a list");
        Value value = value(arguments.get(0));
        if (!(value.value() instanceof ListValue list)
                || !list.elements().stream().allMatch(kind::isInstance)) {
            throw in.place().malformed("a " + type + " is made of something else");
        }
        return value.as(new ListValue(list.elements(), type));
    }

    private Value typed(List<Item> arguments) {
        requireCount(arguments, 2, "a typed container");
        Value value = value(arguments.get(0));
        String type = text(arguments.get(1));
        if (value.value() instanceof ListValue list) {
            return value.as(new ListValue(list.elements(), type));
        } else if (value.value() instanceof DictValue dict) {
            return value.as(new DictValue(dict.entries(), type));
        }
        return value;
    }

    private Value noHooks(List<Item> arguments) {
        requireCount(arguments, 0, "an OrderedDict of a tensor's hooks");
        return Value.of(new DictValue(List.of(), ""), List.of());
    }

    private Value device(List<Item> arguments) {
        requireCount(arguments, 1, "a device");
        return Value.leaf(new DeviceValue(text(arguments.get(0))));
    }

    private Value complex(List<Item> arguments) {
        requireCount(arguments, 2, "a complex number");
        return Value.leaf(new Complex(real(arguments.get(0)), real(arguments.get(1))));
    }

    private void requireCount(List<Item> items, int count, String what) {
        if (items.size() != count) {
            throw in.place().malformed(what + " has a wrong number of parts", count, items.size());
        }
    }

    private Value value(Item item) {
        if (item instanceof Value value) {
            return value;
        } else if (item instanceof Tuple tuple && tuple.value() != null) {
            return tuple.value();
        }
        throw in.place().malformed("a value is missing", "a value", kind(item));
    }

    /** A value may be larger than a message can be. */
    private static String kind(Object part) {
        return part.getClass().getSimpleName();
    }

    private PickleValue plain(Item item) {
        return value(item).value();
    }

    private static boolean isNone(Item item) {
        return item instanceof Value value && value.value() instanceof None;
    }

    private String text(Item item) {
        if (plain(item) instanceof Text text) {
            return text.value();
        }
        throw in.place().malformed("a text is missing", "a text", kind(plain(item)));
    }

    private boolean truth(Item item) {
        if (plain(item) instanceof Bool bool) {
            return bool.value();
        }
        throw in.place().malformed("a truth value is missing", "True or False", kind(plain(item)));
    }

    private double real(Item item) {
        if (plain(item) instanceof Real real) {
            return real.value();
        }
        throw in.place().malformed("a number is missing", "a float", kind(plain(item)));
    }

    private long integer(Item item) {
        if (plain(item) instanceof Int integer) {
            return integer.value();
        }
        throw in.place().malformed("an integer is missing", "an int", kind(plain(item)));
    }

    private long count(Item item) {
        long count = integer(item);
        if (count < 0) {
            throw in.place().malformed("a size is negative", "0 or more", count);
        }
        return count;
    }

    private long[] counts(Item item) {
        if (plain(item) instanceof TupleValue tuple) {
            long[] counts = new long[tuple.elements().size()];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = count(Value.leaf(tuple.elements().get(i)));
            }
            return counts;
        }
        throw in.place().malformed("sizes are missing", "a tuple", kind(plain(item)));
    }
}
