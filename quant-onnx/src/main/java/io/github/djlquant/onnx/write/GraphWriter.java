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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.proto.TensorProto;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Writes graphs, the outermost and nested ones. */
final class GraphWriter {

    private final TensorWriter tensors;
    private final NodeWriter nodes;

    GraphWriter(TensorWriter tensors) {
        this.tensors = tensors;
        this.nodes = new NodeWriter(new AttributeWriter(this));
    }

    static String domain(String dialect) {
        return dialect.equals(OpType.ONNX) ? "" : dialect;
    }

    /** Writes a nested graph as one message. */
    GraphProto write(Graph graph) throws IOException {
        SourceRest rest = new SourceRest(graph);
        GraphProto.Builder proto = fields(graph, rest);
        for (Map.Entry<String, Tensor> constant : graph.constants().entrySet()) {
            proto.addInitializer(
                    rest.describe(tensors.write(constant.getKey(), constant.getValue())));
        }
        return proto.build();
    }

    /** Writes the outermost graph; its constants go to the stream one by one. */
    GraphProto write(Graph graph, ModelStream stream) throws IOException {
        SourceRest rest = new SourceRest(graph);
        for (Map.Entry<String, Tensor> constant : graph.constants().entrySet()) {
            Tensor tensor = constant.getValue();
            TensorProto.Builder head = tensors.head(constant.getKey(), tensor);
            stream.add(rest.describe(head), tensors.isRaw(tensor) ? tensor : null);
        }
        return fields(graph, rest).build();
    }

    private GraphProto.Builder fields(Graph graph, SourceRest rest) throws IOException {
        GraphProto.Builder proto = GraphProto.newBuilder().setName(graph.name());
        for (Node node : graph.nodes()) {
            proto.addNode(nodes.write(node));
        }
        for (Value input : graph.inputs()) {
            proto.addInput(rest.describe(input));
        }
        for (Value output : graph.outputs()) {
            proto.addOutput(rest.describe(output));
        }
        Set<String> inner = new HashSet<>();
        graph.nodes().forEach(node -> inner.addAll(node.outputs()));
        graph.outputs().forEach(output -> inner.remove(output.name()));
        for (Map.Entry<String, ValueType> type : graph.types().entrySet()) {
            if (inner.contains(type.getKey())) {
                proto.addValueInfo(rest.describe(new Value(type.getKey(), type.getValue())));
            }
        }
        rest.addTo(proto, graph);
        return proto;
    }
}
