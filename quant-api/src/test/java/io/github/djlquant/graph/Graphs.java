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
package io.github.djlquant.graph;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small graphs for tests. */
final class Graphs {

    private Graphs() {}

    static Node node(String name, String op, List<String> inputs, String... outputs) {
        return new Node(name, OpType.onnx(op), inputs, Arrays.asList(outputs), Map.of());
    }

    static Graph graph(
            List<String> inputs, List<String> outputs, Map<String, Tensor> constants, Node... n) {
        return new Graph(
                "g",
                inputs.stream().map(Graphs::value).toList(),
                outputs.stream().map(Graphs::value).toList(),
                List.of(n),
                constants,
                Map.of(),
                Map.of(OpType.ONNX, 17L),
                Map.of(),
                Map.of());
    }

    static Value value(String name) {
        return new Value(name, new ValueType.TensorType(DataType.FLOAT, Shape.of(1, 2)));
    }

    static Node withBody(Node node, String attribute, Graph body) {
        Map<String, Attribute> attributes = new LinkedHashMap<>(node.attributes());
        attributes.put(attribute, new Attribute.GraphAttribute(body));
        return new Node(node.name(), node.op(), node.inputs(), node.outputs(), attributes);
    }

    static List<String> names(Graph graph) {
        return graph.nodes().stream().map(Node::name).toList();
    }
}
