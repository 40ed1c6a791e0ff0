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

import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The multiply-accumulates of one sample, as far as the file itself tells the shapes.
 *
 * @param count the sum over all nodes whose shapes are known
 * @param counted nodes in the sum
 * @param unknown convolutions and matrix products whose shapes the file does not tell
 */
record MultiplyAccumulates(long count, int counted, int unknown) {

    static MultiplyAccumulates of(Graph graph, OpCatalog catalog) {
        long count = 0;
        int counted = 0;
        int unknown = 0;
        for (Node node : graph.nodes()) {
            OpSpec spec = catalog.spec(node);
            switch (spec.role()) {
                case CONVOLUTION, TRANSPOSED_CONVOLUTION, LINEAR, MATRIX_PRODUCT -> {
                    OptionalLong macs = of(graph, node, spec);
                    if (macs.isPresent()) {
                        count += macs.getAsLong();
                        counted++;
                    } else {
                        unknown++;
                    }
                }
                default -> {}
            }
        }
        return new MultiplyAccumulates(count, counted, unknown);
    }

    /**
     * Every weight is used once for each position: of the output for a convolution, of the input
     * for a transposed one. A matrix product uses each row of its left side for each column of its
     * output.
     */
    private static OptionalLong of(Graph graph, Node node, OpSpec spec) {
        Optional<Shape> input = graph.shape(node.input(0));
        Optional<Shape> output = graph.shape(node.output());
        return switch (spec.role()) {
            case CONVOLUTION -> product(weights(graph, node, spec), positions(output));
            case TRANSPOSED_CONVOLUTION -> product(weights(graph, node, spec), positions(input));
            case LINEAR -> weights(graph, node, spec);
            default ->
                    input.isEmpty() || input.get().rank() == 0
                            ? OptionalLong.empty()
                            : product(elements(output, 0), known(input.get().size(-1)));
        };
    }

    private static OptionalLong weights(Graph graph, Node node, OpSpec spec) {
        return spec.input(node, Port.WEIGHT)
                .flatMap(graph::shape)
                .filter(Shape::isStatic)
                .map(shape -> OptionalLong.of(shape.elementCount()))
                .orElse(OptionalLong.empty());
    }

    /** The extents behind batch and channel. */
    private static OptionalLong positions(Optional<Shape> shape) {
        return elements(shape, 2);
    }

    /** The product of the extents from an axis on; a batch that is not fixed counts as one. */
    private static OptionalLong elements(Optional<Shape> shape, int from) {
        if (shape.isEmpty()) {
            return OptionalLong.empty();
        }
        long count = 1;
        for (int axis = from; axis < shape.get().rank(); axis++) {
            Dimension dimension = shape.get().dimensions().get(axis);
            if (dimension instanceof Dimension.Fixed fixed) {
                count = Math.multiplyExact(count, fixed.size());
            } else if (axis > 0) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(count);
    }

    private static OptionalLong known(long size) {
        return size < 0 ? OptionalLong.empty() : OptionalLong.of(size);
    }

    private static OptionalLong product(OptionalLong a, OptionalLong b) {
        return a.isPresent() && b.isPresent()
                ? OptionalLong.of(Math.multiplyExact(a.getAsLong(), b.getAsLong()))
                : OptionalLong.empty();
    }
}
