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

/** Pooling. */
final class PoolingRows {

    private PoolingRows() {}

    static void add(Rows rows) {
        for (int axes = 1; axes <= 3; axes++) {
            int rank = axes;
            rows.aten(
                    "max_pool" + axes + "d",
                    "self kernel_size stride padding dilation ceil_mode",
                    (c, g) -> batched(c, rank, g, x -> max(c, x, rank, g)));
            rows.aten(
                    "avg_pool" + axes + "d",
                    "self kernel_size stride padding ceil_mode count_include_pad"
                            + " divisor_override",
                    (c, g) -> batched(c, rank, g, x -> average(c, x, rank, g)));
            rows.aten(
                    "adaptive_avg_pool" + axes + "d",
                    "self output_size",
                    (c, g) -> batched(c, rank, g, x -> AdaptivePooling.average(c, x, rank, g)));
            rows.aten(
                    "adaptive_max_pool" + axes + "d",
                    "self output_size",
                    (c, g) -> AdaptivePooling.max(c, rank, g));
        }
        rows.aten(
                "max_pool2d_with_indices",
                "self kernel_size stride padding dilation ceil_mode",
                PoolingRows::maxWithPlaces);
    }

    private interface Pooling {
        Item.Array of(Item.Array input);
    }

    /** Adds the axis of the batch where a single sample is given. */
    private static Item batched(Call call, int axes, Emitter graph, Pooling pooling) {
        Item.Array x = graph.withRank(call.tensor("self"), axes + 2);
        ConvolutionRows.requireFloat(x);
        return x.hasRank(axes + 1)
                ? Axes.squeeze(pooling.of(Axes.unsqueeze(x, 0, graph)), 0, graph)
                : pooling.of(x);
    }

    /** Window, steps and padding of a pooling, one number for each axis. */
    record Window(
            List<Long> kernel,
            List<Long> stride,
            List<Long> padding,
            List<Long> dilation,
            boolean ceil) {

        static Window of(Call call, int axes, boolean dilates) {
            List<Long> kernel = call.integers("kernel_size", axes, 1);
            List<Long> stride =
                    call.integers("stride").isEmpty() ? kernel : call.integers("stride", axes, 1);
            return new Window(
                    kernel,
                    stride,
                    call.integers("padding", axes, 0),
                    dilates ? call.integers("dilation", axes, 1) : Collections.nCopies(axes, 1L),
                    call.truth("ceil_mode", false));
        }

        long reach(int axis) {
            return dilation.get(axis) * (kernel.get(axis) - 1) + 1;
        }

        /** A last window that would begin in the padding behind is left out. */
        long size(long input, int axis) {
            if (input < 0) {
                return -1;
            }
            long step = stride.get(axis);
            long room = input + 2 * padding.get(axis) - reach(axis);
            long size = (ceil ? -Math.floorDiv(-room, step) : Math.floorDiv(room, step)) + 1;
            return ceil && (size - 1) * step >= input + padding.get(axis) ? size - 1 : size;
        }

        /** Whether rounding up could let a window begin in the padding behind. */
        boolean mayBeginInPadding() {
            for (int axis = 0; axis < kernel.size(); axis++) {
                if (padding.get(axis) + stride.get(axis) > reach(axis)) {
                    return true;
                }
            }
            return false;
        }

        /** Whether rounding up adds a window. */
        boolean roundsUp(Shape shape) {
            for (int axis = 0; ceil && axis < kernel.size(); axis++) {
                long size = shape.size(axis + 2);
                long room = size + 2 * padding.get(axis) - reach(axis);
                if (size < 0 || room % stride.get(axis) != 0) {
                    return true;
                }
            }
            return false;
        }

        Shape shape(Item.Array input) {
            Shape shape = input.shape();
            for (int axis = 0; axis < kernel.size(); axis++) {
                shape = Shapes.with(shape, axis + 2, size(shape.size(axis + 2), axis));
            }
            return shape;
        }

        List<Long> pads() {
            List<Long> pads = new ArrayList<>(padding);
            pads.addAll(padding);
            return pads;
        }

        /** Padding that makes room for the windows that rounding up adds. */
        List<Long> pads(Shape shape) {
            List<Long> pads = new ArrayList<>(padding);
            for (int axis = 0; axis < kernel.size(); axis++) {
                long size = shape.size(axis + 2);
                long needed =
                        (size(size, axis) - 1) * stride.get(axis)
                                + reach(axis)
                                - size
                                - padding.get(axis);
                pads.add(Math.max(needed, 0));
            }
            return pads;
        }
    }

