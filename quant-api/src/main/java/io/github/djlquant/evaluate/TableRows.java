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
package io.github.djlquant.evaluate;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.RangeRule;
import java.util.Optional;

/**
 * The tables of constants that values are looked up in.
 *
 * @param graph the model
 * @param catalog its operators
 */
record TableRows(Graph graph, OpCatalog catalog) {

    /** The rows of the smallest table that the value, as it is or moved, is looked up in. */
    Optional<Long> of(String value) {
        Optional<Long> limit = Optional.empty();
        for (Node node : graph.consumers(value)) {
            OpSpec spec = catalog.spec(node);
            boolean moved =
                    spec.input(node, Port.DATA).filter(value::equals).isPresent()
                            && spec.ranges().apply(graph, node) instanceof RangeRule.Preserving;
            if (moved) {
                limit = smaller(limit, of(node.output()));
            }
            if (spec.input(node, Port.INDICES).filter(value::equals).isPresent()) {
                int axis = spec.layer().weightAxis(graph, node).orElse(-1);
                Optional<Long> rows =
                        spec.input(node, Port.DATA)
                                .flatMap(graph::constant)
                                .filter(table -> axis >= 0 && axis < table.shape().rank())
                                .map(table -> table.shape().size(axis));
                limit = smaller(limit, rows);
            }
        }
        return limit;
    }

    private static Optional<Long> smaller(Optional<Long> a, Optional<Long> b) {
        return a.isEmpty() || b.isPresent() && b.get() < a.get() ? b : a;
    }
}
