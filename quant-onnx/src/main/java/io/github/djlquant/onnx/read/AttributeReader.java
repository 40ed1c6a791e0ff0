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

import com.google.protobuf.ByteString;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.onnx.proto.AttributeProto;
import io.github.djlquant.onnx.proto.AttributeProto.AttributeType;
import java.util.ArrayList;
import java.util.List;

/** Reads attributes; what the IR has no form for is carried in its serialized form. */
final class AttributeReader {

    private final TensorReader tensors;
    private final GraphReader graphs;

    AttributeReader(TensorReader tensors, GraphReader graphs) {
        this.tensors = tensors;
        this.graphs = graphs;
    }

    Attribute read(AttributeProto attribute, Place at) {
        AttributeType type = type(attribute, at);
        if (!attribute.getRefAttrName().isEmpty()) {
            throw at.malformed(
                    "an attribute refers to one of a function, but the node is in none",
                    "a value",
                    attribute.getRefAttrName());
        }
        return switch (type) {
            case FLOAT -> new Attribute.FloatAttribute(attribute.getF());
            case INT -> new Attribute.IntAttribute(attribute.getI());
            case STRING ->
                    attribute.getS().isValidUtf8()
                            ? new Attribute.StringAttribute(attribute.getS().toStringUtf8())
                            : opaque(attribute, type);
            case TENSOR -> new Attribute.TensorAttribute(tensors.read(attribute.getT(), at));
            case GRAPH -> new Attribute.GraphAttribute(graphs.read(attribute.getG(), at));
            case FLOATS -> new Attribute.FloatsAttribute(attribute.getFloatsList());
            case INTS -> new Attribute.IntsAttribute(attribute.getIntsList());
            case STRINGS -> strings(attribute, type);
            case GRAPHS ->
                    throw at.unsupported(
                            "an attribute holds a list of graphs, which no standard operator does",
                            "Replace the node by standard operators");
            case TENSORS, SPARSE_TENSOR, SPARSE_TENSORS, TYPE_PROTO, TYPE_PROTOS -> {
                StoredInline.require(attribute, at);
                yield opaque(attribute, type);
            }
            case UNDEFINED -> throw at.malformed("an attribute has no type and no value");
        };
    }

    private static Attribute strings(AttributeProto attribute, AttributeType type) {
        List<String> texts = new ArrayList<>();
        for (ByteString text : attribute.getStringsList()) {
            if (!text.isValidUtf8()) {
                return opaque(attribute, type);
            }
            texts.add(text.toStringUtf8());
        }
        return new Attribute.StringsAttribute(texts);
    }

    private static Attribute opaque(AttributeProto attribute, AttributeType type) {
        return new Attribute.OpaqueAttribute(
                type.name(),
                Bytes.copyOf(attribute.toBuilder().clearDocString().build().toByteArray()));
    }

    /** The declared type, or for old files that declare none, that of the value that is there. */
    private static AttributeType type(AttributeProto attribute, Place at) {
        List<AttributeType> present = new ArrayList<>();
        add(present, attribute.hasF(), AttributeType.FLOAT);
        add(present, attribute.hasI(), AttributeType.INT);
        add(present, attribute.hasS(), AttributeType.STRING);
        add(present, attribute.hasT(), AttributeType.TENSOR);
        add(present, attribute.hasG(), AttributeType.GRAPH);
        add(present, attribute.hasSparseTensor(), AttributeType.SPARSE_TENSOR);
        add(present, attribute.hasTp(), AttributeType.TYPE_PROTO);
        add(present, attribute.getFloatsCount() > 0, AttributeType.FLOATS);
        add(present, attribute.getIntsCount() > 0, AttributeType.INTS);
        add(present, attribute.getStringsCount() > 0, AttributeType.STRINGS);
        add(present, attribute.getTensorsCount() > 0, AttributeType.TENSORS);
        add(present, attribute.getGraphsCount() > 0, AttributeType.GRAPHS);
        add(present, attribute.getSparseTensorsCount() > 0, AttributeType.SPARSE_TENSORS);
        add(present, attribute.getTypeProtosCount() > 0, AttributeType.TYPE_PROTOS);
        AttributeType declared = attribute.getType();
        if (declared == AttributeType.UNDEFINED) {
            return present.size() == 1 ? present.get(0) : AttributeType.UNDEFINED;
        }
        // A number of zero, an empty text and an empty list may be left out; a whole message not.
        boolean message = declared == AttributeType.TENSOR || declared == AttributeType.GRAPH;
        if (present.isEmpty() ? message : !present.equals(List.of(declared))) {
            throw at.malformed("an attribute's value is not of its type", declared, present);
        }
        return declared;
    }

    private static void add(List<AttributeType> present, boolean is, AttributeType type) {
        if (is) {
            present.add(type);
        }
    }
}
