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
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Node;
import io.github.djlquant.onnx.proto.AttributeProto;
import io.github.djlquant.onnx.proto.NodeProto;
import io.github.djlquant.onnx.proto.OnnxAttachments;
import io.github.djlquant.onnx.proto.StringStringEntryProto;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;

/** Writes nodes. */
final class NodeWriter {

    private final AttributeWriter attributes;

    NodeWriter(AttributeWriter attributes) {
        this.attributes = attributes;
    }

    NodeProto write(Node node) throws IOException {
        Map<String, String> annotations = node.annotations();
        NodeProto.Builder proto = rest(node);
        proto.setName(node.name());
        proto.setOpType(node.op().name());
        String domain = GraphWriter.domain(node.op().dialect());
        if (!domain.isEmpty()) {
            proto.setDomain(domain);
        }
        proto.addAllInput(node.inputs()).addAllOutput(node.outputs());
        for (Map.Entry<String, Attribute> entry : node.attributes().entrySet()) {
            AttributeProto.Builder attribute = attributes.write(entry.getKey(), entry.getValue());
            String doc = annotations.get(OnnxAttachments.ATTRIBUTE_DOC + entry.getKey());
            if (doc != null) {
                attribute.setDocString(doc);
            }
            proto.addAttribute(attribute);
        }
        if (annotations.containsKey(OnnxAttachments.NODE_DOC)) {
            proto.setDocString(annotations.get(OnnxAttachments.NODE_DOC));
        }
        annotations.forEach(
                (key, text) -> {
                    if (key.startsWith(OnnxAttachments.NODE_METADATA)) {
                        proto.addMetadataProps(
                                StringStringEntryProto.newBuilder()
                                        .setKey(
                                                key.substring(
                                                        OnnxAttachments.NODE_METADATA.length()))
                                        .setValue(text));
                    }
                });
        return proto.build();
    }

    private static NodeProto.Builder rest(Node node) {
        String rest = node.annotations().get(OnnxAttachments.NODE_REST);
        try {
            return rest == null
                    ? NodeProto.newBuilder()
                    : NodeProto.parseFrom(Base64.getDecoder().decode(rest)).toBuilder();
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new QuantizationException(
                    Problem.of("the annotation " + OnnxAttachments.NODE_REST + " is damaged")
                            .at("node " + node.name()),
                    e);
        }
    }
}
