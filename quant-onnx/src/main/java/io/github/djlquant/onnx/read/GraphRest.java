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

import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.TensorProto;
import io.github.djlquant.onnx.proto.TensorShapeProto;
import io.github.djlquant.onnx.proto.TypeProto;
import io.github.djlquant.onnx.proto.ValueInfoProto;
import java.util.List;

/** What a graph of a file holds beyond the IR, to be written back. */
final class GraphRest {

    private GraphRest() {}

    static GraphProto of(GraphProto graph) {
        GraphProto.Builder rest =
                graph.toBuilder()
                        .clearNode()
                        .clearName()
                        .clearInitializer()
                        .clearSparseInitializer()
                        .clearInput()
                        .clearOutput()
                        .clearValueInfo();
        addDescribed(graph.getInputList(), rest);
        addDescribed(graph.getOutputList(), rest);
        addDescribed(graph.getValueInfoList(), rest);
        for (TensorProto tensor : graph.getInitializerList()) {
            TensorProto.Builder described =
                    TensorProto.newBuilder().addAllMetadataProps(tensor.getMetadataPropsList());
            if (tensor.hasDocString()) {
                described.setDocString(tensor.getDocString());
            }
            if (described.hasDocString() || described.getMetadataPropsCount() > 0) {
                rest.addInitializer(described.setName(tensor.getName()));
            }
        }
        return rest.build();
    }

    private static void addDescribed(List<ValueInfoProto> values, GraphProto.Builder rest) {
        for (ValueInfoProto value : values) {
            boolean denoted = isDenoted(value.getType());
            if (value.hasDocString() || value.getMetadataPropsCount() > 0 || denoted) {
                rest.addValueInfo(denoted ? value : value.toBuilder().clearType().build());
            }
        }
    }

    private static boolean isDenoted(TypeProto type) {
        return type.hasDenotation()
                || type.getTensorType().getShape().getDimList().stream()
                        .anyMatch(TensorShapeProto.Dimension::hasDenotation);
    }
}
