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
package io.github.djlquant.plan;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Multiply-accumulates of each layer for one sample. Spatial extents come from the declared shapes
 * and, where the source declares none, are carried forward from the inputs.
 */
public final class Macs {

    private final Graph graph;
    private final OpCatalog catalog;
    private final Map<String, long[]> extents = new HashMap<>();
    private final Map<String, Long> macs = new HashMap<>();

    /**
     * Counts.
     *
     * @param graph the graph
     * @param catalog the operators' roles
     */
    public Macs(Graph graph, OpCatalog catalog) {
        this.graph = graph;
        this.catalog = catalog;
        graph.inputs().forEach(input -> declared(input.name()));
        for (Node node : graph.nodes()) {
            visit(node);
        }
    }

    /**
     * Returns the multiply-accumulates of a node.
     *
     * @param node a node of the graph
     * @return for one sample, or one step of a sequence whose length is open; 0 if it has none or
     *     its shape is unknown
     */
    public long of(Node node) {
        return macs.getOrDefault(node.name(), 0L);
    }

    private void declared(String value) {
        graph.shape(value).ifPresent(shape -> extents.put(value, shape.toArray()));
    }

    private void visit(Node node) {
        OpSpec spec = catalog.spec(node);
        for (String output : node.outputs()) {
            declared(output);
        }
        long[] declared = extents.get(node.outputs().isEmpty() ? "" : node.output());
        if (declared == null || unknownBehindBatch(declared)) {
            infer(node, spec).ifPresent(shape -> extents.put(node.output(), shape));
        }
        Optional<Tensor> weight =
                LayerRules.isLayer(spec.role()) || spec.role() == Role.TRANSPOSED_CONVOLUTION
                        ? spec.input(node, Port.WEIGHT).flatMap(this::weight)
                        : Optional.empty();
        long[] data = extents.get(node.input(0));
        long[] made = node.outputs().isEmpty() ? null : extents.get(node.output());
        if (spec.role() == Role.RECURRENT) {
            macs.put(node.name(), recurrent(node, spec, data));
            return;
        }
        boolean rows = spec.role() == Role.LINEAR || spec.role() == Role.MATRIX_PRODUCT;
        if (weight.isPresent() && (made != null || rows)) {
            macs.put(node.name(), layer(spec, weight.get(), data, made));
        } else if (spec.role() == Role.MATRIX_PRODUCT
                && made != null
                && data != null
                && data.length > 0) {
            macs.put(node.name(), positive(product(made, 1) * data[data.length - 1]));
        }
    }

    /** A constant, or one that somebody quantized: then it stands behind a dequantize. */
    private Optional<Tensor> weight(String value) {
        return graph.constant(value)
                .or(
                        () ->
                                graph.producer(value)
                                        .filter(maker -> catalog.role(maker) == Role.DEQUANTIZE)
                                        .flatMap(maker -> graph.constant(maker.input(0))));
    }

    private static boolean unknownBehindBatch(long[] shape) {
        for (int axis = 1; axis < shape.length; axis++) {
            if (shape[axis] < 0) {
                return true;
            }
        }
        return false;
    }

    private static long layer(OpSpec spec, Tensor weight, long[] data, long[] made) {
        long perWeight;
        if (spec.role() == Role.CONVOLUTION) {
            perWeight = product(made, 2);
        } else if (spec.role() == Role.TRANSPOSED_CONVOLUTION) {
            perWeight = data == null ? 0 : product(data, 2);
        } else {
            // Rows of one sample: all axes between the batch and the features. A sequence whose
            // length is open counts as one row.
            perWeight =
                    made == null || made.length <= 2
                            ? 1
                            : Math.max(1, product(made, 1) / Math.max(1, last(made)));
        }
        return positive(perWeight * weight.elementCount());
    }

