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
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongBinaryOperator;
import java.util.stream.IntStream;

/**
 * What operators that only move elements make of constants. Nothing is computed; attributes of old
 * opsets and inputs of new ones mean the same.
 */
final class MovedConstant {

    /** More elements than this hold no weight that could be quantized. */
    private static final long MOST = 1 << 30;

    private MovedConstant() {}

    /**
     * Follows moves back to constants.
     *
     * @return what the node yields; empty if it does more than move, or anything is not constant
     */
    static Optional<Tensor> of(Graph graph, Node node) {
        if (node.inputs().isEmpty() || node.outputs().size() != 1) {
            return Optional.empty();
        }
        if (node.op().isOnnx("Concat")) {
            return joined(graph, node);
        }
        Optional<Tensor> data = constant(graph, node.input(0));
        return data.isEmpty() ? Optional.empty() : moved(graph, node, data.get());
    }

    private static Optional<Tensor> constant(Graph graph, String value) {
        return graph.constant(value)
                .filter(tensor -> tensor.elementCount() <= MOST)
                .or(() -> graph.producer(value).flatMap(maker -> of(graph, maker)));
    }

    private static Optional<Tensor> moved(Graph graph, Node node, Tensor data) {
        if (!node.op().dialect().equals(OpType.ONNX)) {
            return Optional.empty();
        }
        int rank = data.shape().rank();
        return switch (node.op().name()) {
            case "Identity" -> Optional.of(data);
            case "Transpose" -> floats(data).map(weight -> transposed(node, weight));
            case "Reshape" -> longs(graph, node, 1).flatMap(wanted -> reshaped(node, data, wanted));
            case "Unsqueeze" -> axes(graph, node).map(axes -> unsqueezed(data, axes));
            case "Squeeze" ->
                    node.hasInput(1) || node.attributes().containsKey("axes")
                            ? axes(graph, node).map(axes -> squeezed(data, axes))
                            : Optional.of(squeezed(data, ones(data.shape())));
            case "Flatten" -> {
                int axis = normal(node.intAttribute("axis", 1), rank);
                long outer = Arrays.stream(data.shape().toArray()).limit(axis).reduce(1, mul());
                yield outer == 0
                        ? Optional.empty()
                        : Optional.of(data.reshape(Shape.of(outer, data.elementCount() / outer)));
            }
            case "Slice" -> floats(data).flatMap(weight -> sliced(graph, node, weight));
            default -> Optional.empty();
        };
    }

    private static LongBinaryOperator mul() {
        return (a, b) -> a * b;
    }

    private static Optional<Tensor> floats(Tensor tensor) {
        return Optional.of(tensor).filter(t -> t.dataType() == DataType.FLOAT);
    }

    private static int normal(long axis, int rank) {
        return (int) (axis < 0 ? axis + rank : axis);
    }

    private static List<Long> ones(Shape shape) {
        return IntStream.range(0, shape.rank())
                .filter(axis -> shape.size(axis) == 1)
                .mapToObj(axis -> (long) axis)
                .toList();
    }

    private static Optional<long[]> longs(Graph graph, Node node, int input) {
        return node.hasInput(input)
                ? graph.constant(node.input(input))
                        .filter(t -> t.dataType() != DataType.FLOAT)
                        .map(Tensor::toLongs)
                : Optional.empty();
    }

    /** An input from opset 13 on, an attribute before. */
    private static Optional<List<Long>> axes(Graph graph, Node node) {
        return node.hasInput(1)
                ? longs(graph, node, 1).map(axes -> Arrays.stream(axes).boxed().toList())
                : Optional.of(node.intsAttribute("axes")).filter(axes -> !axes.isEmpty());
    }

    private static Tensor transposed(Node node, Tensor data) {
        int rank = data.shape().rank();
        List<Long> order = node.intsAttribute("perm");
        int[] from =
                IntStream.range(0, rank)
                        .map(axis -> order.isEmpty() ? rank - 1 - axis : order.get(axis).intValue())
                        .toArray();
        long[] strides = strides(data.shape());
        return gathered(
                data,
                0,
                IntStream.of(from).mapToLong(axis -> data.shape().size(axis)).toArray(),
                IntStream.of(from).mapToLong(axis -> strides[axis]).toArray());
    }

    private static Optional<Tensor> reshaped(Node node, Tensor data, long[] wanted) {
        long[] sizes = wanted.clone();
        long known = 1;
        int open = -1;
        for (int axis = 0; axis < sizes.length; axis++) {
            if (sizes[axis] == 0 && node.intAttribute("allowzero", 0) == 0) {
                if (axis >= data.shape().rank()) {
                    return Optional.empty();
                }
                sizes[axis] = data.shape().size(axis);
            }
            open = sizes[axis] == -1 ? axis : open;
            known *= sizes[axis] == -1 ? 1 : sizes[axis];
        }
        if (open >= 0 && known > 0) {
            sizes[open] = data.elementCount() / known;
            known *= sizes[open];
        }
        return known == data.elementCount() && (open < 0 || sizes[open] >= 0)
                ? Optional.of(data.reshape(Shape.of(sizes)))
                : Optional.empty();
    }

