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
package io.github.djlquant.pytorch.transform;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import java.util.Optional;
import java.util.Set;

/** Numbers of axes, as far as types and the operators that make a value tell them. */
final class Ranks {

    static final int UNKNOWN = -1;

    private static final int DEEPEST = 16;

    private static final Set<String> KEEPS =
            Set.of("clone", "contiguous", "dropout", "relu", "slice", "transpose");

    private static final Set<String> DROPS_ONE = Set.of("select", "unbind");
    private static final Set<String> CUTS =
            Set.of("chunk", "split", "split_with_sizes", "tensor_split");

    private final Graph graph;

    Ranks(Graph graph) {
        this.graph = graph;
    }

    /** The number of axes of a value, {@link #UNKNOWN} if nothing tells it. */
    int of(String value) {
        return of(value, DEEPEST);
    }

    private int of(String value, int depth) {
        if (graph.constant(value).isPresent()) {
            return graph.constant(value).get().shape().rank();
        }
        Optional<Shape> shape = graph.shape(value);
        if (shape.isPresent()) {
            return shape.get().rank();
        }
        return graph.producer(value)
                .filter(node -> depth > 0)
                .map(node -> made(node, depth - 1))
                .orElse(UNKNOWN);
    }

    private int made(Node node, int depth) {
        String name = node.op().name();
        if (node.op().equals(new OpType(OpType.PRIM, "ListUnpack"))) {
            return graph.producer(node.input(0)).map(n -> made(n, depth)).orElse(UNKNOWN);
        }
        if (!node.op().dialect().equals(OpType.ATEN)) {
            return UNKNOWN;
        }
        return switch (name) {
            case "view", "expand" -> listed(node, "size");
            case "reshape" -> listed(node, "shape");
            case "permute" -> listed(node, "dims");
            default -> {
                if (KEEPS.contains(name) || CUTS.contains(name)) {
                    yield of(node.input(0), depth);
                }
                int read = DROPS_ONE.contains(name) ? of(node.input(0), depth) : UNKNOWN;
                yield read > 0 ? read - 1 : UNKNOWN;
            }
        };
    }

    /** The length of a list argument, written as numbers or made by a node. */
    private int listed(Node node, String argument) {
        if (!node.hasInput(1)) {
            return node.attributes().get(argument) instanceof Attribute.IntsAttribute list
                    ? list.values().size()
                    : UNKNOWN;
        }
        return graph.producer(node.input(1))
                .filter(n -> n.op().equals(new OpType(OpType.PRIM, "ListConstruct")))
                .map(n -> n.inputs().size())
                .orElse(UNKNOWN);
    }
}
