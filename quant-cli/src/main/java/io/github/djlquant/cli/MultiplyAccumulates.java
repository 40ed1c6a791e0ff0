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

/**
 * The multiply-accumulates of one sample, as far as the file tells the shapes.
 *
 * @param count the sum over all layers whose shapes are known
 * @param counted layers in the sum
 * @param unknown convolutions and matrix products whose shapes are not known
 */
record MultiplyAccumulates(long count, int counted, int unknown) {

    static MultiplyAccumulates of(Graph graph, OpCatalog catalog) {
        Macs macs = new Macs(graph, catalog);
        long count = 0;
        int counted = 0;
        int unknown = 0;
        for (Node node : graph.nodes()) {
            boolean multiplies =
                    switch (catalog.role(node)) {
                        case CONVOLUTION, TRANSPOSED_CONVOLUTION, LINEAR, MATRIX_PRODUCT -> true;
                        default -> false;
                    };
            long own = macs.of(node);
            if (multiplies && own == 0) {
                unknown++;
            } else if (own > 0) {
                count = Math.addExact(count, own);
                counted++;
            }
        }
        return new MultiplyAccumulates(count, counted, unknown);
    }
}
