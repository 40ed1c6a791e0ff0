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
package io.github.djlquant.pytorch.lower;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.TypeCodes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Follows integers through what moves them. A quantized tensor of libtorch carries its scale and
 * zero point along, where the QDQ form says them again at its end.
 *
 * <pre>
 *   x_int8 (s) -- roll -- Dequantize (s)   =&gt;   x_int8 -- dequantize -- roll -- quantize (s) -- ..
 *   x_int8 (s) -- Dequantize (2 s)         =&gt;   x_int8 -- quantized::mul 2 -- Dequantize (2 s)
 * </pre>
 *
 * The first is for operators that take no quantized tensors, the second for factors that the plan
 * put into a scale.
 */
final class FollowIntegers {

    private final Lowering values;
    private final GraphEditor editor;
    private final ContributedKernels contributed;
    private final Map<String, QuantizedValue> carried = new HashMap<>();

    private FollowIntegers(Graph graph, ContributedKernels contributed) {
        this.contributed = contributed;
        this.values = new Lowering(graph);
        this.editor = values.editor();
    }

    static Graph apply(Graph graph, ContributedKernels contributed) {
        FollowIntegers follow = new FollowIntegers(graph, contributed);
        for (Node node : graph.nodes()) {
            if (node.op().name().equals("QuantizeLinear")) {
                follow.values
                        .parameters(node, node.output())
                        .ifPresent(v -> follow.carried.put(node.output(), v));
            } else if (Lowering.isDequantize(node)) {
                follow.rescale(node);
            } else {
                follow.through(node);
            }
        }
        return follow.editor.build();
    }

    /** The integers stand for other numbers at the end than at the start. */
    private void rescale(Node node) {
        QuantizedValue start = carried.get(node.input(0));
        Optional<QuantizedValue> end = values.parameters(node, node.input(0));
        if (start == null || end.isEmpty() || start.hasParametersOf(end.get())) {
            return;
        }
        String scaled = editor.freshName(node.input(0) + "_scaled");
        OpType product = new OpType(PackedWeights.QUANTIZED, "mul");
        Argument factor = Argument.literal(end.get().scale() / start.scale());
        editor.put(
                new Call(product, List.of(Argument.of(node.input(0)), factor))
                        .node(editor.freshName(node.name() + "/mul"), List.of(scaled)));
        editor.put(node.withInput(0, scaled));
    }

    private void through(Node node) {
        Optional<QuantizedValue> moved =
                node.inputs().stream().filter(carried::containsKey).map(carried::get).findFirst();
        if (moved.isEmpty() || IntegerOperators.EXTENTS.contains(node.op().name())) {
            return;
        }
        if (IntegerOperators.takes(node.op())
                || node.op().isOnnx("Concat")
                || contributed.has(node) && contributed.lower(node, carried, moved.get(), editor)) {
            node.outputs().forEach(output -> carried.put(output, moved.get()));
            return;
        }
        if (LowerQuantized.isForeign(node)) {
            return;
        }
        Node onFloats = node;
        for (int i = 0; i < node.inputs().size(); i++) {
            if (carried.containsKey(node.input(i))) {
                onFloats =
                        onFloats.withInput(i, call(node, "dequantize", Argument.of(node.input(i))));
            }
        }
        editor.put(
                onFloats.withOutputs(
                        node.outputs().stream()
                                .map(o -> requantized(node, o, moved.get()))
                                .toList()));
    }

    private String requantized(Node node, String output, QuantizedValue parameters) {
        String floats = editor.freshName(output + "_float");
        editor.put(
                new Call(
                                new OpType(OpType.ATEN, "quantize_per_tensor"),
                                List.of(
                                        Argument.of(floats),
                                        Argument.literal(parameters.scale()),
                                        Argument.literal(parameters.zeroPoint()),
                                        Argument.literal(
                                                (long) TypeCodes.quantized(parameters.type()))))
                        .node(editor.freshName(node.name() + "/quantize"), List.of(output)));
        carried.put(output, parameters);
        return floats;
    }

    private String call(Node node, String op, Argument... arguments) {
        String made = editor.freshName(node.name() + "_" + op);
        editor.put(
                new Call(new OpType(OpType.ATEN, op), List.of(arguments))
                        .node(editor.freshName(node.name() + "/" + op), List.of(made)));
        return made;
    }
}
