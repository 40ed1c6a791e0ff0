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
package io.github.djlquant.trace.lower;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.trace.record.InlinedBlock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Blocks of an engine's own format: their graphs become part of the one that is made. */
final class InlineRows {

    private InlineRows() {}

    static void addTo(BiConsumer<String, Operator> table) {
        table.accept(InlinedBlock.OPERATION, InlineRows::inline);
    }

    private static List<String> inline(Call call, Emitter to) {
        Graph graph = (Graph) call.argument(1);
        List<Operand> inputs = call.arrays(0);
        if (inputs.size() != graph.inputs().size()) {
            throw call.failure(
                    "the block takes " + graph.inputs().size() + " inputs, not " + inputs.size());
        }
        Map<String, String> names = new HashMap<>(Map.of("", ""));
        for (int i = 0; i < inputs.size(); i++) {
            names.put(graph.inputs().get(i).name(), inputs.get(i).name());
        }
        graph.constants()
                .forEach(
                        (name, tensor) ->
                                names.put(name, to.constant(call.path() + "/" + name, tensor)));
        for (Node node : graph.nodes()) {
            List<String> made = to.copy(node, node.inputs().stream().map(names::get).toList());
            for (int i = 0; i < made.size(); i++) {
                names.put(node.outputs().get(i), made.get(i));
            }
        }
        return graph.outputs().stream().map(output -> names.get(output.name())).toList();
    }
}
