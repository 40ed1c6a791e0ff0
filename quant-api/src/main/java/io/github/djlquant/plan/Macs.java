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
import io.github.djlquant.op.Window;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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
        this(graph, catalog, Map.of());
    }

    /**
     * Counts for a sample of known size.
     *
     * @param graph the graph
     * @param catalog the operators' roles
     * @param sample the shapes of inputs that the graph leaves open
     */
    public Macs(Graph graph, OpCatalog catalog, Map<String, long[]> sample) {
        this.graph = graph;
        this.catalog = catalog;
        graph.inputs().forEach(input -> declared(input.name()));
        extents.putAll(sample);
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

    /**
     * Returns the multiply-accumulates of a node, and tells where they can't be known.
     *
     * @param node a node of the graph
     * @return as {@link #of}; -1 for convolutions whose extents are open
     */
    public long orUnknown(Node node) {
        Role role = catalog.role(node);
        boolean convolution = role == Role.CONVOLUTION || role == Role.TRANSPOSED_CONVOLUTION;
        return convolution && of(node) == 0 ? -1 : of(node);
    }

    /**
     * Returns the extents of a value.
     *
     * @param value its name
     * @return -1 for those that are open; empty if not even their number is known
     */
    public Optional<long[]> extents(String value) {
        return Optional.ofNullable(extents.get(value)).map(long[]::clone);
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
        long[] data = data(node, spec);
        long[] made = node.outputs().isEmpty() ? null : extents.get(node.output());
        if (spec.role() == Role.RECURRENT) {
            macs.put(node.name(), recurrent(node, spec, data));
            return;
        }
        boolean rows = spec.role() == Role.LINEAR || spec.role() == Role.MATRIX_PRODUCT;
        boolean counted =
                rows || (spec.role() == Role.TRANSPOSED_CONVOLUTION ? data : made) != null;
        if (weight.isPresent() && counted) {
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
            long[] rows = made == null ? data : made;
            perWeight =
                    rows == null || rows.length <= 2
                            ? 1
                            : Math.max(1, product(rows, 1) / Math.max(1, last(rows)));
        }
        return positive(perWeight * weight.elementCount());
    }

    /** Every step of a sequence, which is one step where the length is open, meets all weights. */
    private long recurrent(Node node, OpSpec spec, long[] data) {
        int time = spec.layer().timeAxis(node);
        long steps = data == null || data.length <= time ? 1 : Math.max(1, data[time]);
        long weights = 0;
        for (String weight : spec.layer().cellWeights(graph, node)) {
            weights += graph.constant(weight).map(Tensor::elementCount).orElse(0L);
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
        Optional<long[]> ruled =
                spec.extents().of(graph, node, value -> Optional.ofNullable(extents.get(value)));
        if (ruled.isPresent()) {
            return ruled;
        }
        long[] data = data(node, spec);
        if (data == null) {
            return spec.role() == Role.LINEAR ? linear(node, spec, null) : Optional.empty();
        }
        return switch (spec.role()) {
            case CONVOLUTION ->
                    spec.input(node, Port.WEIGHT)
                            .flatMap(this::weight)
                            .filter(w -> w.shape().rank() > 2)
                            .flatMap(w -> window(node, spec, data, w.shape().size(0), kernel(w)));
            case LINEAR -> linear(node, spec, data);
            case ADD, MULTIPLY ->
                    spec.operands(node).stream()
                            .map(extents::get)
                            .filter(Objects::nonNull)
                            .reduce(Macs::wider);
            case BATCH_NORM, NORM, ACTIVATION, SOFTMAX, QUANTIZE, DEQUANTIZE, FAKE_QUANTIZE ->
                    Optional.of(data);
            case AVERAGE_POOLING, RANGE_PRESERVING ->
                    spec.layer()
                            .window(node)
                            .map(w -> w.kernel().stream().mapToLong(Long::longValue).toArray())
                            .filter(kernel -> data.length == kernel.length + 2)
                            .flatMap(kernel -> window(node, spec, data, data[1], kernel));
            default -> Optional.empty();
        };
    }

    private long[] data(Node node, OpSpec spec) {
        return extents.get(spec.input(node, Port.DATA).orElseGet(() -> node.input(0)));
    }

    /** As many rows as before, each with one number per output. */
    private Optional<long[]> linear(Node node, OpSpec spec, long[] data) {
        return spec.layer()
                .weightAxis(graph, node)
                .flatMap(
                        axis ->
                                spec.input(node, Port.WEIGHT)
                                        .flatMap(this::weight)
                                        .filter(w -> axis < w.shape().rank())
                                        .map(w -> rows(data, w.shape().size(axis))));
    }

    private static long[] rows(long[] data, long outputs) {
        long[] made = data == null || data.length < 2 ? new long[] {-1, -1} : data.clone();
        made[made.length - 1] = outputs;
        return made;
    }

    private static long[] kernel(Tensor weight) {
        long[] shape = weight.shape().toArray();
        return java.util.Arrays.copyOfRange(shape, 2, shape.length);
    }

    private static long[] wider(long[] a, long[] b) {
        return a.length > b.length || product(a, 1) >= product(b, 1) ? a : b;
    }

    /**
     * Output extents of a sliding window (convolution and pooling, padding of every kind); empty if
     * the node's window is not known, or does not fit its input, which the engine has to refuse.
     */
    private static Optional<long[]> window(
            Node node, OpSpec spec, long[] data, long channels, long[] kernel) {
        int axes = kernel.length;
        Window window = spec.layer().window(node).orElse(null);
        if (window == null || data.length != axes + 2 || !window.fits(axes)) {
            return Optional.empty();
        }
        long[] made = new long[data.length];
        made[0] = data[0];
        made[1] = channels;
        for (int i = 0; i < axes; i++) {
            long stride = Math.max(1, window.stride(i));
            long reach = window.dilation(i) * (kernel[i] - 1) + 1;
            long size = data[i + 2];
            if (size < 0) {
                made[i + 2] = -1;
            } else if (window.keepsExtents()) {
                made[i + 2] = (size + stride - 1) / stride;
            } else {
                long room = size + window.before(i) + window.behind(i) - reach;
                made[i + 2] =
                        Math.max(0, (window.roundsUp() ? room + stride - 1 : room) / stride + 1);
            }
        }
        return Optional.of(made);
    }
}
