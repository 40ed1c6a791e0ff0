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
package io.github.djlquant.onnx.cross;

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.MissingRows;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes an ONNX graph of a TorchScript one, operator by operator.
 *
 * <pre>
 *   %s = aten::size&lt;dim=0&gt;(%x)                 %y = Reshape(%x, [0, -1])
 *   %l = prim::ListConstruct(%s, -1)
 *   %y = aten::view(%x, %l)            =&gt;
 *   %z = aten::linear(%y, %w, %b)              %z = Gemm&lt;transB=1&gt;(%y, %w, %b)
 * </pre>
 *
 * TorchScript's numbers, lists and None become attributes and constants where they are known, and
 * int64 vectors where the input decides them, so that open extents stay open. Branches and loops
 * that the input does not touch disappear.
 */
public final class CrossFromAten {

    /** The operator set written: norms of layers are operators from here on. */
    static final long OPSET = 17;

    /** What is learnt of the inputs' ranks may tell more; it ends soon. */
    private static final int MOST_ROUNDS = 4;

    private CrossFromAten() {}

    /**
     * Crosses.
     *
     * @param source a legal graph of the dialect {@code aten}
     * @return a graph of ONNX operators with the same inputs and outputs; inputs whose rank shows
     *     in how they are used have it
     * @throws UnsupportedModelException if operators have no row, all of which are listed, or rows
     *     have no exact form for what nodes say, with the reasons
     */
    public static Graph cross(Graph source) {
        Graph current = source;
        for (int round = 0; ; round++) {
            Crossing crossing = new Crossing(current);
            Graph crossed = crossing.run();
            List<Value> learnt = learnt(current.inputs(), crossing.store().ranks());
            if (learnt.equals(current.inputs()) || round == MOST_ROUNDS) {
                requireCrossed(source, crossing);
                return crossed;
            }
            current = withInputs(current, learnt);
        }
    }

    private static void requireCrossed(Graph source, Crossing crossing) {
        Set<Node> missing = crossing.missing();
        if (!missing.isEmpty()) {
            MissingRows.refuse(source, node -> !missing.contains(node), "ONNX");
        }
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        crossing.refused()
                .forEach(
                        (place, reason) ->
                                byReason.computeIfAbsent(reason, k -> new ArrayList<>())
                                        .add(place));
        if (!byReason.isEmpty()) {
            throw new UnsupportedModelException(
                    Problem.of("operators of this model have no exact form in ONNX")
                            .in(source.name().isEmpty() ? null : source.name())
                            .actual(
                                    byReason.entrySet().stream()
                                            .map(CrossFromAten::text)
                                            .collect(Collectors.joining("; ")))
                            .next("Keep the source's format, or replace these operators"));
        }
    }

    private static String text(Map.Entry<String, List<String>> entry) {
        List<String> places = entry.getValue();
        String more = places.size() == 1 ? "" : " and " + (places.size() - 1) + " more";
        return places.get(0) + more + ": " + entry.getKey();
    }

    private static List<Value> learnt(List<Value> inputs, Map<String, Integer> ranks) {
        List<Value> learnt = new ArrayList<>();
        for (Value input : inputs) {
            boolean open =
                    input.type() instanceof ValueType.TensorType tensor && tensor.shape() == null;
            Integer rank = ranks.get(input.name());
            learnt.add(
                    open && rank != null
                            ? new Value(
                                    input.name(),
                                    new ValueType.TensorType(
                                            ((ValueType.TensorType) input.type()).dataType(),
                                            Shapes.open(rank)))
                            : input);
        }
        return learnt;
    }

    private static Graph withInputs(Graph graph, List<Value> inputs) {
        return new Graph(
                graph.name(),
                inputs,
                graph.outputs(),
                graph.nodes(),
                graph.constants(),
                graph.types(),
                graph.opsets(),
                graph.metadata(),
                graph.attachments());
    }

    /** Whether a node's operator has a row; branches and loops have one each. */
    static boolean hasRow(Node node) {
        return Crossing.TABLE.containsKey(node.op())
                || node.op().dialect().equals(OpType.PRIM)
                        && (node.op().name().equals("If") || node.op().name().equals("Loop"));
    }
}
