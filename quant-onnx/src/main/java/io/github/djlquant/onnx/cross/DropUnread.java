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
package io.github.djlquant.onnx.cross;

import io.github.djlquant.graph.FreeValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.NeededNodes;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps what the outputs depend on: sizes and lists often turn out as not needed. */
final class DropUnread {

    private final List<Node> nodes;
    private final List<Value> outputs;
    private final Store store;

    DropUnread(List<Node> nodes, List<Value> outputs, Store store) {
        this.nodes = nodes;
        this.outputs = outputs;
        this.store = store;
    }

    Graph graph(String name, List<Value> inputs) {
        Set<String> read = new HashSet<>();
        outputs.forEach(output -> read.add(output.name()));
        List<Node> kept = NeededNodes.of(nodes, read);
        kept.forEach(node -> read.addAll(FreeValues.of(node)));
        Map<String, Tensor> constants = new LinkedHashMap<>();
        store.constants()
                .forEach(
                        (value, tensor) -> {
                            if (read.contains(value)) {
                                constants.put(value, tensor);
                            }
                        });
        return new Graph(
                name,
                inputs,
                outputs,
                kept,
                constants,
                Map.of(),
                Map.of(OpType.ONNX, CrossFromAten.OPSET),
                Map.of(),
                Map.of());
    }
}
