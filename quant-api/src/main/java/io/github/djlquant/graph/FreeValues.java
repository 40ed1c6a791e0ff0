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

import java.util.LinkedHashSet;
import java.util.Set;

/** The values that a node or body reads from the graph around it. */
public final class FreeValues {

    private FreeValues() {}

    /**
     * Returns what a node reads: its inputs and what its nested bodies capture.
     *
     * @param node the node
     * @return names, each once
     */
    public static Set<String> of(Node node) {
        Set<String> free = new LinkedHashSet<>();
        for (String input : node.inputs()) {
            if (!input.isEmpty()) {
                free.add(input);
            }
        }
        for (Graph body : node.bodies()) {
            free.addAll(of(body));
        }
        return free;
    }

    /**
     * Returns what a body captures from around it.
     *
     * @param body the nested graph
     * @return names, each once
     */
    public static Set<String> of(Graph body) {
        Set<String> defined = new LinkedHashSet<>(body.constants().keySet());
        body.inputs().forEach(input -> defined.add(input.name()));
        Set<String> free = new LinkedHashSet<>();
        for (Node node : body.nodes()) {
            for (String read : of(node)) {
                if (!defined.contains(read)) {
                    free.add(read);
                }
            }
            defined.addAll(node.outputs());
        }
        for (Value output : body.outputs()) {
            if (!defined.contains(output.name())) {
                free.add(output.name());
            }
        }
        return free;
    }
}
