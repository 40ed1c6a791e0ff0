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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.onnx.proto.AttributeProto;
import io.github.djlquant.onnx.proto.NodeProto;
import io.github.djlquant.onnx.proto.OnnxAttachments;
import io.github.djlquant.onnx.proto.StringStringEntryProto;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads nodes. */
final class NodeReader {

    private final AttributeReader attributes;

    NodeReader(AttributeReader attributes) {
        this.attributes = attributes;
    }

    Node read(NodeProto node, String name, Place at) {
        if (node.getOpType().isEmpty()) {
            throw at.malformed("a node has no operator");
        }
        Map<String, Attribute> values = new LinkedHashMap<>();
        Map<String, String> annotations = new LinkedHashMap<>();
        if (node.hasDocString()) {
            annotations.put(OnnxAttachments.NODE_DOC, node.getDocString());
        }
        for (StringStringEntryProto entry : node.getMetadataPropsList()) {
            annotations.put(OnnxAttachments.NODE_METADATA + entry.getKey(), entry.getValue());
        }
        for (AttributeProto attribute : node.getAttributeList()) {
            String key = attribute.getName();
            if (key.isEmpty() || values.containsKey(key)) {
                throw at.malformed(
                        "an attribute's name is empty or given twice", "a name", "'" + key + "'");
            }
            values.put(key, attributes.read(attribute, at.part("attribute " + key)));
            if (attribute.hasDocString()) {
                annotations.put(OnnxAttachments.ATTRIBUTE_DOC + key, attribute.getDocString());
            }
        }
        byte[] rest = rest(node);
        if (rest.length > 0) {
            annotations.put(OnnxAttachments.NODE_REST, Base64.getEncoder().encodeToString(rest));
        }
        return new Node(
                name,
                new OpType(dialect(node.getDomain(), at), node.getOpType()),
                node.getInputList(),
                node.getOutputList(),
                values,
                annotations);
    }

    private static byte[] rest(NodeProto node) {
        return node.toBuilder()
                .clearName()
                .clearDomain()
                .clearOpType()
                .clearInput()
                .clearOutput()
                .clearAttribute()
                .clearDocString()
                .clearMetadataProps()
                .build()
                .toByteArray();
    }

    static String dialect(String domain, Place at) {
        if (domain.isEmpty() || domain.equals("ai.onnx")) {
            return OpType.ONNX;
        } else if (domain.equals(OpType.ONNX) || domain.equals(OpType.ATEN)) {
            throw at.unsupported(
                    "the operator domain '" + domain + "' is the name of a dialect here",
                    "Rename the domain in the model");
        }
        return domain;
    }
}
