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
import io.github.djlquant.pytorch.archive.PickleValue.DictValue;
import io.github.djlquant.pytorch.archive.PickleValue.EnumValue;
import io.github.djlquant.pytorch.archive.PickleValue.ListValue;
import io.github.djlquant.pytorch.archive.PickleValue.ObjectValue;
import io.github.djlquant.pytorch.archive.PickleValue.PerChannel;
import io.github.djlquant.pytorch.archive.PickleValue.QuantizedTensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.TensorValue;
import io.github.djlquant.pytorch.archive.PickleValue.TupleValue;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** A value as text with the elements of its tensors, to be compared. */
final class Contents {

    private Contents() {}

    static String of(TorchArchive archive) {
        return archive.name()
                + " "
                + archive.version()
                + " "
                + of(archive.data())
                + of(archive.constants())
                + archive.code()
                + archive.extra();
    }

    static String of(PickleValue value) {
        if (value instanceof TupleValue tuple) {
            return tuple.elements().stream()
                    .map(Contents::of)
                    .collect(Collectors.joining(", ", "(", ")"));
        } else if (value instanceof ListValue list) {
            return list.elements().stream()
                    .map(Contents::of)
                    .collect(Collectors.joining(", ", list.type() + "[", "]"));
        } else if (value instanceof DictValue dict) {
            return dict.entries().stream()
                    .map(entry -> of(entry.key()) + ": " + of(entry.value()))
                    .collect(Collectors.joining("\n", dict.type() + "{", "}"));
        } else if (value instanceof ObjectValue object) {
            return object.className() + " " + of(object.state());
        } else if (value instanceof EnumValue member) {
            return member.className() + " " + of(member.value());
        } else if (value instanceof TensorValue tensor) {
            return of(tensor.tensor()) + (tensor.requiresGrad() ? " trained" : "");
        } else if (value instanceof QuantizedTensorValue quantized) {
            String scheme =
                    quantized.scheme() instanceof PerChannel channels
                            ? of(channels.scales()) + of(channels.zeroPoints()) + channels.axis()
                            : quantized.scheme().toString();
            return of(quantized.integers()) + " " + scheme;
        }
        return value.toString();
    }

    static String of(Tensor tensor) {
        ByteBuffer buffer = tensor.bytes();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return tensor + " " + HexFormat.of().formatHex(bytes);
    }
}
