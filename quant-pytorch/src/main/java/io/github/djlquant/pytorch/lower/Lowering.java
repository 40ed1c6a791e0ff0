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

import io.github.djlquant.backend.Kernels;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PackedParameters.Window;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One graph that is being lowered: what its values are, and what becomes of its nodes. */
final class Lowering {

    private final Graph graph;
    private final Kernels.Library library;
    private final GraphEditor editor;
    private final Map<List<Object>, String> packed = new HashMap<>();

    /** Only to ask what values are. */
    Lowering(Graph graph) {
        this(graph, Kernels.Library.ONLY);
    }

    Lowering(Graph graph, Kernels.Library library) {
        this.graph = graph;
        this.library = library;
        this.editor = graph.edit();
    }

    /**
     * What quantizes the result of a node.
     *
     * @param value the quantized result
     * @param relu whether negative numbers become 0 before
     * @param absorbed the nodes between, which the kernel makes superfluous
     */
    record Result(QuantizedValue value, boolean relu, List<Node> absorbed) {}

    /** Returns the integers behind a real value that is dequantized at run time. */
    Optional<QuantizedValue> quantized(String value) {
        return graph.producer(value)
                .filter(node -> isDequantize(node) && graph.constant(node.input(0)).isEmpty())
                .flatMap(node -> parameters(node, node.input(0)));
    }

    /** Returns the integers behind a constant. */
    Optional<QuantizedConstant> constant(String value) {
        Optional<Node> node =
                graph.producer(value)
                        .filter(n -> isDequantize(n) && graph.constant(n.input(0)).isPresent());
        if (node.isEmpty() || graph.constant(node.get().input(1)).isEmpty()) {
            return Optional.empty();
        }
        Tensor integers = graph.constant(node.get().input(0)).orElseThrow();
        float[] scales = graph.constant(node.get().input(1)).orElseThrow().toFloats();
        int[] zeroPoints =
                graph.constant(node.get().input(2))
                        .map(Tensor::toInts)
                        .orElseGet(() -> new int[scales.length]);
        long axis = node.get().intAttribute("axis", 1);
        int rank = integers.shape().rank();
        return Optional.of(
                new QuantizedConstant(
                        node.get().input(0),
                        integers,
                        scales,
                        zeroPoints,
                        (int) (axis < 0 ? axis + rank : axis)));
    }

    /** Returns the integers behind an input of a node, computed or constant. */
    Optional<QuantizedValue> operand(Node node, int index) {
        return quantized(node.input(index))
                .or(
                        () ->
                                constant(node.input(index))
                                        .filter(QuantizedConstant::isPerTensor)
                                        .map(constant -> asValue(node, constant)));
    }

    private QuantizedValue asValue(Node node, QuantizedConstant constant) {
        String value =
                pack(
                        node,
                        PackedWeights.Kind.TENSOR,
                        constant,
                        constant.integers(),
                        Optional.empty(),
                        "",
                        Optional.empty());
        return new QuantizedValue(
                value,
                constant.scales()[0],
                constant.zeroPoints()[0],
                constant.integers().dataType());
    }

    /** Returns the real numbers of a constant, stored as such or as integers. */
    Optional<Tensor> real(String value) {
        return graph.constant(value).or(() -> constant(value).map(QuantizedConstant::dequantize));
    }

    /** Returns what quantizes a node's only output, if nothing else reads that. */
    Optional<Result> result(Node node) {
        Optional<Node> reader = onlyReader(node);
        boolean relu = reader.filter(r -> isAten(r, "relu")).isPresent();
        List<Node> absorbed = new ArrayList<>();
        if (relu) {
            absorbed.add(reader.get());
            reader = onlyReader(reader.get());
        }
        if (reader.isEmpty() || !reader.get().op().name().equals("QuantizeLinear")) {
            return Optional.empty();
        }
        absorbed.add(reader.get());
        return parameters(reader.get(), reader.get().output())
                .map(value -> new Result(value, relu, absorbed));
    }

    /** Returns what a real value was before it was quantized and dequantized at run time. */
    Optional<String> dynamicallyQuantized(String value) {
        return graph.producer(value)
                .filter(Lowering::isDequantize)
                .flatMap(node -> graph.producer(node.input(0)))
                .filter(node -> node.op().name().equals("DynamicQuantizeLinear"))
                .map(node -> node.input(0));
    }

