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

import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.Item.Function;
import io.github.djlquant.pytorch.archive.Item.QuantizationScheme;
import io.github.djlquant.pytorch.archive.PickleValue.Bool;
import io.github.djlquant.pytorch.archive.PickleValue.Complex;
import io.github.djlquant.pytorch.archive.PickleValue.DeviceValue;
import io.github.djlquant.pytorch.archive.PickleValue.DictValue;
import io.github.djlquant.pytorch.archive.PickleValue.Entry;
import io.github.djlquant.pytorch.archive.PickleValue.EnumValue;
import io.github.djlquant.pytorch.archive.PickleValue.Int;
import io.github.djlquant.pytorch.archive.PickleValue.ListValue;
import io.github.djlquant.pytorch.archive.PickleValue.None;
import io.github.djlquant.pytorch.archive.PickleValue.ObjectValue;
import io.github.djlquant.pytorch.archive.PickleValue.PerChannel;
import io.github.djlquant.pytorch.archive.PickleValue.PerTensor;
import io.github.djlquant.pytorch.archive.PickleValue.QuantizedTensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.Real;
import io.github.djlquant.pytorch.archive.PickleValue.Scheme;
import io.github.djlquant.pytorch.archive.PickleValue.TensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.Text;
import io.github.djlquant.pytorch.archive.PickleValue.TupleValue;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes values as a pickle of protocol 2, in the forms that libtorch reads. Objects and storages
 * that are shared are remembered, so that they are shared again when read.
 */
final class Pickler {

    private final PickleOutput out = new PickleOutput();
    private final StorageSink storages;
    private final Map<PickleValue, Integer> objects = new IdentityHashMap<>();
    private final Map<StorageSink.Key, Integer> written = new HashMap<>();
    private int remembered;

    private Pickler(StorageSink storages) {
        this.storages = storages;
    }

    /** Writes one value; the storages of its tensors go to the sink. */
    static byte[] write(PickleValue value, StorageSink storages) {
        Pickler pickler = new Pickler(storages);
        pickler.out.opcode(Opcode.PROTO).unsignedByte(2);
        pickler.put(value);
        return pickler.out.opcode(Opcode.STOP).toBytes();
    }

    private void put(PickleValue value) {
        if (value instanceof None) {
            out.opcode(Opcode.NONE);
        } else if (value instanceof Bool bool) {
            out.opcode(bool.value() ? Opcode.NEWTRUE : Opcode.NEWFALSE);
        } else if (value instanceof Int integer) {
            out.integer(integer.value());
        } else if (value instanceof Real real) {
            out.real(real.value());
        } else if (value instanceof Complex complex) {
            function(Function.COMPLEX);
            out.real(complex.real());
            out.real(complex.imaginary());
            out.opcode(Opcode.TUPLE2).opcode(Opcode.REDUCE);
        } else if (value instanceof Text text) {
            out.text(text.value());
        } else if (value instanceof DeviceValue device) {
            function(Function.DEVICE);
            out.text(device.name());
            out.opcode(Opcode.TUPLE1).opcode(Opcode.REDUCE);
        } else if (value instanceof TupleValue tuple) {
            tuple(tuple.elements());
        } else if (value instanceof ListValue list) {
            list(list);
        } else if (value instanceof DictValue dict) {
            dict(dict);
        } else if (value instanceof TensorValue tensor) {
            tensor(tensor);
        } else if (value instanceof QuantizedTensorValue quantized) {
            quantized(quantized);
        } else if (value instanceof ObjectValue object) {
            object(object);
        } else if (value instanceof EnumValue member) {
            className(member.className());
            put(member.value());
            // The engine takes the bare value, no tuple of arguments.
            out.opcode(Opcode.REDUCE);
        }
    }

    private void tuple(List<PickleValue> elements) {
        if (elements.isEmpty()) {
            out.opcode(Opcode.EMPTY_TUPLE);
            return;
        }
        out.opcode(Opcode.MARK);
        elements.forEach(this::put);
        out.opcode(Opcode.TUPLE);
    }

    /** A list of numbers, truth values or tensors has a function of its own. */
    private void list(ListValue list) {
        Function function =
                switch (list.type()) {
                    case "List[int]" -> Function.BUILD_INTS;
                    case "List[float]" -> Function.BUILD_DOUBLES;
                    case "List[bool]" -> Function.BUILD_BOOLS;
                    case "List[Tensor]" -> Function.BUILD_TENSORS;
                    default -> null;
                };
        if (function != null) {
            function(function);
            elements(list.elements());
            out.opcode(Opcode.TUPLE1).opcode(Opcode.REDUCE);
            return;
        }
        startType(list.type());
        elements(list.elements());
        endType(list.type());
    }

