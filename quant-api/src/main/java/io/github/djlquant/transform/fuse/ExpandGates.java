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
package io.github.djlquant.transform.fuse;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.transform.NodeRewrite;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes hard sigmoid and hard swish between integer layers with operators that have integer
 * kernels.
 *
 * <pre>
 *    conv                  conv                       conv
 *    |                     |                          |
 *    hard sigmoid   =&gt;     clamp to [-b/a, (1-b)/a]   |        for hard swish =&gt;  clamp to [-b/a, ..)
 *    |                     |                                                      |             |
 *                          times a                                                times a       |
 *                          |                                                      |             |
 *                          plus b                                                 plus b        |
 *                          |                                                      |             |
 *                                                                                 clamp to [0, 1]
 *                                                                                 |             |
 *                                                                                 times --------+
 * </pre>
 *
 * <p>with {@code g(x) = min(max(a x + b, 0), 1)}. Of this only a sum with one number, and for hard
 * swish a product, remain on integers: the clamps are the ends of quantized ranges, and a factor is
 * another scale for the same integers. Below {@code -b/a} the function is 0, so that no step of the
 * layer's range is spent there. Where no integer layer reads the result, the operator stays.
 */
public final class ExpandGates extends NodeRewrite {

    /** From this opset on the limits of a clamp are inputs. */
    private static final long CLAMPS_BY_INPUTS_SINCE = 11;

    /** Creates the transform; called by ServiceLoader. */
    public ExpandGates() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    @Override
    public int order() {
        return 200;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.recipe().method() == Method.STATIC;
    }

    @Override
    protected Outcome rewrite(Graph graph, Node node, TransformContext context) {
        Optional<OpSpec.Gate> gate = context.catalog().spec(node).gate().apply(graph, node);
        if (gate.isEmpty()) {
            return Outcome.unconcerned();
        }
        return obstacle(graph, context, node)
                .<Outcome>map(Outcome.Left::new)
                .orElseGet(
                        () ->
                                new Outcome.Rewritten(
                                        expand(graph.edit(), node, gate.get()),
                                        "written as a sum between clamps"));
    }

    private static Optional<String> obstacle(Graph graph, TransformContext context, Node node) {
        if (graph.opsets().getOrDefault(OpType.ONNX, Long.MAX_VALUE) < CLAMPS_BY_INPUTS_SINCE) {
            return Optional.of("clamps of this opset have no inputs");
        }
        String read = node.input(0);
        boolean alone = graph.consumers(read).size() == 1 && !graph.isOutput(read);
        if (!alone || graph.producer(read).filter(p -> isLayer(graph, context, p)).isEmpty()) {
            return Optional.of("no integer convolution makes its input for it alone");
        }
        return reachesLayer(graph, context, node.output(), new HashSet<>())
                ? Optional.empty()
                : Optional.of("no integer layer reads its result");
    }

    private static boolean isLayer(Graph graph, TransformContext context, Node node) {
        return context.catalog().role(node) == Role.CONVOLUTION
                && context.recipe().scope().holds(node.name(), node.op().name())
                && context.catalog()
                        .spec(node)
                        .input(node, Port.WEIGHT)
                        .flatMap(graph::constant)
                        .isPresent();
    }

    /** True if integers find their way from a value to a layer. */
    private static boolean reachesLayer(
            Graph graph, TransformContext context, String value, Set<String> seen) {
        if (!seen.add(value)) {
            return false;
        }
        for (Node reader : graph.consumers(value)) {
            boolean found =
                    switch (context.catalog().role(reader)) {
                        case CONVOLUTION -> isLayer(graph, context, reader);
                        case LINEAR -> true;
                        case ADD, MULTIPLY, CONCAT, AVERAGE_POOLING, RANGE_PRESERVING, PAD ->
                                reader.outputs().stream()
                                        .anyMatch(o -> reachesLayer(graph, context, o, seen));
                        default -> false;
                    };
            if (found) {
                return true;
            }
        }
        return false;
    }

    private static Graph expand(GraphEditor editor, Node node, OpSpec.Gate gate) {
        double low = -gate.offset() / gate.slope();
        double high = gate.timesInput() ? 0 : (1 - gate.offset()) / gate.slope();
        String limited =
                gate.timesInput()
                        ? made(editor, node, "Clip", "limited", node.input(0), number(editor, low))
                        : made(
                                editor,
                                node,
                                "Clip",
                                "limited",
                                node.input(0),
                                number(editor, low),
                                number(editor, high));
        String slope = made(editor, node, "Mul", "slope", limited, number(editor, gate.slope()));
        String offset = number(editor, gate.offset());
        if (!gate.timesInput()) {
            return editor.put(node(node, "Add", slope, offset)).build();
        }
        String line = made(editor, node, "Add", "line", slope, offset);
        String share =
                made(editor, node, "Clip", "gate", line, number(editor, 0), number(editor, 1));
        return editor.put(node(node, "Mul", limited, share)).build();
    }

    private static String made(
            GraphEditor editor, Node node, String op, String what, String... inputs) {
        String output = editor.freshName(node.output() + "_" + what);
        editor.put(
                new Node(
                        editor.freshName(node.name() + "/" + what),
                        OpType.onnx(op),
                        List.of(inputs),
                        List.of(output),
                        Map.<String, Attribute>of()));
        return output;
    }

    private static Node node(Node old, String op, String... inputs) {
        return new Node(old.name(), OpType.onnx(op), List.of(inputs), old.outputs(), Map.of());
    }

    private static String number(GraphEditor editor, double value) {
        return editor.newConstant("gate_" + (float) value, Tensor.ofFloat((float) value));
    }
}
