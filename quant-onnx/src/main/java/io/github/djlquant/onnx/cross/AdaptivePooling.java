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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Pooling to a given size. */
final class AdaptivePooling {

    private AdaptivePooling() {}

    static Item.Array average(Call call, Item.Array x, int axes, Emitter graph) {
        List<Long> sizes = sizes(call, x, axes);
        if (sizes.stream().allMatch(size -> size == 1)) {
            Shape shape = x.shape();
            for (int axis = 0; axis < axes; axis++) {
                shape = Shapes.with(shape, axis + 2, 1);
            }
            return graph.op("GlobalAveragePool").in(x).to(x.type(), shape);
        }
        List<Long> kernel = kernel(x, sizes);
        if (!kernel.isEmpty()) {
            return graph.op("AveragePool")
                    .in(x)
                    .attr("kernel_shape", kernel)
                    .attr("strides", kernel)
                    .to(x.type(), shape(x, sizes));
        } else if (axes > 2) {
            throw new RefusedException("it pools extents that are not known to " + sizes);
        }
        return byProducts(x, sizes, graph);
    }

    static Item max(Call call, int axes, Emitter graph) {
        Item.Array x = graph.withRank(call.tensor("self"), axes + 2);
        if (call.outputs() > 1 || !x.hasRank(axes + 2)) {
            throw new RefusedException("it gives places, or reads a sample without a batch");
        }
        List<Long> sizes = sizes(call, x, axes);
        List<Long> kernel = kernel(x, sizes);
        if (sizes.stream().allMatch(size -> size == 1)) {
            return graph.op("GlobalMaxPool").in(x).to(x.type(), shape(x, sizes));
        } else if (kernel.isEmpty()) {
            throw new RefusedException("it pools extents that are not known to " + sizes);
        }
        return graph.op("MaxPool")
                .in(x)
                .attr("kernel_shape", kernel)
                .attr("strides", kernel)
                .to(x.type(), shape(x, sizes));
    }

    private static List<Long> sizes(Call call, Item.Array x, int axes) {
        Item given = call.item("output_size");
        List<Item> items =
                given instanceof Item.Items list
                        ? list.elements()
                        : Collections.nCopies(axes, given);
        List<Long> sizes = new ArrayList<>();
        for (int axis = 0; axis < axes; axis++) {
            Item item = items.get(items.size() == 1 ? 0 : axis);
            long size = Literals.integer(item).orElse(-1L);
            if (item.equals(Item.NONE)) {
                size = x.shape().size(axis + 2);
            }
            if (size < 0) {
                throw new RefusedException("the size that it pools to is not known");
            }
            sizes.add(size);
        }
        return sizes;
    }

    /** The window, if all are alike; empty if not, or if that is not known. */
    private static List<Long> kernel(Item.Array x, List<Long> sizes) {
        List<Long> kernel = new ArrayList<>();
        for (int axis = 0; axis < sizes.size(); axis++) {
            long size = x.shape().size(axis + 2);
            if (size < 0 || sizes.get(axis) == 0 || size % sizes.get(axis) != 0) {
                return List.of();
            }
            kernel.add(size / sizes.get(axis));
        }
        return kernel;
    }

    private static Shape shape(Item.Array x, List<Long> sizes) {
        Shape shape = x.shape();
        for (int axis = 0; axis < sizes.size(); axis++) {
            shape = Shapes.with(shape, axis + 2, sizes.get(axis));
        }
        return shape;
    }

    /** A mean over windows along an axis is a product with a matrix: A x B' for two axes. */
    private static Item.Array byProducts(Item.Array x, List<Long> sizes, Emitter graph) {
        int last = x.rank() - 1;
        Item.Array columns = means(x, last, sizes.get(sizes.size() - 1), graph);
        Item.Array turned = Axes.transpose(columns, List.of(1L, 0L), graph);
        Item.Array result = ProductRows.product(x, turned, graph);
        return sizes.size() == 1
                ? result
                : ProductRows.product(means(x, last - 1, sizes.get(0), graph), result, graph);
    }

    /**
     * Row i is 1 / n where libtorch's window i of n elements is: from floor(i L / size) to ceil((i
     * + 1) L / size).
     */
    private static Item.Array means(Item.Array x, int axis, long size, Emitter graph) {
        List<Long> rows = new ArrayList<>();
        for (long i = 0; i < size; i++) {
            rows.add(i);
        }
        Shape column = Shapes.of(size, 1);
        Item.Array length = Numbers.one(Numbers.size(x, axis, graph), graph);
        Item.Array index =
                graph.op("Unsqueeze")
                        .in(graph.longs(rows), graph.longs(1L))
                        .to(DataType.INT64, column);
        Item.Array low = graph.op("Mul").in(index, length).to(DataType.INT64, column);
        Item.Array start = graph.op("Div").in(low, graph.longs(size)).to(DataType.INT64, column);
        Item.Array high = graph.op("Add").in(low, length).to(DataType.INT64, column);
        Item.Array raised =
                graph.op("Add").in(high, graph.longs(size - 1)).to(DataType.INT64, column);
        Item.Array end = graph.op("Div").in(raised, graph.longs(size)).to(DataType.INT64, column);
        Item.Array all = CreationRows.range(Numbers.size(x, axis, graph), graph);
        Shape matrix = Shapes.of(size, x.shape().size(axis));
        Item.Array from = graph.op("GreaterOrEqual").in(all, start).to(DataType.BOOL, matrix);
        Item.Array to = graph.op("Less").in(all, end).to(DataType.BOOL, matrix);
        Item.Array inside = graph.op("And").in(from, to).to(DataType.BOOL, matrix);
        Item.Array ones = Numbers.cast(inside, x.type(), graph);
        Item.Array count = graph.op("Sub").in(end, start).to(DataType.INT64, column);
        return graph.op("Div").in(ones, Numbers.cast(count, x.type(), graph)).like(ones);
    }
}
