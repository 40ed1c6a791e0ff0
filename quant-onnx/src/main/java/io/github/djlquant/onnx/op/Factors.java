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
package io.github.djlquant.onnx.op;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.RangeRule;

/** What a product with a constant does to ranges. */
final class Factors {

    private Factors() {}

    /** One positive number times a value only changes what its integers stand for. */
    static RangeRule rule(Graph graph, Node node) {
        for (int i = 0; i < 2; i++) {
            Tensor constant = graph.constant(node.input(i)).orElse(null);
            boolean number =
                    constant != null
                            && constant.dataType() == DataType.FLOAT
                            && constant.elementCount() == 1
                            && constant.shape().rank() <= 1
                            && graph.constant(node.input(1 - i)).isEmpty();
            if (number) {
                float factor = constant.toFloats()[0];
                // Beyond, the product's scale might leave the range of normal numbers.
                return factor > 1e-6f && factor < 1e6f
                        ? new RangeRule.Scaled(factor)
                        : RangeRule.FREE;
            }
        }
        return RangeRule.FREE;
    }
}