    private static Item.Array max(Call call, Item.Array x, int axes, Emitter graph) {
        Window window = Window.of(call, axes, true);
        Emitter.Op op = maxNode(window, x, graph);
        return op.to(x.type(), window.shape(x));
    }

    private static Emitter.Op maxNode(Window window, Item.Array x, Emitter graph) {
        boolean rounds = window.roundsUp(x.shape());
        boolean known = Shapes.volume(Shapes.sub(x.shape(), 2, x.rank())) >= 0;
        if (rounds && window.mayBeginInPadding() && !known) {
            throw new RefusedException(
                    "it rounds the number of its windows up, which depends on extents that are"
                            + " not known");
        }
        boolean written = rounds && !window.mayBeginInPadding();
        Emitter.Op op =
                graph.op("MaxPool")
                        .in(x)
                        .attr("kernel_shape", window.kernel())
                        .attr("strides", window.stride())
                        .attr("dilations", window.dilation());
        if (written) {
            return op.attr("pads", window.pads()).attr("ceil_mode", 1);
        }
        return op.attr("pads", rounds ? window.pads(x.shape()) : window.pads());
    }

    private static Item maxWithPlaces(Call call, Emitter graph) {
        Item.Array x = graph.withRank(call.tensor("self"), 4);
        if (!x.hasRank(4)) {
            throw new RefusedException("it reads a sample without a batch");
        }
        Window window = Window.of(call, 2, true);
        Shape shape = window.shape(x);
        List<Item.Array> made =
                maxNode(window, x, graph)
                        .all(List.of(x.type(), DataType.INT64), List.of(shape, shape));
        // ONNX counts places over the whole tensor, libtorch within a plane.
        Item.Array height = Numbers.scalar(Numbers.size(x, 2, graph), DataType.INT64, graph);
        Item.Array width = Numbers.scalar(Numbers.size(x, 3, graph), DataType.INT64, graph);
        Item.Array plane = graph.op("Mul").in(height, width).like(height);
        Item.Array place = graph.op("Mod").in(made.get(1), plane).like(made.get(1));
        return new Item.Items(List.of(made.get(0), place));
    }

    private static Item.Array average(Call call, Item.Array x, int axes, Emitter graph) {
        Window window = Window.of(call, axes, false);
        boolean counts = call.truth("count_include_pad", true);
        boolean divides = call.has("divisor_override");
        boolean rounds = window.roundsUp(x.shape());
        if (rounds && (counts || divides || window.mayBeginInPadding())) {
            throw new RefusedException(
                    "it rounds the number of its windows up and counts what lies beyond");
        }
        Emitter.Op op =
                graph.op("AveragePool")
                        .in(x)
                        .attr("kernel_shape", window.kernel())
                        .attr("strides", window.stride())
                        .attr("pads", window.pads())
                        .attr("count_include_pad", counts || divides ? 1 : 0);
        if (rounds) {
            op.attr("ceil_mode", 1);
        }
        Item.Array mean = op.to(x.type(), window.shape(x));
        if (!divides) {
            return mean;
        }
        double elements = window.kernel().stream().reduce(1L, (a, b) -> a * b);
        return ProductRows.scaled(mean, elements / call.number("divisor_override", 1), graph);
    }
}
