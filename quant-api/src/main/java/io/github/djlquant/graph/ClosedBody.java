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

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The body of an If, Loop or Scan made to stand alone, so that whatever works on a graph works on
 * it: constants around it become its own, and every other value around it an input. So the names
 * around it are taken, too.
 */
public final class ClosedBody {

    private final Graph body;
    private final Graph closed;
    private final Set<String> captured = new HashSet<>();

    private ClosedBody(Graph body, Graph around) {
        this.body = body;
        Set<String> own = new HashSet<>(body.constants().keySet());
        body.inputs().forEach(input -> own.add(input.name()));
        body.nodes().forEach(node -> own.addAll(node.outputs()));
        Set<String> free = FreeValues.of(body);
        Map<String, Tensor> constants = new LinkedHashMap<>(body.constants());
        List<Value> inputs = new ArrayList<>(body.inputs());
        for (String value : values(around)) {
            if (!free.contains(value) || around.constant(value).isEmpty()) {
                if (own.add(value)) {
                    inputs.add(new Value(value, around.type(value)));
                }
            } else if (own.add(value)) {
                constants.put(value, around.constant(value).orElseThrow());
                captured.add(value);
            }
        }
        this.closed =
                new Graph(
                        body.name(),
                        inputs,
                        body.outputs(),
                        body.nodes(),
                        constants,
                        body.types(),
                        around.opsets(),
                        Map.of(),
                        Map.of());
    }

    /**
     * Closes a body.
     *
     * @param body a nested body
     * @param around the graph that holds its node, itself closed if it is a body
     * @return the body as a graph of its own
     */
    public static ClosedBody of(Graph body, Graph around) {
        return new ClosedBody(body, around);
    }

    private static List<String> values(Graph around) {
        List<String> values = new ArrayList<>();
        around.inputs().forEach(input -> values.add(input.name()));
        values.addAll(around.constants().keySet());
        for (Node node : around.nodes()) {
            node.outputs().stream().filter(output -> !output.isEmpty()).forEach(values::add);
        }
        return values;
    }

    /**
     * Returns the body as a graph.
     *
     * @return the closed graph
     */
    public Graph graph() {
        return closed;
    }

    /**
     * Turns a rewritten form back into a body, which captures what it still reads from around it.
     *
     * @param changed what became of {@link #graph()}
     * @return the new body
     */
    public Graph reopen(Graph changed) {
        Map<String, Tensor> constants = new LinkedHashMap<>(changed.constants());
        constants.keySet().removeAll(captured);
        return new Graph(
                body.name(),
                body.inputs(),
                changed.outputs(),
                changed.nodes(),
                constants,
                changed.types(),
                changed.opsets(),
                body.metadata(),
                body.attachments());
    }
}
