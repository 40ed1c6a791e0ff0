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
package io.github.djlquant.pytorch.op;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;

/**
 * What of {@code aten::embedding_bag} libtorch's kernel over bytes computes: sums of whole rows.
 */
public final class EmbeddingBag {

    private EmbeddingBag() {}

    /**
     * Tells whether a node sums up rows, without weights or padding, and yields nothing else that
     * is read. (The kernel over bytes sums whatever mode it is given.)
     *
     * @param graph its graph
     * @param node a node of {@code aten::embedding_bag}
     * @return true if so
     */
    public static boolean isPlainSum(Graph graph, Node node) {
        LiteralArguments literals = LiteralArguments.of(node);
        boolean sum = literals.integer("mode", 0).filter(mode -> mode == 0).isPresent();
        return sum
                // Any number is a row, -1 the last one.
                && literals.isNone("padding_idx")
                && literals.isNone("per_sample_weights")
                && node.hasInput(2)
                && node.outputs().stream()
                        .skip(1)
                        .allMatch(o -> graph.consumers(o).isEmpty() && !graph.isOutput(o));
    }
}
