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
import java.util.Optional;

/** Output extents of a slice with constant bounds. */
final class SliceExtents {

    private SliceExtents() {}

    static Optional<long[]> of(Graph graph, Node node, long[] data) {
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
