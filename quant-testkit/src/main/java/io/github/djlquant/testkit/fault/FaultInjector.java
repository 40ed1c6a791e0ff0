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
package io.github.djlquant.testkit.fault;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts faults into quantized ONNX graphs, to see whether a gate notices. Always the same for the
 * same graph.
 *
 * <pre>{@code
 * FaultyGraph faulty = new FaultInjector(graph, catalog).inject(Fault.BIAS_DROPPED);
 * backend.write(faulty.graph(), target, file);
 * assertThat(Gate.judge(evaluate(file), thresholds).toString()).contains(faulty.place());
 * }</pre>
 */
public final class FaultInjector {

    private final Graph graph;
    private final OpCatalog catalog;
    private final List<QuantizedLayer> layers;

    /**
     * Prepares.
     *
     * @param graph a quantized graph in QDQ form, of ONNX's operators
     * @param catalog the operators
     */
    public FaultInjector(Graph graph, OpCatalog catalog) {
        this.graph = graph;
        this.catalog = catalog;
        this.layers = QuantizedLayer.of(graph, catalog);
    }

    /**
     * Puts a fault where the graph has a place for it, in the middle of the graph if there are
     * several.
     *
     * @param fault the fault
     * @return the faulty graph
     * @throws IllegalArgumentException if the graph has no place for it
     */
    public FaultyGraph inject(Fault fault) {
        LayerFaults layerFaults = new LayerFaults(graph, layers);
        FaultyGraph faulty =
                switch (fault) {
                    case WEIGHTS_OF_TWO_BITS -> layerFaults.twoBits();
                    case WEIGHTS_PER_TENSOR -> layerFaults.perTensor();
                    case KERNEL_TRANSPOSED -> layerFaults.transposed();
                    case LAYERS_SWAPPED -> layerFaults.swapped();
                    case BIAS_DROPPED, BIAS_OVERFLOWN -> layerFaults.bias(fault);
                    case NORM_STALE -> layerFaults.stale();
                    case SCALE_DOUBLED, ZERO_POINT_MOVED, RANGE_CLIPPED -> activation(fault);
                    case NAN_IN_ROW -> nan();
                    case INPUT_CHANNELS_SWAPPED -> swappedInput();
                    case OUTPUT_ORDER_SHIFTED -> shiftedOutput();
                    case CLASS_SUPPRESSED -> suppressed();
                    case SOFTMAX_QUANTIZED -> rounded(fault, Role.SOFTMAX, 32f / 255, 0);
                    case TABLE_PER_TENSOR -> table();
                    case STATE_SATURATED -> rounded(fault, Role.RECURRENT, 0.2f / 255, 128);
                };
        GraphChecker.check(faulty.graph(), "after injecting " + fault);
        return faulty;
    }

    static IllegalArgumentException noPlace(Graph graph, Fault fault) {
        return new IllegalArgumentException(
                "the graph " + graph.name() + " has no place for this fault: " + fault);
    }

    /** A value that is rounded and read back in the middle of the graph. */
    private FaultyGraph activation(Fault fault) {
        List<Node> readers =
                graph.nodes().stream()
                        .filter(node -> catalog.role(node) == Role.DEQUANTIZE)
                        .filter(
                                node ->
                                        graph.producer(node.input(0))
                                                .filter(q -> catalog.role(q) == Role.QUANTIZE)
                                                .filter(q -> isLayer(q.input(0)))
                                                .isPresent())
                        .toList();
        if (readers.isEmpty()) {
            throw noPlace(graph, fault);
        }
        Node read = readers.get(readers.size() / 2);
        Node rounding = graph.producer(read.input(0)).orElseThrow();
        GraphEditor editor = graph.edit();
        if (fault == Fault.ZERO_POINT_MOVED) {
            Tensor old = graph.constant(read.input(2)).orElseThrow();
            int zero = old.toInts()[0];
            String moved =
                    editor.newConstant(
                            "moved_zero_point",
                            Tensor.ofInts(
                                    old.dataType(),
                                    new int[] {zero > 100 ? zero - 12 : zero + 12},
                                    old.shape().toArray()));
            editor.put(read.withInput(2, moved));
        } else {
            float scale = graph.constant(read.input(1)).orElseThrow().toFloats()[0];
            String other =
                    editor.newConstant(
                            "other_scale",
                            Tensor.ofFloat(fault == Fault.SCALE_DOUBLED ? 2 * scale : scale / 8));
            editor.put(read.withInput(1, other));
            if (fault == Fault.RANGE_CLIPPED) {
                editor.put(rounding.withInput(1, other));
            }
        }
        return new FaultyGraph(
                editor.build(),
                fault,
                graph.producer(rounding.input(0)).orElseThrow().name(),
                rounding.input(0));
    }

