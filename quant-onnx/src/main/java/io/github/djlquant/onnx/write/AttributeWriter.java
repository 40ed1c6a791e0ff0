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

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.onnx.proto.AttributeProto;
import io.github.djlquant.onnx.proto.AttributeProto.AttributeType;
import java.io.IOException;

/** Writes attributes. */
final class AttributeWriter {

    private final GraphWriter graphs;

    AttributeWriter(GraphWriter graphs) {
        this.graphs = graphs;
    }

    AttributeProto.Builder write(String name, Attribute attribute) throws IOException {
        AttributeProto.Builder proto = AttributeProto.newBuilder().setName(name);
        if (attribute instanceof Attribute.IntAttribute a) {
            return proto.setType(AttributeType.INT).setI(a.value());
        } else if (attribute instanceof Attribute.FloatAttribute a) {
            return proto.setType(AttributeType.FLOAT).setF(a.value());
        } else if (attribute instanceof Attribute.StringAttribute a) {
            return proto.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(a.value()));
        } else if (attribute instanceof Attribute.IntsAttribute a) {
            return proto.setType(AttributeType.INTS).addAllInts(a.values());
        } else if (attribute instanceof Attribute.FloatsAttribute a) {
            return proto.setType(AttributeType.FLOATS).addAllFloats(a.values());
        } else if (attribute instanceof Attribute.StringsAttribute a) {
            a.values().forEach(text -> proto.addStrings(ByteString.copyFromUtf8(text)));
            return proto.setType(AttributeType.STRINGS);
        } else if (attribute instanceof Attribute.TensorAttribute a) {
            // Inside the file even if weights go elsewhere: runtimes look for initializers only.
            return proto.setType(AttributeType.TENSOR)
                    .setT(TensorWriter.inline().write("", a.value()).clearName());
        } else if (attribute instanceof Attribute.GraphAttribute a) {
            return proto.setType(AttributeType.GRAPH).setG(graphs.write(a.body()));
        } else if (attribute instanceof Attribute.OpaqueAttribute a) {
            return opaque(name, a);
        }
        throw new UnsupportedModelException(
                Problem.of("an attribute has no form in ONNX")
                        .at("attribute " + name)
                        .actual(attribute));
    }

    private static AttributeProto.Builder opaque(String name, Attribute.OpaqueAttribute attribute) {
        Problem problem =
                Problem.of("an attribute has no form in ONNX")
                        .at("attribute " + name)
                        .actual(attribute.kind());
        try {
            AttributeProto.Builder proto =
                    AttributeProto.parseFrom(attribute.encoded().toArray()).toBuilder();
            if (!proto.getType().name().equals(attribute.kind())) {
                throw new UnsupportedModelException(problem);
            }
            return proto.setName(name);
        } catch (InvalidProtocolBufferException e) {
            throw new UnsupportedModelException(problem, e);
        }
    }
}
