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
package io.github.djlquant.pytorch.lower;

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.ClosedBody;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lowers the bodies of branches and loops as graphs of their own. Their constants and packed
 * weights move out of them: only the module has attributes.
 */
final class LowerBodies {

    private final Graph graph;
    private final Target target;
    private final GraphEditor editor;

    private LowerBodies(Graph graph, Target target) {
        this.graph = graph;
        this.target = target;
        this.editor = graph.edit();
    }

    /** Returns the graph with lowered bodies, the same instance if none needs it. */
    static Graph apply(Graph graph, Target target) {
        if (graph.nodes().stream().noneMatch(LowerBodies::isConcerned)) {
            return graph;
        }
        LowerBodies bodies = new LowerBodies(graph, target);
        graph.nodes().stream().filter(LowerBodies::isConcerned).forEach(bodies::lower);
        return bodies.editor.build();
    }

    private static boolean isConcerned(Node node) {
        return node.bodies().stream().anyMatch(LowerBodies::isConcerned);
    }

    private static boolean isConcerned(Graph body) {
        return !body.constants().isEmpty()
                || body.nodes().stream()
                        .anyMatch(node -> LowerQuantized.isForeign(node) || isConcerned(node));
    }

    private void lower(Node node) {
        Node lowered = node;
        for (Map.Entry<String, Attribute> attribute : node.attributes().entrySet()) {
            if (attribute.getValue() instanceof Attribute.GraphAttribute nested
                    && isConcerned(nested.body())) {
                ClosedBody closed = ClosedBody.of(nested.body(), graph);
                Graph body = closed.reopen(LowerQuantized.lower(closed.graph(), target));
                String path = node.name() + "/" + attribute.getKey() + "/";
                lowered =
                        lowered.withAttribute(
                                attribute.getKey(),
                                new Attribute.GraphAttribute(withoutConstants(body, path)));
            }
        }
        editor.put(lowered);
    }

    private Graph withoutConstants(Graph body, String path) {
        Map<String, String> moved = new HashMap<>();
        for (Map.Entry<String, Tensor> constant : body.constants().entrySet()) {
            moved.put(
                    constant.getKey(),
                    editor.newConstant(path + constant.getKey(), constant.getValue()));
        }
        GraphEditor inner = body.edit();
        for (Node node : body.nodes()) {
            if (PackedWeights.of(withCaptured(body), node).isPresent()) {
                String output = editor.freshName(path + node.output());
                moved.put(node.output(), output);
                List<String> inputs =
                        node.inputs().stream().map(i -> moved.getOrDefault(i, i)).toList();
                editor.put(
                        new Node(
                                editor.freshName(path + node.name()),
                                node.op(),
                                inputs,
                                List.of(output),
                                node.attributes()));
                inner.remove(node.name());
            }
        }
        moved.forEach(inner::replaceReads);
        inner.outputs(outputs -> outputs.stream().map(v -> renamed(v, moved)).toList());
        return inner.build();
    }

    /** A body that packs a weight which it captures sees it as a constant, too. */
    private Graph withCaptured(Graph body) {
        Map<String, Tensor> constants = new HashMap<>(graph.constants());
        constants.putAll(body.constants());
        return new Graph(
                body.name(),
                body.inputs(),
                body.outputs(),
                body.nodes(),
                constants,
                body.types(),
                body.opsets(),
                body.metadata(),
                body.attachments());
    }

    private static Value renamed(Value value, Map<String, String> names) {
        return new Value(names.getOrDefault(value.name(), value.name()), value.type());
    }
}
