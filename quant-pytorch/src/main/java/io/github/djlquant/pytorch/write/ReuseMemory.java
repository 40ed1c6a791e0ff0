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
package io.github.djlquant.pytorch.write;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.FreeValues;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.lower.PackedWeights;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lets elementwise operators write into an operand that nothing reads any more, which saves the
 * allocation and a pass through the cache.
 *
 * <pre>
 * a = ops.quantized.linear_dynamic(x, w)      a = ops.quantized.linear_dynamic(x, w)
 * b = torch.gelu(a)                      =    b = torch.gelu_(a)
 * c = torch.mul(b, 0.5)                       c = torch.mul_(b, 0.5)
 * </pre>
 *
 * <p>An operand is written into only if all of this is certain:
 *
 * <ul>
 *   <li>its memory is its own: an operator made it that always allocates, so it is no input, no
 *       constant and no view of one;
 *   <li>the statement is the last that reads it or anything that may be a view of it, and none of
 *       these is an output or read inside a body;
 *   <li>the result has its type and extents: float32, with one operand or with a constant of one
 *       number or one number per channel. TorchScript tells no extents, so a sum of two values that
 *       are computed stays as it is.
 * </ul>
 */
final class ReuseMemory {

    private static final Set<String> ONE_OPERAND =
            Set.of("gelu", "relu", "sigmoid", "tanh", "silu", "hardswish");
    private static final Set<String> WITH_CONSTANT = Set.of("add", "sub", "mul", "div");

    /** What always makes new memory, of its first operand's type. */
    private static final Set<String> OF_OPERANDS_TYPE =
            Set.of("matmul", "bmm", "mm", "linear", "layer_norm");

    /** What always makes new memory too, of a type that it is told. */
    private static final Set<String> OF_ANY_TYPE = Set.of("softmax", "quantize_per_tensor", "cat");

    /** What makes new floats out of integers. */
    private static final Set<String> DYNAMIC_LAYERS =
            Set.of("linear_dynamic", "linear_relu_dynamic");

    /** What hands on memory, or a part of it. */
    private static final Set<String> VIEWS =
            Set.of(
                    "permute",
                    "transpose",
                    "reshape",
                    "view",
                    "contiguous",
                    "unsqueeze",
                    "squeeze",
                    "flatten",
                    "select",
                    "slice",
                    "split_with_sizes",
                    "chunk");

    /** What reads extents alone. */
    private static final Set<String> EXTENTS = Set.of("size", "dim", "numel");

    private static final int NEVER = Integer.MAX_VALUE;

    private final Graph graph;
    private final List<Node> nodes;
    private final Map<String, Node> producers = new HashMap<>();

    /** The last statement that reads a value's memory, by whatever name. */
    private final Map<String, Integer> lastReads = new HashMap<>();

    private final Set<String> floats = new HashSet<>();

    /** The extent of a value's last axis. */
    private final Map<String, Long> channels = new HashMap<>();

    private ReuseMemory(Graph graph, List<Node> nodes) {
        this.graph = graph;
        this.nodes = nodes;
        graph.outputs().forEach(output -> lastReads.put(output.name(), NEVER));
        for (int place = nodes.size() - 1; place >= 0; place--) {
            int last = lastRead(nodes.get(place), place);
            FreeValues.of(nodes.get(place))
                    .forEach(value -> lastReads.merge(value, last, Math::max));
        }
        for (Node node : nodes) {
            node.outputs().forEach(output -> producers.put(output, node));
            learn(node);
        }
    }

    /** The last statement that reads what a statement reads, as far as its results tell. */
    private int lastRead(Node reader, int place) {
        if (!reader.bodies().isEmpty()) {
            return NEVER;
        }
        if (allocates(reader) || is(reader, OF_ANY_TYPE) || is(reader, EXTENTS)) {
            return place;
        }
        return reader.outputs().stream()
                .mapToInt(output -> lastReads.getOrDefault(output, place))
                .reduce(place, Math::max);
    }

    private void learn(Node node) {
        if (node.outputs().size() == 1 && isDynamicLayer(node)) {
            floats.add(node.output());
            graph.producer(node.input(1))
                    .flatMap(pack -> PackedWeights.of(graph, pack))
                    .ifPresent(p -> channels.put(node.output(), p.weight().shape().size(0)));
        } else if (node.hasInput(0) && floats.contains(node.input(0))) {
            boolean elementwise =
                    is(node, ONE_OPERAND) || is(node, WITH_CONSTANT) && fits(node, node.input(0));
            if (elementwise || is(node, OF_OPERANDS_TYPE) || is(node, VIEWS)) {
                floats.addAll(node.outputs());
            }
            if (elementwise && channels.containsKey(node.input(0))) {
                channels.put(node.output(), channels.get(node.input(0)));
            }
        }
    }

    /**
     * Rewrites statements.
     *
     * @param graph the graph, for constants, outputs and weights
     * @param nodes its nodes in the order in which they run
     * @return as many nodes in the same order
     */
    static List<Node> apply(Graph graph, List<Node> nodes) {
        ReuseMemory reuse = new ReuseMemory(graph, nodes);
        List<Node> written = new ArrayList<>(nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            written.add(reuse.dies(i) ? node.withOp(aten(node.op().name() + "_")) : node);
        }
        return written;
    }

    private boolean dies(int place) {
        Node node = nodes.get(place);
        if (!is(node, ONE_OPERAND) && !is(node, WITH_CONSTANT) || !node.hasInput(0)) {
            return false;
        }
        String operand = node.input(0);
        Node producer = producers.get(operand);
        return producer != null
                && allocates(producer)
                && lastReads.get(operand) == place
                && floats.contains(operand)
                && (is(node, ONE_OPERAND) || fits(node, operand));
    }

    private static boolean allocates(Node node) {
        return is(node, ONE_OPERAND)
                || is(node, WITH_CONSTANT)
                || is(node, OF_OPERANDS_TYPE)
                || isDynamicLayer(node);
    }

    /** Whether an operand can take the result of a step with a constant. */
    private boolean fits(Node node, String operand) {
        List<Argument> positional = Call.of(node).positional();
        if (positional.size() < 2) {
            return false;
        }
        if (positional.get(1) instanceof Argument.Literal literal) {
            return literal.attribute() instanceof Attribute.DoubleAttribute
                    || literal.attribute() instanceof Attribute.IntAttribute;
        }
        Tensor constant =
                positional.get(1) instanceof Argument.Of of
                        ? graph.constant(of.value()).orElse(null)
                        : null;
        if (constant == null || constant.dataType() != DataType.FLOAT) {
            return false;
        }
        return constant.shape().rank() == 0
                || constant.shape().rank() == 1
                        && constant.shape().size(0) == channels.getOrDefault(operand, -1L);
    }

    private static boolean isDynamicLayer(Node node) {
        return node.op().dialect().equals("quantized") && DYNAMIC_LAYERS.contains(node.op().name());
    }

    private static boolean is(Node node, Set<String> operators) {
        return node.op().dialect().equals(OpType.ATEN) && operators.contains(node.op().name());
    }

    private static OpType aten(String name) {
        return new OpType(OpType.ATEN, name);
    }
}
