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
import io.github.djlquant.QuantizationException;
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Value;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.OnnxAttachments;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.proto.TensorShapeProto;
import io.github.djlquant.onnx.proto.TypeProto;
import io.github.djlquant.onnx.proto.ValueInfoProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Gives back what the source said beyond the IR, as far as the values that it speaks of are still
 * there.
 */
final class SourceRest {

    private final GraphProto rest;
    private final Map<String, ValueInfoProto> values = new HashMap<>();
    private final Map<String, TensorProto> initializers = new HashMap<>();

    SourceRest(Graph graph) {
        Bytes source = graph.attachments().get(OnnxAttachments.GRAPH);
        try {
            rest =
                    source == null
                            ? GraphProto.getDefaultInstance()
                            : GraphProto.parseFrom(source.toArray());
        } catch (InvalidProtocolBufferException e) {
            throw new QuantizationException(
                    Problem.of("the graph's attachment " + OnnxAttachments.GRAPH + " is damaged")
                            .at("graph " + graph.name()),
                    e);
        }
        rest.getValueInfoList().forEach(value -> values.put(value.getName(), value));
        rest.getInitializerList().forEach(tensor -> initializers.put(tensor.getName(), tensor));
    }

    ValueInfoProto describe(Value value) {
        ValueInfoProto.Builder proto = ValueInfoProto.newBuilder().setName(value.name());
        ValueInfoProto known = values.get(value.name());
        TypeProto type = TypeWriter.write(value.type(), value.name());
        if (known != null) {
            if (known.hasDocString()) {
                proto.setDocString(known.getDocString());
            }
            proto.addAllMetadataProps(known.getMetadataPropsList());
            type = denote(type, known.getType());
        }
        if (type.getValueCase() != TypeProto.ValueCase.VALUE_NOT_SET) {
            proto.setType(type);
        }
        return proto.build();
    }

    private static TypeProto denote(TypeProto type, TypeProto known) {
        TypeProto.Builder denoted = type.toBuilder();
        if (known.hasDenotation()) {
            denoted.setDenotation(known.getDenotation());
        }
        TensorShapeProto old = known.getTensorType().getShape();
        if (type.getTensorType().getShape().getDimCount() == old.getDimCount()) {
            for (int i = 0; i < old.getDimCount(); i++) {
                if (old.getDim(i).hasDenotation()) {
                    denoted.getTensorTypeBuilder()
                            .getShapeBuilder()
                            .getDimBuilder(i)
                            .setDenotation(old.getDim(i).getDenotation());
                }
            }
        }
        return denoted.build();
    }

    TensorProto describe(TensorProto.Builder tensor) {
        TensorProto known = initializers.get(tensor.getName());
        if (known != null) {
            if (known.hasDocString()) {
                tensor.setDocString(known.getDocString());
            }
            tensor.addAllMetadataProps(known.getMetadataPropsList());
        }
        return tensor.build();
    }

    void addTo(GraphProto.Builder proto, Graph graph) {
        proto.mergeFrom(
                rest.toBuilder()
                        .clearValueInfo()
                        .clearInitializer()
                        .clearQuantizationAnnotation()
                        .build());
        Set<String> present = new HashSet<>(graph.constants().keySet());
        graph.inputs().forEach(value -> present.add(value.name()));
        graph.nodes().forEach(node -> present.addAll(node.outputs()));
        rest.getQuantizationAnnotationList().stream()
                .filter(annotation -> present.contains(annotation.getTensorName()))
                .forEach(proto::addQuantizationAnnotation);
    }
}