    private boolean isLayer(String value) {
        return graph.producer(value)
                .filter(maker -> layers.stream().anyMatch(l -> l.node().equals(maker)))
                .isPresent();
    }

    /** The last constant matrix of floats, which the last layer mostly is. */
    private FaultyGraph nan() {
        Node layer = lastFloatLayer(Fault.NAN_IN_ROW);
        Tensor old = graph.constant(layer.input(1)).orElseThrow();
        float[] weights = old.toFloats();
        weights[weights.length / 2] = Float.NaN;
        return new FaultyGraph(
                graph.edit()
                        .constant(layer.input(1), Tensor.ofFloats(weights, old.shape().toArray()))
                        .build(),
                Fault.NAN_IN_ROW,
                layer.name(),
                layer.output());
    }

    private Node lastFloatLayer(Fault fault) {
        return graph.nodes().stream()
                .filter(node -> catalog.role(node) == Role.LINEAR)
                .filter(
                        node ->
                                graph.constant(node.input(1))
                                        .filter(w -> w.dataType() == DataType.FLOAT)
                                        .isPresent())
                .reduce((before, after) -> after)
                .orElseThrow(() -> noPlace(graph, fault));
    }

    private FaultyGraph suppressed() {
        Node layer = lastFloatLayer(Fault.CLASS_SUPPRESSED);
        Tensor old =
                (layer.hasInput(2) ? graph.constant(layer.input(2)) : graph.constant(""))
                        .orElseThrow(() -> noPlace(graph, Fault.CLASS_SUPPRESSED));
        float[] biases = old.toFloats();
        biases[biases.length / 2] -= 4;
        return new FaultyGraph(
                graph.edit()
                        .constant(layer.input(2), Tensor.ofFloats(biases, old.shape().toArray()))
                        .build(),
                Fault.CLASS_SUPPRESSED,
                Integer.toString(biases.length / 2),
                layer.output());
    }

    private FaultyGraph swappedInput() {
        Value input =
                graph.inputs().stream()
                        .filter(
                                value ->
                                        graph.shape(value.name())
                                                .filter(s -> s.rank() == 4 && s.size(1) == 3)
                                                .isPresent())
                        .findFirst()
                        .orElseThrow(() -> noPlace(graph, Fault.INPUT_CHANNELS_SWAPPED));
        GraphEditor editor = graph.edit();
        String swapped = editor.freshName(input.name() + "_swapped");
        editor.replaceReads(input.name(), swapped);
        gather(editor, input.name(), swapped, 2, 1, 0);
        return new FaultyGraph(editor.build(), Fault.INPUT_CHANNELS_SWAPPED, input.name(), swapped);
    }

