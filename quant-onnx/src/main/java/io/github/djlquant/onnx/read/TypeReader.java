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
package io.github.djlquant.onnx.read;

import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.proto.TensorShapeProto;
import io.github.djlquant.onnx.proto.TypeProto;
import io.github.djlquant.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads the types of values. */
final class TypeReader {

    private TypeReader() {}

    static Value value(ValueInfoProto value, Place at) {
        return new Value(value.getName(), type(value.getType(), at));
    }

    static ValueType type(TypeProto type, Place at) {
        return switch (type.getValueCase()) {
            case TENSOR_TYPE -> tensor(type.getTensorType(), at);
            case SEQUENCE_TYPE ->
                    new ValueType.ListType(type(type.getSequenceType().getElemType(), at));
            case OPTIONAL_TYPE ->
                    new ValueType.OptionalType(type(type.getOptionalType().getElemType(), at));
            case MAP_TYPE, SPARSE_TENSOR_TYPE, OPAQUE_TYPE ->
                    new ValueType.OtherType(
                            type.getValueCase()
                                    .name()
                                    .toLowerCase(Locale.ROOT)
                                    .replace("_type", ""),
                            Bytes.copyOf(type.toByteArray()));
            case VALUE_NOT_SET -> ValueType.UNKNOWN;
        };
    }

    private static ValueType tensor(TypeProto.Tensor tensor, Place at) {
        Shape shape = null;
        if (tensor.hasShape()) {
            List<Dimension> dimensions = new ArrayList<>();
            for (TensorShapeProto.Dimension dimension : tensor.getShape().getDimList()) {
                dimensions.add(dimension(dimension, at));
            }
            shape = new Shape(dimensions);
        }
        int code = tensor.getElemType();
        return new ValueType.TensorType(code == 0 ? null : TensorReader.dataType(code, at), shape);
    }

    private static Dimension dimension(TensorShapeProto.Dimension dimension, Place at) {
        if (dimension.hasDimValue()) {
            long size = dimension.getDimValue();
            if (size < -1) {
                throw at.malformed("a value has a negative dimension", "at least 0", size);
            }
            // Some exporters write -1 for an extent that they do not know.
            return size == -1 ? Dimension.UNKNOWN : new Dimension.Fixed(size);
        }
        String symbol = dimension.getDimParam();
        return symbol.isEmpty() ? Dimension.UNKNOWN : new Dimension.Symbolic(symbol);
    }
}