    /**
     * Returns the float value that was quantized, or the dequantized one if there is none: a kernel
     * that yields the integers itself leaves no floats.
     */
    String beforeQuantize(QuantizedValue value, String dequantized) {
        return graph.producer(value.name())
                .filter(node -> node.op().name().equals("QuantizeLinear"))
                .filter(node -> editor.node(node.name()).filter(node::equals).isPresent())
                .map(node -> node.input(0))
                .orElse(dequantized);
    }

    /** Returns the only reader of a node's only output; a caller counts as a reader. */
    Optional<Node> onlyReader(Node node) {
        if (node.outputs().size() != 1 || graph.isOutput(node.output())) {
            return Optional.empty();
        }
        List<Node> readers = graph.consumers(node.output());
        return readers.size() == 1
                        && readers.get(0).inputs().stream().filter(node.output()::equals).count()
                                == 1
                ? Optional.of(readers.get(0))
                : Optional.empty();
    }

    /** Returns the type of a value's integers, scale and zero point, if they are constant. */
    Optional<QuantizedValue> parameters(Node node, String integers) {
        Optional<Tensor> scale = graph.constant(node.input(1)).filter(s -> s.elementCount() == 1);
        Optional<Tensor> zeroPoint = graph.constant(node.input(2));
        if (scale.isEmpty() || zeroPoint.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new QuantizedValue(
                        integers,
                        scale.get().toFloats()[0],
                        zeroPoint.get().toInts()[0],
                        zeroPoint.get().dataType()));
    }

    /** Packs weights, once for all layers that share them. */
    String pack(
            Node layer,
            PackedWeights.Kind kind,
            QuantizedConstant weight,
            Tensor integers,
            Optional<Tensor> bias,
            String biasName,
            Optional<Window> window) {
        return packed.computeIfAbsent(
                List.of(kind, weight.value(), weight.axis(), biasName, window),
                key -> {
                    String output = editor.freshName(layer.name() + "_packed");
                    List<String> constants =
                            List.of(
                                    constant(layer, "weight", integers),
                                    constant(
                                            layer,
                                            "scale",
                                            Tensor.ofFloats(
                                                    weight.scales(), weight.scales().length)),
                                    constant(
                                            layer,
                                            "zero_point",
                                            Tensor.ofInts(
                                                    DataType.INT32,
                                                    weight.zeroPoints(),
                                                    weight.zeroPoints().length)),
                                    bias.map(b -> constant(layer, "bias", b)).orElse(""));
                    editor.put(
                            PackedWeights.node(
                                    editor.freshName(layer.name() + "/prepack"),
                                    kind,
                                    constants,
                                    weight.axis(),
                                    window,
                                    output));
                    return output;
                });
    }

    private String constant(Node layer, String part, Tensor tensor) {
        return editor.newConstant(layer.name() + "." + part, tensor);
    }

    /** Puts a quantized kernel in the place of a node and of what quantizes its result. */
    void replace(Node node, Result result, String op, List<Argument> arguments) {
        result.absorbed().forEach(absorbed -> editor.remove(absorbed.name()));
        put(node, op, arguments, result.value().name());
    }

    /** Puts a kernel in the place of a node. */
    void put(Node node, String op, List<Argument> arguments, String output) {
        OpType type = new OpType(PackedWeights.QUANTIZED, op);
        editor.put(new Call(type, arguments).node(node.name(), List.of(output)));
    }

    /** Appends the scale and zero point of a result, the last two arguments of most kernels. */
    static List<Argument> withParameters(QuantizedValue result, Argument... first) {
        List<Argument> all = new ArrayList<>(List.of(first));
        all.add(Argument.literal(result.scale()));
        all.add(Argument.literal(result.zeroPoint()));
        return all;
    }

    Graph graph() {
        return graph;
    }

    /** The library whose kernels are put in. */
    Kernels.Library library() {
        return library;
    }

    GraphEditor editor() {
        return editor;
    }

    static boolean isDequantize(Node node) {
        return node.op().name().equals("DequantizeLinear");
    }

    static boolean isAten(Node node, String name) {
        return node.op().equals(new OpType(OpType.ATEN, name));
    }
}