    /** Every step of a sequence, which is one step where the length is open, meets all weights. */
    private long recurrent(Node node, OpSpec spec, long[] data) {
        int time = node.intAttribute("layout", 0) == 0 ? 0 : 1;
        long steps = data == null || data.length <= time ? 1 : Math.max(1, data[time]);
        long weights = 0;
        for (Port port : List.of(Port.WEIGHT, Port.RECURRENCE)) {
            weights +=
                    spec.input(node, port)
                            .flatMap(graph::constant)
                            .map(Tensor::elementCount)
                            .orElse(0L);
        }
        return positive(product(new long[] {steps, weights}, 0));
    }

    private static long last(long[] shape) {
        return shape[shape.length - 1];
    }

    /** The product from an axis on; negative if an extent is unknown or absurdly large. */
    private static long product(long[] shape, int from) {
        long product = 1;
        for (int axis = from; axis < shape.length; axis++) {
            if (shape[axis] < 0 || shape[axis] > 0 && product > Long.MAX_VALUE / shape[axis]) {
                return -1;
            }
            product *= shape[axis];
        }
        return product;
    }

    private static long positive(long count) {
        return Math.max(0, count);
    }

    private Optional<long[]> infer(Node node, OpSpec spec) {
        long[] data = extents.get(node.input(0));
        if (data == null) {
            return spec.role() == Role.LINEAR ? linear(node, spec) : Optional.empty();
        }
        return switch (spec.role()) {
            case CONVOLUTION ->
                    spec.input(node, Port.WEIGHT)
                            .flatMap(this::weight)
                            .filter(w -> w.shape().rank() > 2)
                            .flatMap(w -> window(node, data, w.shape().size(0), kernel(w)));
            case LINEAR -> linear(node, spec);
            case ADD, MULTIPLY -> Optional.of(wider(data, extents.get(node.input(1))));
            case BATCH_NORM, NORM, ACTIVATION, SOFTMAX, QUANTIZE, DEQUANTIZE -> Optional.of(data);
            case AVERAGE_POOLING, RANGE_PRESERVING, PAD -> reshaped(node, spec, data);
            case CONCAT -> concat(node, data);
            default -> Optional.empty();
        };
    }

    private Optional<long[]> linear(Node node, OpSpec spec) {
        return spec.weightAxis()
                .apply(graph, node)
                .flatMap(
                        axis ->
                                spec.input(node, Port.WEIGHT)
                                        .flatMap(this::weight)
                                        .filter(w -> axis < w.shape().rank())
                                        .map(w -> new long[] {-1, w.shape().size(axis)}));
    }

    private static long[] kernel(Tensor weight) {
        long[] shape = weight.shape().toArray();
        return java.util.Arrays.copyOfRange(shape, 2, shape.length);
    }

    private static long[] wider(long[] a, long[] b) {
        return b == null || a.length > b.length || product(a, 1) >= product(b, 1) ? a : b;
    }

    private Optional<long[]> reshaped(Node node, OpSpec spec, long[] data) {
        List<Long> kernel = node.intsAttribute("kernel_shape");
        if (!kernel.isEmpty() && data.length == kernel.size() + 2) {
            long[] window = kernel.stream().mapToLong(Long::longValue).toArray();
            return window(node, data, data[1], window);
        }
        if (spec.role() == Role.PAD) {
            return pads(node).map(pads -> padded(data, pads));
        }
        return switch (node.op().name()) {
            case "GlobalAveragePool", "GlobalMaxPool" -> {
                long[] ones = data.clone();
                java.util.Arrays.fill(ones, Math.min(2, ones.length), ones.length, 1);
                yield Optional.of(ones);
            }
            case "Identity", "Dropout" -> Optional.of(data);
            case "Slice" -> SliceExtents.of(graph, node, data);
            case "Transpose" -> transposed(node, data);
            case "Reshape" -> reshaped(node, data);
            default -> Optional.empty();
        };
    }

    private static Optional<long[]> transposed(Node node, long[] data) {
        List<Long> order = node.intsAttribute("perm");
        if (order.size() != data.length
                || order.stream().anyMatch(axis -> axis < 0 || axis >= data.length)) {
            return Optional.empty();
        }
        return Optional.of(order.stream().mapToLong(axis -> data[Math.toIntExact(axis)]).toArray());
    }