    private static Tensor unsqueezed(Tensor data, List<Long> axes) {
        int rank = data.shape().rank() + axes.size();
        List<Integer> added = axes.stream().map(axis -> normal(axis, rank)).toList();
        long[] sizes = new long[rank];
        int read = 0;
        for (int axis = 0; axis < rank; axis++) {
            sizes[axis] = added.contains(axis) ? 1 : data.shape().size(read++);
        }
        return data.reshape(Shape.of(sizes));
    }

    private static Tensor squeezed(Tensor data, List<Long> axes) {
        int rank = data.shape().rank();
        List<Integer> dropped = axes.stream().map(axis -> normal(axis, rank)).toList();
        return data.reshape(
                Shape.of(
                        IntStream.range(0, rank)
                                .filter(axis -> !dropped.contains(axis))
                                .mapToLong(axis -> data.shape().size(axis))
                                .toArray()));
    }

    /** Starts, ends, axes and steps are inputs from opset 10 on, attributes before. */
    private static Optional<Tensor> sliced(Graph graph, Node node, Tensor data) {
        boolean inputs = node.hasInput(1);
        Optional<long[]> starts = inputs ? longs(graph, node, 1) : attribute(node, "starts");
        Optional<long[]> ends = inputs ? longs(graph, node, 2) : attribute(node, "ends");
        if (starts.isEmpty() || ends.isEmpty()) {
            return Optional.empty();
        }
        int count = starts.get().length;
        Optional<long[]> axes = inputs ? longs(graph, node, 3) : attribute(node, "axes");
        Optional<long[]> steps = longs(graph, node, 4);
        if (node.hasInput(3) && axes.isEmpty() || node.hasInput(4) && steps.isEmpty()) {
            return Optional.empty();
        }
        long[] sizes = data.shape().toArray();
        long[] strides = strides(data.shape());
        long start = 0;
        for (int i = 0; i < count; i++) {
            int axis = axes.isEmpty() ? i : normal(axes.get()[i], sizes.length);
            long step = steps.isEmpty() ? 1 : steps.get()[i];
            if (step < 1) {
                return Optional.empty();
            }
            long from = within(starts.get()[i], sizes[axis]);
            long to = within(ends.get()[i], sizes[axis]);
            start += from * strides[axis];
            sizes[axis] = Math.max(0, (to - from + step - 1) / step);
            strides[axis] *= step;
        }
        return Optional.of(gathered(data, start, sizes, strides));
    }

    private static Optional<long[]> attribute(Node node, String key) {
        return Optional.of(node.intsAttribute(key))
                .filter(values -> !values.isEmpty())
                .map(values -> values.stream().mapToLong(Long::longValue).toArray());
    }

    private static long within(long place, long size) {
        return Math.max(0, Math.min(size, place < 0 ? place + size : place));
    }

    private static Optional<Tensor> joined(Graph graph, Node node) {
        List<Tensor> parts = new ArrayList<>();
        for (String input : node.inputs()) {
            constant(graph, input).flatMap(MovedConstant::floats).ifPresent(parts::add);
        }
        long elements = parts.stream().mapToLong(Tensor::elementCount).sum();
        if (parts.size() < node.inputs().size() || elements > MOST) {
            return Optional.empty();
        }
        long[] sizes = parts.get(0).shape().toArray();
        int axis = normal(node.intAttribute("axis", 0), sizes.length);
        sizes[axis] = parts.stream().mapToLong(part -> part.shape().size(axis)).sum();
        float[] all = new float[(int) elements];
        int inner = 1;
        for (int i = axis + 1; i < sizes.length; i++) {
            inner *= (int) sizes[i];
        }
        int row = (int) sizes[axis] * inner;
        int at = 0;
        for (Tensor part : parts) {
            float[] values = part.toFloats();
            int width = (int) part.shape().size(axis) * inner;
            for (int i = 0; i * width < values.length; i++) {
                System.arraycopy(values, i * width, all, i * row + at, width);
            }
            at += width;
        }
        return Optional.of(Tensor.ofFloats(all, sizes));
    }

    private static long[] strides(Shape shape) {
        long[] strides = new long[shape.rank()];
        long stride = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape.size(axis);
        }
        return strides;
    }

    /** Element (i, j, ..) of the result is element start + i strides[0] + j strides[1] + .. */
    private static Tensor gathered(Tensor data, long start, long[] sizes, long[] strides) {
        float[] from = data.toFloats();
        float[] to = new float[(int) Shape.of(sizes).elementCount()];
        long[] index = new long[sizes.length];
        long at = start;
        for (int i = 0; i < to.length; i++) {
            to[i] = from[(int) at];
            for (int axis = sizes.length - 1; axis >= 0; axis--) {
                at += strides[axis];
                if (++index[axis] < sizes[axis]) {
                    break;
                }
                at -= strides[axis] * sizes[axis];
                index[axis] = 0;
            }
        }
        return Tensor.ofFloats(to, sizes);
    }
}
