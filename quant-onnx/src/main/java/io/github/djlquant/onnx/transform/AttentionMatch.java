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
package io.github.djlquant.onnx.transform;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.shape.Extent;
import io.github.djlquant.onnx.shape.ShapeInference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Attention with several heads, as exporters spell it out around a softmax.
 *
 * @param query [batch, length, heads * size]
 * @param key [batch, keys, heads * size]
 * @param value [batch, keys, heads * size of a value]
 * @param mask what is added to the scores, [batch or 1, heads or 1, length, keys]; empty if nothing
 *     is
 * @param heads the number of heads
 * @param scale the factor of the scores
 * @param last the node that makes the result, [batch, length, heads * size of a value]
 */
record AttentionMatch(
        String query, String key, String value, String mask, long heads, float scale, Node last) {

    /** Where a softmax is no part of such an attention. */
    static final class MismatchException extends Exception {
        private static final long serialVersionUID = 1L;

        MismatchException(String reason) {
            super(reason);
        }
    }

    /**
     * Looks around a softmax.
     *
     * @throws MismatchException with what is missing
     */
    static AttentionMatch around(Node softmax, Graph graph, ShapeInference shapes)
            throws MismatchException {
        return new Search(graph, shapes).around(softmax);
    }

    /** A value that was split into heads, and where it came from. */
    private record Split(String source, List<Extent> extents, long heads) {}

    /** Walks from the softmax forward to the result, then back to the scores and their operands. */
    private static final class Search {
        private static final int ROWS = 2;

        /** More nodes than compute a shape. */
        private static final int MOST_STEPS = 32;

        private static final List<Long> TO_HEADS = List.of(0L, 2L, 1L, 3L);
        private static final List<Long> TO_HEADS_TURNED = List.of(0L, 2L, 3L, 1L);

        private final Graph graph;
        private final ShapeInference shapes;

        Search(Graph graph, ShapeInference shapes) {
            this.graph = graph;
            this.shapes = shapes;
        }

        AttentionMatch around(Node softmax) throws MismatchException {
            long first = graph.opsets().getOrDefault(OpType.ONNX, 0L) < 13 ? 1 : -1;
            long axis = softmax.intAttribute("axis", first);
            require(axis == -1 || axis == 3, "it is not taken over the last of four axes");
            Node second = onlyReader(softmax, "MatMul");
            require(
                    second.input(0).equals(softmax.output()),
                    "its result is not the first operand of a product");
            Node back = onlyReader(second, "Transpose");
            require(back.intsAttribute("perm").equals(TO_HEADS), "its heads stay apart");
            Node merged = merging(back.output());

            Optional<Node> sum = inner(softmax.input(0), "Add");
            Node product = null;
            Optional<Node> factor = Optional.empty();
            String mask = "";
            List<String> candidates =
                    sum.isPresent() ? sum.get().inputs() : List.of(softmax.input(0));
            for (int i = 0; i < candidates.size() && product == null; i++) {
                String scores = candidates.get(i);
                factor = inner(scores, "Mul").or(() -> inner(scores, "Div"));
                String scaled = factor.map(this::multiplied).orElse(scores);
                product = inner(scaled, "MatMul").orElse(null);
                mask = sum.isPresent() ? sum.get().input(1 - i) : "";
            }
            require(product != null, "no product that nothing else reads makes its scores");
            float scale = factor.isPresent() ? scale(factor.get()) : 1;

            Split query = split(product.input(0), TO_HEADS);
            Split key = split(product.input(1), TO_HEADS_TURNED);
            Split value = split(second.input(1), TO_HEADS);
            require(
                    query.heads() == key.heads()
                            && query.heads() == value.heads()
                            && query.extents().get(0).equals(key.extents().get(0))
                            && query.extents().get(0).equals(value.extents().get(0))
                            && query.extents().get(2).equals(key.extents().get(2))
                            && key.extents().get(1).equals(value.extents().get(1)),
                    "query, key and value are not known to fit");
            require(
                    shapes.extents(merged.output())
                            .filter(
                                    made ->
                                            made.equals(
                                                    List.of(
                                                            query.extents().get(0),
                                                            query.extents().get(1),
                                                            value.extents().get(2))))
                            .isPresent(),
                    "its heads are not known to be put side by side");
            if (!mask.isEmpty()) {
                requireMask(mask, query, key);
            }
            return new AttentionMatch(
                    query.source(),
                    key.source(),
                    value.source(),
                    mask,
                    query.heads(),
                    scale,
                    merged);
        }

        private void requireMask(String mask, Split query, Split key) throws MismatchException {
            List<Extent> extents = floats(mask).orElse(List.of());
            require(
                    extents.size() == 4
                            && (extents.get(0).is(1)
                                    || extents.get(0).equals(query.extents().get(0)))
                            && (extents.get(1).is(1) || extents.get(1).is(query.heads()))
                            && extents.get(ROWS).fits(query.extents().get(1))
                            && extents.get(ROWS + 1).fits(key.extents().get(1)),
                    "its mask is not known to hold a number for each row and key");
        }

        /** The value whose heads stand on an axis of their own. */
        private Split split(String value, List<Long> order) throws MismatchException {
            Optional<Node> turned =
                    graph.producer(value)
                            .filter(node -> node.op().isOnnx("Transpose"))
                            .filter(node -> node.intsAttribute("perm").equals(order));
            Optional<Node> reshaped =
                    turned.flatMap(node -> graph.producer(node.input(0)))
                            .filter(node -> node.op().isOnnx("Reshape"));
            require(reshaped.isPresent(), "an operand is not split into heads");
            String source = reshaped.get().input(0);
            List<Extent> whole = floats(source).orElse(List.of());
            List<Extent> apart = shapes.extents(reshaped.get().output()).orElse(List.of());
            require(
                    whole.size() == 3
                            && apart.size() == 4
                            && whole.get(0).equals(apart.get(0))
                            && whole.get(1).equals(apart.get(1))
                            && apart.get(2).isFixed()
                            && apart.get(2).factor() > 0
                            && apart.get(2).times(apart.get(3)).equals(Optional.of(whole.get(2))),
                    "an operand is not known to be split into heads");
            return new Split(source, whole, apart.get(2).factor());
        }

        private Optional<List<Extent>> floats(String value) {
            return shapes.type(value)
                    .filter(type -> type.dataType() == DataType.FLOAT)
                    .flatMap(type -> shapes.extents(value));
        }

        /** The operand of a multiplication or division that is no constant number. */
        private String multiplied(Node factor) {
            return factor.input(factor.op().isOnnx("Mul") && number(factor.input(0)) != 0 ? 1 : 0);
        }

        private float scale(Node factor) throws MismatchException {
            boolean product = factor.op().isOnnx("Mul");
            float number = number(factor.input(multiplied(factor).equals(factor.input(1)) ? 0 : 1));
            float scale = product ? number : 1 / number;
            require(
                    scale != 0 && Float.isFinite(scale),
                    "the factor of its scores is not one constant number");
            return scale;
        }

        /** A constant number, 0 if it is none. */
        private float number(String value) {
            return graph.constant(value)
                    .filter(t -> t.dataType() == DataType.FLOAT && t.elementCount() == 1)
                    .map(Tensor::toFloats)
                    .map(floats -> floats[0])
                    .orElse(0f);
        }

        /** What makes a value that only one node reads. */
        private Optional<Node> inner(String value, String op) {
            return graph.producer(value)
                    .filter(node -> node.op().isOnnx(op))
                    .filter(node -> graph.consumers(value).size() == 1 && !graph.isOutput(value));
        }

        private Node onlyReader(Node node, String op) throws MismatchException {
            List<Node> readers = graph.consumers(node.output());
            require(
                    readers.size() == 1
                            && !graph.isOutput(node.output())
                            && readers.get(0).op().isOnnx(op),
                    "its result goes elsewhere than into one " + op);
            return readers.get(0);
        }

        /** The Reshape of a value that is read otherwise only to compute the shape wanted. */
        private Node merging(String value) throws MismatchException {
            List<Node> merging =
                    graph.consumers(value).stream()
                            .filter(node -> node.op().isOnnx("Reshape"))
                            .filter(node -> node.input(0).equals(value))
                            .toList();
            require(
                    merging.size() == 1 && !graph.isOutput(value) && leadsTo(merging.get(0), value),
                    "its heads are not put side by side by one Reshape alone");
            return merging.get(0);
        }

        /** Tells whether every way from a value, none of them long, leads to a node. */
        private boolean leadsTo(Node end, String value) {
            Deque<String> next = new ArrayDeque<>(List.of(value));
            Set<String> seen = new HashSet<>();
            while (!next.isEmpty() && seen.size() < MOST_STEPS) {
                for (Node reader : graph.consumers(next.remove())) {
                    if (reader.equals(end) || !seen.add(reader.name())) {
                        continue;
                    }
                    if (!reader.bodies().isEmpty()
                            || reader.outputs().stream().anyMatch(graph::isOutput)) {
                        return false;
                    }
                    next.addAll(reader.outputs());
                }
            }
            return next.isEmpty();
        }

        private static void require(boolean holds, String otherwise) throws MismatchException {
            if (!holds) {
                throw new MismatchException(otherwise);
            }
        }
    }
}