    /** Zeros copy an extent; -1 is what the others leave, known if the batch is copied. */
    private Optional<long[]> reshaped(Node node, long[] data) {
        long[] made = graph.constant(node.input(1)).map(Tensor::toLongs).orElse(null);
        if (made == null || node.intAttribute("allowzero", 0) != 0) {
            return Optional.empty();
        }
        boolean batchIsCopied = made.length > 0 && made[0] == 0;
        int open = -1;
        for (int axis = 0; axis < made.length; axis++) {
            if (made[axis] == 0) {
                made[axis] = axis < data.length ? data[axis] : -1;
            } else if (made[axis] < 0) {
                open = axis;
            }
        }
        if (open > 0 && batchIsCopied) {
            made[open] = 1;
            long others = product(made, 1);
            long all = product(data, 1);
            made[open] = all < 0 || others < 1 ? -1 : all / others;
        }
        return Optional.of(made);
    }

    private Optional<long[]> pads(Node node) {
        return node.hasInput(1)
                ? graph.constant(node.input(1)).map(Tensor::toLongs)
                : Optional.of(
                        node.intsAttribute("pads").stream().mapToLong(Long::longValue).toArray());
    }

    private static long[] padded(long[] data, long[] pads) {
        long[] made = data.clone();
        for (int axis = 0; axis < data.length && pads.length == 2 * data.length; axis++) {
            made[axis] = data[axis] < 0 ? -1 : data[axis] + pads[axis] + pads[axis + data.length];
        }
        return made;
    }

    private Optional<long[]> concat(Node node, long[] data) {
        int axis = (int) node.intAttribute("axis", 1);
        axis = axis < 0 ? axis + data.length : axis;
        if (axis < 0 || axis >= data.length) {
            return Optional.empty();
        }
        long[] made = data.clone();
        for (int i = 1; i < node.inputs().size(); i++) {
            long[] more = extents.get(node.input(i));
            boolean known = more != null && more.length == data.length && more[axis] >= 0;
            made[axis] = known && made[axis] >= 0 ? made[axis] + more[axis] : -1;
        }
        return Optional.of(made);
    }

    /**
     * Output extents of a sliding window (ONNX Conv and pooling, padding of every kind); empty if
     * the node's attributes don't fit its input, which the engine has to refuse.
     */
    private static Optional<long[]> window(Node node, long[] data, long channels, long[] kernel) {
        List<Long> strides = node.intsAttribute("strides");
        List<Long> dilations = node.intsAttribute("dilations");
        List<Long> pads = node.intsAttribute("pads");
        int axes = kernel.length;
        if (data.length != axes + 2
                || !fits(strides, axes)
                || !fits(dilations, axes)
                || !fits(pads, 2 * axes)) {
            return Optional.empty();
        }
        long[] made = new long[data.length];
        made[0] = data[0];
        made[1] = channels;
        boolean same = node.stringAttribute("auto_pad", "NOTSET").startsWith("SAME");
        boolean up = node.intAttribute("ceil_mode", 0) != 0;
        for (int i = 0; i < axes; i++) {
            long stride = strides.isEmpty() ? 1 : Math.max(1, strides.get(i));
            long reach = (dilations.isEmpty() ? 1 : dilations.get(i)) * (kernel[i] - 1) + 1;
            long padding = pads.isEmpty() ? 0 : pads.get(i) + pads.get(i + kernel.length);
            long size = data[i + 2];
            if (size < 0) {
                made[i + 2] = -1;
            } else if (same) {
                made[i + 2] = (size + stride - 1) / stride;
            } else {
                long room = size + padding - reach;
                made[i + 2] = Math.max(0, (up ? room + stride - 1 : room) / stride + 1);
            }
        }
        return Optional.of(made);
    }

    private static boolean fits(List<Long> attribute, int size) {
        return attribute.isEmpty() || attribute.size() == size;
    }
}
