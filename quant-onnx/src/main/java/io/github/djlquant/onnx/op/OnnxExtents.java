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
package io.github.djlquant.onnx.op;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.ExtentRule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Output extents of ONNX's operators that rearrange, where bounds and sizes are constant. */
final class OnnxExtents {

    /** Every position becomes one. */
    static final ExtentRule ONE_POSITION =
            (graph, node, known) -> known.apply(node.input(0)).map(OnnxExtents::onePosition);

    /** Axes change places. */
    static final ExtentRule TRANSPOSED =
            (graph, node, known) ->
                    known.apply(node.input(0)).flatMap(data -> transposed(node, data));

    /** Another shape for the same elements. */
    static final ExtentRule RESHAPED =
            (graph, node, known) ->
                    known.apply(node.input(0)).flatMap(data -> reshaped(graph, node, data));

    /** Parts of each axis. */
    static final ExtentRule SLICED =
            (graph, node, known) ->
                    known.apply(node.input(0)).flatMap(data -> sliced(graph, node, data));

    /** More elements at the ends of each axis. */
    static final ExtentRule PADDED =
            (graph, node, known) ->
                    known.apply(node.input(0))
                            .flatMap(data -> pads(graph, node).map(pads -> padded(data, pads)));

    private OnnxExtents() {}

    private static long[] onePosition(long[] data) {
        long[] ones = data.clone();
        Arrays.fill(ones, Math.min(2, ones.length), ones.length, 1);
        return ones;
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
    private static Optional<long[]> reshaped(Graph graph, Node node, long[] data) {
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
            long others = product(made);
            long all = product(data);
            made[open] = all < 0 || others < 1 ? -1 : all / others;
        }
        return Optional.of(made);
    }

    /** The product behind the batch; negative if an extent is unknown or absurdly large. */
    private static long product(long[] shape) {
        long product = 1;
        for (int axis = 1; axis < shape.length; axis++) {
            if (shape[axis] < 0 || shape[axis] > 0 && product > Long.MAX_VALUE / shape[axis]) {
                return -1;
            }
            product *= shape[axis];
        }
        return product;
    }

    private static Optional<long[]> pads(Graph graph, Node node) {
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

    private static Optional<long[]> sliced(Graph graph, Node node, long[] data) {
        Optional<long[]> starts = longs(graph, node, 1, "starts");
        Optional<long[]> ends = longs(graph, node, 2, "ends");
        if (starts.isEmpty() || ends.isEmpty() || starts.get().length != ends.get().length) {
            return Optional.empty();
        }
        int count = starts.get().length;
        long[] axes = longs(graph, node, 3, "axes").orElse(null);
        long[] steps = longs(graph, node, 4, "steps").orElse(null);
        if (axes != null && axes.length < count || steps != null && steps.length < count) {
            return Optional.empty();
        }
        long[] made = data.clone();
        for (int i = 0; i < count; i++) {
            long axis = axes == null ? i : axes[i];
            axis = axis < 0 ? axis + data.length : axis;
            long step = steps == null ? 1 : steps[i];
            if (axis < 0 || axis >= data.length || data[(int) axis] < 0 || step < 1) {
                return Optional.empty();
            }
            long size = data[(int) axis];
            long start = clamp(starts.get()[i], size);
            long end = clamp(ends.get()[i], size);
            made[(int) axis] = Math.max(0, (end - start + step - 1) / step);
        }
        return Optional.of(made);
    }

    private static long clamp(long bound, long size) {
        return Math.max(0, Math.min(size, bound < 0 ? bound + size : bound));
    }

    private static Optional<long[]> longs(Graph graph, Node node, int input, String attribute) {
        if (node.hasInput(input)) {
            return graph.constant(node.input(input)).map(Tensor::toLongs);
        }
        long[] values = node.intsAttribute(attribute).stream().mapToLong(Long::longValue).toArray();
        return values.length == 0 ? Optional.empty() : Optional.of(values);
    }
}
