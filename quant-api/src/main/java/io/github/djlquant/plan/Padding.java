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
package io.github.djlquant.plan;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import java.util.Optional;

/** What padding fills in. */
public final class Padding {

    private Padding() {}

    /**
     * Tells whether a padding node fills in zeros, which every scheme represents exactly, or copies
     * of the input's elements.
     *
     * @param graph its graph
     * @param spec its operator
     * @param node a node that pads
     * @return 0 if so; empty if it fills in another or a computed value
     */
    public static Optional<Double> fill(Graph graph, OpSpec spec, Node node) {
        if (!node.stringAttribute("mode", "constant").equals("constant")) {
            return Optional.of(0.0);
        }
        Optional<String> fill = spec.input(node, Port.FILL);
        if (fill.isEmpty()) {
            boolean zero =
                    !(node.attributes().get("value") instanceof Attribute.FloatAttribute a)
                            || a.value() == 0;
            return zero ? Optional.of(0.0) : Optional.empty();
        }
        return graph.constant(fill.get())
                .filter(t -> t.dataType() == DataType.FLOAT && t.elementCount() == 1)
                .map(Tensor::toFloats)
                .filter(values -> values[0] == 0)
                .map(values -> 0.0);
    }
}
