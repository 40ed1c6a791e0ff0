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
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.TypeCodes;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An attention around a softmax: its operands, and the nodes that compute it step by step, the last
 * one at the end.
 *
 * @param query what the scores compare with the key
 * @param key before its last two axes are exchanged
 * @param value what the softmax weighs
 * @param mask what is added to the scores, empty if nothing is
 * @param scale the factor of the scores
 * @param nodes the nodes, in order
 * @param obstacle why there is no such attention, empty if there is one
 */
record AttentionMatch(
        String query,
        String key,
        String value,
        String mask,
        double scale,
        List<Node> nodes,
        String obstacle) {

    private static final int RANK = 4;

    static AttentionMatch around(Node softmax, Graph graph) {
        return new Search(graph).around(softmax);
    }

    private static AttentionMatch none(String obstacle) {
        return new AttentionMatch("", "", "", "", 1, List.of(), obstacle);
    }

    /** Walks from the softmax to the second product, then back to the first. */
    private static final class Search {
        private static final Set<String> KEEPS_TYPE =
                Set.of("add", "expand", "mul", "rsub", "slice", "sub", "unsqueeze");

        private static final Argument FLOAT_CODE =
                Argument.literal(TypeCodes.of(DataType.FLOAT).orElseThrow());

        private static final int DEEPEST = 8;

        private final Graph graph;
        private final Ranks ranks;

        Search(Graph graph) {
            this.graph = graph;
            this.ranks = new Ranks(graph);
        }

        AttentionMatch around(Node softmax) {
            Optional<Node> second = onlyReader(softmax);
            if (second.filter(n -> isAten(n, "matmul")).isEmpty()
                    || !second.get().input(0).equals(softmax.output())
                    || !second.get().hasInput(1)) {
                return none("its result goes elsewhere than into one product as the first operand");
            }
            if (Call.of(softmax).has("dtype")) {
                return none("it converts the scores");
            }
            Optional<Node> inner = inner(softmax.input(0));
            Optional<Node> sum = inner.filter(n -> isAten(n, "add"));
            if (sum.isPresent()) {
                if (!isPlainSum(sum.get())) {
                    return none("what is added to the scores is not known to be a float mask");
                }
                inner = inner(sum.get().input(0));
            }
            Optional<Node> scaling = inner.filter(n -> isAten(n, "mul") || isAten(n, "div"));
            double scale = 1;
            if (scaling.isPresent()) {
                scale = scale(scaling.get()).orElse(Double.NaN);
                if (!Double.isFinite(scale)) {
                    return none("the factor of the scores is not one constant number");
                }
                inner = inner(scaling.get().input(0));
            }
            Optional<Node> first = inner.filter(n -> isAten(n, "matmul") && n.hasInput(1));
            if (first.isEmpty()) {
                return none("no product that is read by nothing else makes the scores");
            }
            Optional<Node> turned = inner(first.get().input(1)).filter(this::turnsLastTwo);
            if (turned.isEmpty()) {
                return none("no exchange of the key's last two axes, read by nothing else");
            }
            AttentionMatch match =
                    new AttentionMatch(
                            first.get().input(0),
                            turned.get().input(0),
                            second.get().input(1),
                            sum.map(n -> n.input(1)).orElse(""),
                            scale,
                            Stream.of(turned, first, scaling, sum, Optional.of(softmax), second)
                                    .flatMap(Optional::stream)
                                    .toList(),
                            "");
            String obstacle = obstacle(match, softmax.intAttribute("dim", 0));
            return obstacle.isEmpty() ? match : none(obstacle);
        }

        private String obstacle(AttentionMatch match, long axis) {
            if (Stream.of(match.query(), match.key(), match.value())
                    .anyMatch(operand -> ranks.of(operand) != RANK)) {
                return "query, key and value are not known to have four axes";
            }
            if (axis != -1 && axis != RANK - 1) {
                return "it is not taken over the last axis";
            }
            if (!match.mask().isEmpty() && ranks.of(match.mask()) > RANK) {
                return "the mask has more axes than the scores";
            }
            Set<String> made = new HashSet<>();
            match.nodes().forEach(node -> made.addAll(node.outputs()));
            return Stream.of(match.query(), match.key(), match.value(), match.mask())
                            .anyMatch(made::contains)
                    ? "an operand is a step of the attention itself"
                    : "";
        }

        private static boolean isAten(Node node, String name) {
            return node.op().equals(new OpType(OpType.ATEN, name));
        }

        /** The node that makes a value for one reader alone. */
        private Optional<Node> inner(String value) {
            return graph.producer(value).filter(node -> onlyReader(node).isPresent());
        }

        private Optional<Node> onlyReader(Node node) {
            List<Node> readers = graph.consumers(node.output());
            return node.outputs().size() == 1
                            && !graph.isOutput(node.output())
                            && readers.size() == 1
                            && !readers.get(0).op().dialect().equals(OpType.PRIM)
                    ? Optional.of(readers.get(0))
                    : Optional.empty();
        }

        /** A mask of another type would be converted by the sum, but not by the operator. */
        private boolean isPlainSum(Node sum) {
            return sum.hasInput(1) && !Call.of(sum).has("alpha") && isFloat(sum.input(1), DEEPEST);
        }

        /** Known to be float, or computed by arithmetic from what was converted to float. */
        private boolean isFloat(String value, int depth) {
            if (graph.constant(value).isPresent()) {
                return graph.constant(value).get().dataType() == DataType.FLOAT;
            }
            if (graph.type(value) instanceof ValueType.TensorType type && type.dataType() != null) {
                return type.dataType() == DataType.FLOAT;
            }
            Optional<Node> made = graph.producer(value);
            if (made.isEmpty() || depth == 0) {
                return false;
            }
            if (isAten(made.get(), "to")) {
                return Call.of(made.get()).positional().size() > 1
                        && Call.of(made.get()).positional().get(1).equals(FLOAT_CODE);
            }
            return made.get().op().dialect().equals(OpType.ATEN)
                    && KEEPS_TYPE.contains(made.get().op().name())
                    && isFloat(made.get().input(0), depth - 1);
        }

        private boolean turnsLastTwo(Node node) {
            return isAten(node, "transpose")
                    && node.attributes().get("dim0") instanceof Attribute.IntAttribute first
                    && node.attributes().get("dim1") instanceof Attribute.IntAttribute second
                    && Set.of(fromEnd(first.value()), fromEnd(second.value()))
                            .equals(Set.of(-1L, -2L));
        }

        private static long fromEnd(long axis) {
            return axis < 0 ? axis : axis - RANK;
        }

        /** The factor; empty for rounding divisions and for what is no single constant number. */
        private OptionalDouble scale(Node scaling) {
            Call call = Call.of(scaling);
            OptionalDouble number = number(scaling, call.argument("other"));
            if (call.has("rounding_mode") || number.isEmpty()) {
                return OptionalDouble.empty();
            }
            return isAten(scaling, "mul") ? number : OptionalDouble.of(1 / number.getAsDouble());
        }

        private OptionalDouble number(Node node, Argument other) {
            if (node.hasInput(1)) {
                Optional<Tensor> constant = graph.constant(node.input(1));
                return constant.filter(t -> t.elementCount() == 1 && t.shape().rank() <= 1)
                        .map(t -> OptionalDouble.of(t.toFloats()[0]))
                        .orElse(OptionalDouble.empty());
            }
            if (!(other instanceof Argument.Literal literal)) {
                return OptionalDouble.empty();
            }
            if (literal.attribute() instanceof Attribute.IntAttribute a) {
                return OptionalDouble.of(a.value());
            }
            return literal.attribute() instanceof Attribute.DoubleAttribute a
                    ? OptionalDouble.of(a.value())
                    : OptionalDouble.empty();
        }
    }
}