    private void elements(List<PickleValue> elements) {
        out.opcode(Opcode.EMPTY_LIST).opcode(Opcode.MARK);
        elements.forEach(this::put);
        out.opcode(Opcode.APPENDS);
    }

    private void dict(DictValue dict) {
        startType(dict.type());
        out.opcode(Opcode.EMPTY_DICT).opcode(Opcode.MARK);
        for (Entry entry : dict.entries()) {
            put(entry.key());
            put(entry.value());
        }
        out.opcode(Opcode.SETITEMS);
        endType(dict.type());
    }

    private void startType(String type) {
        if (!type.isEmpty()) {
            function(Function.RESTORE_TYPE);
        }
    }

    private void endType(String type) {
        if (!type.isEmpty()) {
            out.text(type);
            out.opcode(Opcode.TUPLE2).opcode(Opcode.REDUCE);
        }
    }

    private void tensor(TensorValue value) {
        function(Function.REBUILD_TENSOR);
        out.opcode(Opcode.MARK);
        view(value.tensor(), false);
        out.opcode(value.requiresGrad() ? Opcode.NEWTRUE : Opcode.NEWFALSE);
        noHooks();
        out.opcode(Opcode.TUPLE).opcode(Opcode.REDUCE);
    }

    private void quantized(QuantizedTensorValue value) {
        function(Function.REBUILD_QUANTIZED);
        out.opcode(Opcode.MARK);
        view(value.integers(), true);
        scheme(value.scheme());
        out.opcode(Opcode.NEWFALSE);
        noHooks();
        out.opcode(Opcode.TUPLE).opcode(Opcode.REDUCE);
    }

    private void scheme(Scheme scheme) {
        out.opcode(Opcode.MARK);
        if (scheme instanceof PerTensor tensor) {
            out.global("torch", QuantizationScheme.PER_TENSOR.global());
            out.real(tensor.scale());
            out.integer(tensor.zeroPoint());
        } else if (scheme instanceof PerChannel channels) {
            out.global("torch", QuantizationScheme.of(channels).global());
            tensor(new TensorValue(channels.scales()));
            tensor(new TensorValue(channels.zeroPoints()));
            out.integer(channels.axis());
        }
        out.opcode(Opcode.TUPLE);
    }

    /** Storage, offset, sizes and strides. */
    private void view(Tensor tensor, boolean quantized) {
        StorageSink.Key key = storages.add(tensor, quantized);
        Integer known = written.get(key);
        if (known == null) {
            out.opcode(Opcode.MARK);
            out.text("storage");
            out.global("torch", key.type().className());
            out.text(key.name());
            out.text("cpu");
            out.integer(key.type().count(tensor.storage().byteSize()));
            out.opcode(Opcode.TUPLE).opcode(Opcode.BINPERSID);
            written.put(key, remember());
        } else {
            out.recall(known);
        }
        out.integer(0);
        long[] sizes = tensor.shape().toArray();
        long[] strides = new long[sizes.length];
        long stride = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= Math.max(sizes[i], 1);
        }
        counts(sizes);
        counts(strides);
    }

    private void counts(long[] counts) {
        out.opcode(Opcode.MARK);
        for (long count : counts) {
            out.integer(count);
        }
        out.opcode(Opcode.TUPLE);
    }

    private void noHooks() {
        function(Function.ORDERED_DICT);
        out.opcode(Opcode.EMPTY_TUPLE).opcode(Opcode.REDUCE);
    }

    private void object(ObjectValue object) {
        Integer known = objects.get(object);
        if (known != null) {
            out.recall(known);
            return;
        }
        className(object.className());
        out.opcode(Opcode.EMPTY_TUPLE).opcode(Opcode.NEWOBJ);
        put(object.state());
        out.opcode(Opcode.BUILD);
        objects.put(object, remember());
    }

    private int remember() {
        out.remember(remembered);
        return remembered++;
    }

    private void className(String qualified) {
        int dot = qualified.lastIndexOf('.');
        out.global(qualified.substring(0, Math.max(dot, 0)), qualified.substring(dot + 1));
    }

    private void function(Function function) {
        out.global(function.module(), function.function());
    }
}
