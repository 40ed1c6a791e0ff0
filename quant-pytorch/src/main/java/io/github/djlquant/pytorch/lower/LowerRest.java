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

import io.github.djlquant.Problem;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.PrimOps;
import io.github.djlquant.pytorch.op.TypeCodes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Writes what no kernel has taken by operators of libtorch.
 *
 * <pre>
 *   QuantizeLinear(x, s, z)          =&gt;   quantize_per_tensor(x, s, z, quint8)
 *   DequantizeLinear(x_int8, s, z)   =&gt;   dequantize(x_int8)
 *   DequantizeLinear(w_int8, s, z)   =&gt;   a constant of floats
 *   view(x, sizes)                   =&gt;   reshape(x, sizes)
 *   Mul, Add, Sub, Div               =&gt;   mul, add, sub, div
 *   Concat(a, b)                     =&gt;   cat([a, b])
 *   Clip(x, min, max)                =&gt;   clamp(x, min, max)
 * </pre>
 */
final class LowerRest {

    /** What transforms insert between floats. */
    private static final Map<String, String> PLAIN =
            Map.of("Add", "add", "Div", "div", "Mul", "mul", "Sub", "sub");

    private final Lowering values;
    private final GraphEditor editor;
    private final TreeSet<String> unknown = new TreeSet<>();

    private LowerRest(Graph graph) {
        this.values = new Lowering(graph);
        this.editor = values.editor();
    }

    static Graph lower(Graph graph) {
        LowerRest rest = new LowerRest(graph);
        for (Node node : graph.nodes()) {
            if (LowerQuantized.isForeign(node)) {
                rest.put(node);
            } else if ((Lowering.isAten(node, "view") || Lowering.isAten(node, "view_as"))
                    && !(node.attributes().get("size") instanceof Attribute.IntAttribute)) {
                rest.editor.put(reshaped(node));
            }
        }
        if (!rest.unknown.isEmpty()) {
            throw new UnsupportedModelException(
                    Problem.of("operators have no form in TorchScript")
                            .actual(rest.unknown)
                            .next("Write the model as ONNX, or quantize its TorchScript source"));
        }
        return Unread.remove(rest.editor.build());
    }

    /** Kernels keep channels innermost in memory, where a view of other extents is not possible. */
    private static Node reshaped(Node node) {
        Call view = Call.of(node);
        String name = node.op().name().replace("view", "reshape");
        OpType reshape = new OpType(OpType.ATEN, name);
        return new Call(reshape, view.positional(), view.named()).node(node.name(), node.outputs());
    }

    private void put(Node node) {
        String op = node.op().name();
        if (op.equals("QuantizeLinear")) {
            quantize(node);
        } else if (op.equals("DequantizeLinear")) {
            dequantize(node);
        } else if (PLAIN.containsKey(op)) {
            call(node, PLAIN.get(op), Argument.of(node.input(0)), Argument.of(node.input(1)));
        } else if (op.equals("Concat")) {
            concat(node);
        } else if (op.equals("Clip")) {
            clip(node);
        } else {
            unknown.add(op);
        }
    }

    private void quantize(Node node) {
        Optional<QuantizedValue> value = values.parameters(node, node.output());
        int type = value.map(v -> TypeCodes.quantized(v.type())).orElse(-1);
        if (type < 0) {
            unknown.add("QuantizeLinear with scales that are computed, or of other types");
            return;
        }
        call(
                node,
                "quantize_per_tensor",
                Argument.of(node.input(0)),
                Argument.literal(value.get().scale()),
                Argument.literal(value.get().zeroPoint()),
                Argument.literal((long) type));
    }

    private void dequantize(Node node) {
        Optional<QuantizedConstant> constant = values.constant(node.output());
        if (constant.isPresent()) {
            editor.remove(node.name());
            editor.constant(node.output(), constant.get().dequantize());
        } else if (values.quantized(node.output()).isPresent()) {
            call(node, "dequantize", Argument.of(node.input(0)));
        } else {
            unknown.add("DequantizeLinear with scales that are computed");
        }
    }

    private void concat(Node node) {
        String list = editor.freshName(node.output() + "_list");
        editor.put(
                new Call(PrimOps.LIST_CONSTRUCT, node.inputs().stream().map(Argument::of).toList())
                        .node(editor.freshName(node.name() + "/list"), List.of(list)));
        call(node, "cat", Argument.of(list), Argument.literal(node.intAttribute("axis", 0)));
    }

    /** Limits that are constants, as rewrites write them. */
    private void clip(Node node) {
        Optional<Tensor> min = values.real(node.input(1));
        Optional<Tensor> max = values.real(node.input(2));
        if (min.isEmpty() || max.isEmpty()) {
            unknown.add("Clip with limits that are computed");
            return;
        }
        call(
                node,
                "clamp",
                Argument.of(node.input(0)),
                Argument.literal((double) min.get().toFloats()[0]),
                Argument.literal((double) max.get().toFloats()[0]));
    }

    private void call(Node node, String op, Argument... arguments) {
        editor.put(
                new Call(new OpType(OpType.ATEN, op), List.of(arguments))
                        .node(node.name(), node.outputs()));
    }
}
