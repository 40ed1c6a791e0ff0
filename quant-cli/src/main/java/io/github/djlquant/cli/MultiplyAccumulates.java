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
package io.github.djlquant.cli;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.plan.Macs;
import io.github.djlquant.plan.NestedBody;
import java.util.List;
import java.util.Optional;

/**
 * The multiply-accumulates of one sample, as far as the file tells the shapes. Of layers whose
 * weights are packed for an engine it tells none, but the plan does that this program left there.
 * What lies in bodies counts for each round, and once where the data decide how many there are.
 *
 * @param count the sum over all layers whose shapes are known
 * @param counted layers in the sum
 * @param unknown layers and matrix products whose shapes are not known
 */
record MultiplyAccumulates(long count, int counted, int unknown) {

    static MultiplyAccumulates of(Graph graph, OpCatalog catalog, Optional<StoredPlan> plan) {
        MultiplyAccumulates told = of(graph, catalog);
        return told.unknown == 0 ? told : plan.map(MultiplyAccumulates::of).orElse(told);
    }

    private static MultiplyAccumulates of(Graph graph, OpCatalog catalog) {
        return of(graph, catalog, new Macs(graph, catalog));
    }

    private static MultiplyAccumulates of(Graph graph, OpCatalog catalog, Macs macs) {
        long count = 0;
        int counted = 0;
        int unknown = 0;
        for (Node node : graph.nodes()) {
            boolean multiplies =
                    switch (catalog.role(node)) {
                        case CONVOLUTION,
                                TRANSPOSED_CONVOLUTION,
                                LINEAR,
                                MATRIX_PRODUCT,
                                QUANTIZED_LAYER ->
                                true;
                        default -> false;
                    };
            long own = macs.of(node);
            if (multiplies && own == 0) {
                unknown++;
            } else if (own > 0) {
                count = plus(count, own);
                counted++;
            }
        }
        for (NestedBody body : NestedBody.of(graph, catalog, macs)) {
            MultiplyAccumulates inside =
                    of(body.graph(), catalog, new Macs(body.graph(), catalog, body.sample()));
            count = plus(count, body.allRounds(inside.count));
            counted += inside.counted;
            unknown += inside.unknown;
        }
        return new MultiplyAccumulates(count, counted, unknown);
    }

    private static MultiplyAccumulates of(StoredPlan plan) {
        List<Long> known =
                plan.nodes().stream()
                        .map(StoredPlan.NodeEntry::multiplyAccumulates)
                        .filter(count -> count > 0)
                        .toList();
        return new MultiplyAccumulates(
                known.stream().reduce(0L, MultiplyAccumulates::plus),
                known.size(),
                plan.layersOfUnknownWork());
    }

    /** Loops in loops reach the largest number, and stay there. */
    private static long plus(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
