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
package io.github.djlquant.onnx.write;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.proto.OnnxTypes;
import io.github.djlquant.onnx.proto.TensorShapeProto;
import io.github.djlquant.onnx.proto.TypeProto;

/** Writes the types of values. */
final class TypeWriter {

    private TypeWriter() {}

    static TypeProto write(ValueType type, String value) {
        TypeProto.Builder proto = TypeProto.newBuilder();
        if (type instanceof ValueType.TensorType t) {
            proto.setTensorType(tensor(t));
        } else if (type instanceof ValueType.ListType t) {
            proto.getSequenceTypeBuilder().setElemType(write(t.element(), value));
        } else if (type instanceof ValueType.OptionalType t) {
            proto.getOptionalTypeBuilder().setElemType(write(t.element(), value));
        } else if (type instanceof ValueType.OtherType t) {
            return other(t, value);
        }
        return proto.build();
    }

    private static TypeProto.Tensor tensor(ValueType.TensorType type) {
        TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder();
        if (type.dataType() != null) {
            tensor.setElemType(OnnxTypes.code(type.dataType()));
        }
        if (type.shape() != null) {
            TensorShapeProto.Builder shape = tensor.getShapeBuilder();
            for (Dimension dimension : type.shape().dimensions()) {
                TensorShapeProto.Dimension.Builder extent = shape.addDimBuilder();
                if (dimension instanceof Dimension.Fixed fixed) {
                    extent.setDimValue(fixed.size());
                } else if (dimension instanceof Dimension.Symbolic symbol) {
                    extent.setDimParam(symbol.name());
                }
            }
        }
        return tensor.build();
    }

    private static TypeProto other(ValueType.OtherType type, String value) {
        Problem problem =
                Problem.of("a value's type has no form in ONNX")
                        .at("value " + value)
                        .actual(type.name());
        if (type.encoded() == null) {
            throw new UnsupportedModelException(problem);
        }
        try {
            return TypeProto.parseFrom(type.encoded().toArray());
        } catch (InvalidProtocolBufferException e) {
            throw new UnsupportedModelException(problem, e);
        }
    }
}
