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
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
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
                    "Identity");

    private static final Set<String> POOLS = Set.of("MaxPool", "AveragePool");

    private static final Set<String> ELEMENTWISE = Set.of("Add", "Mul", "Sub");

    /** Any extents may have changed, but the rank has not. */
    private static final Set<String> KEEPS_RANK = Set.of("Slice", "Pad", "Transpose", "Resize");

    private static final Set<String> GLOBAL_POOLS = Set.of("GlobalAveragePool", "GlobalMaxPool");

    private final Map<String, FeatureMap> known = new HashMap<>();

    /**
     * A float value of rank 4.
     *
     * @param batchOf a value with the same extent along axis 0
     * @param channels the extent of axis 1, or {@link PlaneSize#UNKNOWN}
     * @param plane the extents of the axes 2 and 3
     * @param poolable whether the runtime has it in its blocked layout, or brings it there for the
     *     next convolution anyway
     */
    record FeatureMap(String batchOf, long channels, PlaneSize plane, boolean poolable) {

        private FeatureMap notPoolable() {
            return new FeatureMap(batchOf, channels, plane, false);
        }
    }

    ConvolutionLayouts(Graph graph) {
        graph.nodes().forEach(node -> layout(graph, node).ifPresent(map -> put(node, map)));
    }

    /** A feature map that is cheap to pool. */
    Optional<FeatureMap> of(String value) {
        return sized(value).filter(FeatureMap::poolable);
    }

    /** Any feature map. */
    Optional<FeatureMap> sized(String value) {
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
                    .map(shape -> convolved(graph, node, shape));
        }
        if (KEEPS_CHANNELS.contains(op)) {
            return sized(node.input(0));
        }
        if (POOLS.contains(op)) {
            return sized(node.input(0)).map(map -> pooled(node, map));
        }
        if (GLOBAL_POOLS.contains(op)) {
            return sized(node.input(0))
                    .map(
                            map ->
                                    new FeatureMap(
                                            map.batchOf(), map.channels(), PlaneSize.POINT, true));
        }
        if (KEEPS_RANK.contains(op)) {
            return sized(node.input(0))
                    .map(
                            map ->
                                    new FeatureMap(
                                            node.output(),
                                            PlaneSize.UNKNOWN,
                                            PlaneSize.NONE,
                                            true));
        }
        if (ELEMENTWISE.contains(op)) {
            return elementwise(graph, node);
        }
        return Optional.empty();
    }

    private Optional<FeatureMap> elementwise(Graph graph, Node node) {
        List<String> operands =
                node.inputs().stream().filter(i -> graph.constant(i).isEmpty()).toList();
        if (operands.size() == 1 && node.inputs().stream().anyMatch(i -> isScalar(graph, i))) {
            return sized(operands.get(0)).map(FeatureMap::notPoolable);
        }
        if (operands.size() < 2) {
            return Optional.empty();
        }
        FeatureMap first = known.get(operands.get(0));
        FeatureMap second = known.get(operands.get(1));
        if (first == null || second == null) {
            return Optional.empty();
        }
        boolean sameBatch = first.batchOf().equals(second.batchOf());
        return Optional.of(
                new FeatureMap(
                        sameBatch ? first.batchOf() : node.output(),
                        PlaneSize.broadcast(first.channels(), second.channels()),
                        first.plane().broadcast(second.plane()),
                        first.poolable() && second.poolable()));
    }

    private static boolean isScalar(Graph graph, String value) {
        return graph.constant(value)
                .filter(constant -> constant.elementCount() == 1 && constant.shape().rank() <= 4)
                .isPresent();
    }

    private FeatureMap convolved(Graph graph, Node node, Shape weight) {
        String input = node.input(0);
        FeatureMap map = known.get(input);
        PlaneSize plane = map == null ? declared(graph, input) : map.plane();
        return new FeatureMap(
                map == null ? input : map.batchOf(),
                weight.size(0),
                plane.windowed(node, List.of(weight.size(2), weight.size(3))),
                true);
    }

    private static FeatureMap pooled(Node node, FeatureMap map) {
        PlaneSize plane = map.plane().windowed(node, node.intsAttribute("kernel_shape"));
        return new FeatureMap(map.batchOf(), map.channels(), plane, map.poolable());
    }

    /** Only what the inputs declare is binding: the runtime refuses anything else. */
    private static PlaneSize declared(Graph graph, String value) {
        return graph.shape(value)
                .filter(shape -> graph.isInput(value))
                .filter(shape -> shape.rank() == 4)
                .map(shape -> new PlaneSize(fixed(shape, 2), fixed(shape, 3)))
                .orElse(PlaneSize.NONE);
    }

    private static long fixed(Shape shape, int axis) {
        return shape.dimensions().get(axis) instanceof Dimension.Fixed extent
                ? extent.size()
                : PlaneSize.UNKNOWN;
    }
}
