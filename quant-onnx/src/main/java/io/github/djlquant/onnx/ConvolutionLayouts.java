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
package io.github.djlquant.onnx;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which values are float feature maps {@code [N, C, H, W]}, as far as the operators alone tell:
 * files need not declare the shapes of inner values.
 */
final class ConvolutionLayouts {

    private static final Set<String> KEEPS_CHANNELS =
            Set.of(
                    "Relu",
                    "Clip",
                    "LeakyRelu",
                    "PRelu",
                    "Elu",
                    "Sigmoid",
                    "Tanh",
                    "HardSigmoid",
                    "HardSwish",
                    "BatchNormalization",
                    "MaxPool",
                    "AveragePool",
                    "Identity");

    private static final Set<String> ELEMENTWISE = Set.of("Add", "Mul", "Sub");

    /** Any extents may have changed, but the rank has not. */
    private static final Set<String> KEEPS_RANK =
            Set.of("Slice", "Pad", "Transpose", "Resize", "GlobalAveragePool", "GlobalMaxPool");

    /** Stands for an extent that is not known. */
    static final long UNKNOWN = -1;

    private final Map<String, FeatureMap> known = new HashMap<>();

    /**
     * A float value of rank 4.
     *
     * @param batchOf a value with the same extent along axis 0; two feature maps with the same one
     *     can be concatenated along axis 1 once their planes are of the same size
     * @param channels the extent of axis 1, or {@link #UNKNOWN}
     */
    record FeatureMap(String batchOf, long channels) {}

    ConvolutionLayouts(Graph graph) {
        graph.nodes().forEach(node -> layout(graph, node).ifPresent(map -> put(node, map)));
    }

    Optional<FeatureMap> of(String value) {
        return Optional.ofNullable(known.get(value));
    }

    private void put(Node node, FeatureMap map) {
        known.put(node.output(), map);
    }

    private Optional<FeatureMap> layout(Graph graph, Node node) {
        if (!node.op().dialect().equals(OpType.ONNX) || node.outputs().isEmpty()) {
            return Optional.empty();
        }
        String op = node.op().name();
        if (op.equals("Conv")) {
            return graph.constant(node.input(1))
                    .filter(weight -> weight.dataType() == DataType.FLOAT)
                    .map(Tensor::shape)
                    .filter(shape -> shape.rank() == 4)
                    .map(shape -> new FeatureMap(batchOf(node.input(0)), shape.size(0)));
        }
        if (KEEPS_CHANNELS.contains(op)) {
            return of(node.input(0));
        }
        if (KEEPS_RANK.contains(op)) {
            return of(node.input(0)).map(map -> new FeatureMap(node.output(), UNKNOWN));
        }
        if (ELEMENTWISE.contains(op)) {
            return elementwise(graph, node);
        }
        return Optional.empty();
    }

    private Optional<FeatureMap> elementwise(Graph graph, Node node) {
        List<String> operands =
                node.inputs().stream().filter(i -> graph.constant(i).isEmpty()).toList();
        if (operands.size() < 2) {
            return Optional.empty();
        }
        FeatureMap first = known.get(operands.get(0));
        FeatureMap second = known.get(operands.get(1));
        if (first != null && first.equals(second)) {
            return Optional.of(first);
        }
        return first == null || second == null
                ? Optional.empty()
                : Optional.of(new FeatureMap(node.output(), broadcast(first, second)));
    }

    /** A known extent above 1 is that of the result: the other operand has the same or 1. */
    private static long broadcast(FeatureMap first, FeatureMap second) {
        long larger = Math.max(first.channels(), second.channels());
        return larger > 1 || first.channels() == second.channels() ? larger : UNKNOWN;
    }

    private String batchOf(String value) {
        FeatureMap map = known.get(value);
        return map == null ? value : map.batchOf();
    }
}