    private FaultyGraph shiftedOutput() {
        Value output = graph.outputs().get(0);
        long classes =
                graph.shape(output.name())
                        .filter(shape -> shape.rank() == 2 && shape.size(1) > 1)
                        .map(shape -> shape.size(1))
                        .orElseThrow(() -> noPlace(graph, Fault.OUTPUT_ORDER_SHIFTED));
        Node maker = graph.producer(output.name()).orElseThrow();
        GraphEditor editor = graph.edit();
        String straight = editor.freshName(output.name() + "_straight");
        editor.put(
                maker.withOutputs(
                        maker.outputs().stream()
                                .map(name -> name.equals(output.name()) ? straight : name)
                                .toList()));
        editor.replaceReads(output.name(), straight);
        long[] order = new long[(int) classes];
        for (int i = 0; i < order.length; i++) {
            order[i] = (i + 1) % classes;
        }
        gather(editor, straight, output.name(), order);
        return new FaultyGraph(
                editor.build(), Fault.OUTPUT_ORDER_SHIFTED, output.name(), output.name());
    }

    private static void gather(GraphEditor editor, String from, String to, long... order) {
        String indices = editor.newConstant(to + "_order", Tensor.ofLongs(order, order.length));
        editor.make(
                OpType.onnx("Gather"),
                List.of(from, indices),
                Map.of("axis", new Attribute.IntAttribute(1)),
                to);
    }

    /** Puts a quantize and a dequantize behind every node of a role. */
    private FaultyGraph rounded(Fault fault, Role role, float scale, int zeroPoint) {
        List<Node> makers = graph.nodes().stream().filter(n -> catalog.role(n) == role).toList();
        if (makers.isEmpty()) {
            throw noPlace(graph, fault);
        }
        GraphEditor editor = graph.edit();
        String step = editor.newConstant("fault_scale", Tensor.ofFloat(scale));
        String zero =
                editor.newConstant(
                        "fault_zero_point", Tensor.ofInts(DataType.UINT8, new int[] {zeroPoint}));
        for (Node maker : makers) {
            for (String value : maker.outputs()) {
                if (!value.isEmpty() && !graph.isOutput(value)) {
                    String integers = editor.freshName(value + "_fault_quantized");
                    String back = editor.freshName(value + "_fault_dequantized");
                    editor.replaceReads(value, back);
                    editor.make(
                            OpType.onnx("QuantizeLinear"),
                            List.of(value, step, zero),
                            Map.of(),
                            integers);
                    editor.make(
                            OpType.onnx("DequantizeLinear"),
                            List.of(integers, step, zero),
                            Map.of(),
                            back);
                }
            }
        }
        return new FaultyGraph(editor.build(), fault, makers.get(0).name(), makers.get(0).output());
    }

    private FaultyGraph table() {
        for (Node scales : graph.nodes()) {
            Optional<Tensor> perRow =
                    catalog.spec(scales)
                            .input(scales, Port.DATA)
                            .flatMap(graph::constant)
                            .filter(t -> t.dataType() == DataType.FLOAT && isColumn(t));
            Optional<Node> integers =
                    catalog.spec(scales)
                            .input(scales, Port.INDICES)
                            .flatMap(ids -> besides(scales, ids));
            if (perRow.isPresent() && integers.isPresent()) {
                Node lookUp = integers.get();
                return new FaultyGraph(
                        LayerFaults.oneScale(
                                graph,
                                lookUp.input(0),
                                graph.constant(lookUp.input(0)).orElseThrow(),
                                scales.input(0),
                                perRow.get()),
                        Fault.TABLE_PER_TENSOR,
                        lookUp.name(),
                        graph.consumers(scales.output()).get(0).output());
            }
        }
        throw noPlace(graph, Fault.TABLE_PER_TENSOR);
    }

    private static boolean isColumn(Tensor tensor) {
        return tensor.shape().rank() == 2 && tensor.shape().size(1) == 1;
    }

    /** Another look-up of the same rows, in a table of bytes. */
    private Optional<Node> besides(Node scales, String ids) {
        return graph.consumers(ids).stream()
                .filter(node -> !node.equals(scales))
                .filter(
                        node ->
                                graph.constant(node.input(0))
                                        .filter(t -> t.dataType() == DataType.INT8)
                                        .isPresent())
                .findFirst();
    }
}
