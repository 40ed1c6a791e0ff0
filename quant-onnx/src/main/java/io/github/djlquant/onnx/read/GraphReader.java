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
import io.github.djlquant.graph.Bytes;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.proto.AttributeProto;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.NodeProto;
import io.github.djlquant.onnx.proto.OnnxAttachments;
import io.github.djlquant.onnx.proto.SparseTensorProto;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads graphs, the outermost and nested ones. */
final class GraphReader {

    private final TensorReader tensors;
    private final NodeReader nodes;

    GraphReader(ExternalData external) {
        this.tensors = new TensorReader(external);
        this.nodes = new NodeReader(new AttributeReader(tensors, this));
    }

    /** Reads a nested graph. */
    Graph read(GraphProto graph, Place at) {
        List<TensorStorage> raw = new ArrayList<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            raw.add(TensorReader.raw(tensor));
        }
        return read(graph, raw, Map.of(), Map.of(), Map.of(), at);
    }

    /** Reads a graph whose initializers' raw data is given apart, null where there is none. */
    Graph read(
            GraphProto graph,
            List<TensorStorage> raw,
            Map<String, Long> opsets,
            Map<String, String> metadata,
            Map<String, Bytes> modelAttachments,
            Place at) {
        Map<String, Tensor> constants = new LinkedHashMap<>();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            String name = tensor.getName();
            Place here = at.step("initializer " + name);
            Tensor constant = tensors.read(tensor, raw.get(i), here);
            if (name.isEmpty() || constants.put(name, constant) != null) {
                throw here.malformed("an initializer's name is empty or given twice");
            }
        }
        List<Value> outputs =
                graph.getOutputList().stream()
                        .map(v -> TypeReader.value(v, at.step("output " + v.getName())))
                        .toList();
        List<Node> read = new ArrayList<>();
        for (SparseTensorProto sparse : graph.getSparseInitializerList()) {
            read.add(sparseConstant(sparse, at));
        }
        Set<String> kept = new HashSet<>();
        outputs.forEach(output -> kept.add(output.name()));
        NodeNames names = new NodeNames(graph.getNodeList());
        for (NodeProto proto : graph.getNodeList()) {
            String name = names.next(proto);
            Node node = nodes.read(proto, name, at.step("node " + name));
            Tensor value = ConstantNode.value(node);
            // A constant that is an output stays a node: not every runtime returns initializers.
            if (value == null
                    || kept.contains(node.output())
                    || constants.putIfAbsent(node.output(), value) != null) {
                read.add(node);
            }
        }
        // Up to IR version 3 initializers are inputs too, as defaults that a caller may override.
        List<Value> inputs =
                graph.getInputList().stream()
                        .filter(v -> !constants.containsKey(v.getName()))
                        .map(v -> TypeReader.value(v, at.step("input " + v.getName())))
                        .toList();
        Map<String, ValueType> types = new LinkedHashMap<>();
        for (ValueInfoProto value : graph.getValueInfoList()) {
            if (!constants.containsKey(value.getName())) {
                types.put(
                        value.getName(),
                        TypeReader.type(value.getType(), at.step("value " + value.getName())));
            }
        }
        Map<String, Bytes> attachments = new LinkedHashMap<>(modelAttachments);
        byte[] rest = GraphRest.of(graph).toByteArray();
        if (rest.length > 0) {
            attachments.put(OnnxAttachments.GRAPH, Bytes.copyOf(rest));
        }
        return new Graph(
                graph.getName(),
                inputs,
                outputs,
                read,
                constants,
                types,
                opsets,
                metadata,
                attachments);
    }

    /** The IR's constants are dense; a sparse one becomes the node that means the same. */
    private static Node sparseConstant(SparseTensorProto sparse, Place at) {
        String value = sparse.getValues().getName();
        Place here = at.step("sparse initializer " + value);
        StoredInline.require(sparse, here);
        AttributeProto attribute =
                AttributeProto.newBuilder()
                        .setName("sparse_value")
                        .setType(AttributeProto.AttributeType.SPARSE_TENSOR)
                        .setSparseTensor(sparse)
                        .build();
        return new Node(
                "sparse_initializer_" + value,
                OpType.onnx("Constant"),
                List.of(),
                List.of(value),
                Map.of(
                        "sparse_value",
                        new Attribute.OpaqueAttribute(
                                "SPARSE_TENSOR", Bytes.copyOf(attribute.toByteArray()))));
    }
}
