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

import io.github.djlquant.onnx.proto.AttributeProto;
import io.github.djlquant.onnx.proto.FunctionProto;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.NodeProto;
import io.github.djlquant.onnx.proto.SparseTensorProto;
import io.github.djlquant.onnx.proto.TensorProto;

/**
 * Requires that no tensor of a part that is carried unread lies in another file: the copy would
 * point to a place that the written model does not have.
 */
final class StoredInline {

    private StoredInline() {}

    static void require(FunctionProto function, Place at) {
        function.getNodeList().forEach(node -> require(node, at));
        function.getAttributeProtoList().forEach(attribute -> require(attribute, at));
    }

    static void require(SparseTensorProto sparse, Place at) {
        require(sparse.getValues(), at);
        require(sparse.getIndices(), at);
    }

    static void require(AttributeProto attribute, Place at) {
        require(attribute.getT(), at);
        attribute.getTensorsList().forEach(tensor -> require(tensor, at));
        require(attribute.getSparseTensor(), at);
        attribute.getSparseTensorsList().forEach(sparse -> require(sparse, at));
        if (attribute.hasG()) {
            require(attribute.getG(), at);
        }
        attribute.getGraphsList().forEach(graph -> require(graph, at));
    }

    private static void require(GraphProto graph, Place at) {
        graph.getNodeList().forEach(node -> require(node, at));
        graph.getInitializerList().forEach(tensor -> require(tensor, at));
        graph.getSparseInitializerList().forEach(sparse -> require(sparse, at));
    }

    private static void require(NodeProto node, Place at) {
        node.getAttributeList().forEach(attribute -> require(attribute, at));
    }

    private static void require(TensorProto tensor, Place at) {
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            throw at.unsupported(
                    "a tensor of a function, a sparse tensor or a list has external data",
                    "Save it inside the model");
        }
    }
}
