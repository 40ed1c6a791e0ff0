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

import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Pictures made larger or smaller. */
final class ResizeRows {

    private ResizeRows() {}

    static void add(Rows rows) {
        for (int axes = 1; axes <= 3; axes++) {
            int count = axes;
            rows.aten(
                    "upsample_nearest" + axes + "d",
                    "input/self output_size scale_factors/scales/scales_h/scales_d scales_w w",
                    (c, g) -> resize(c, count, 2, Mode.NEAREST, g));
            rows.aten(
                    "_upsample_nearest_exact" + axes + "d",
                    "input/self output_size scale_factors/scales/scales_h/scales_d scales_w w",
                    (c, g) -> resize(c, count, 2, Mode.NEAREST_EXACT, g));
        }
        String linear =
                "input/self output_size align_corners scale_factors/scales/scales_h/scales_d"
                        + " scales_w w";
        rows.aten("upsample_linear1d", linear, (c, g) -> resize(c, 1, 3, Mode.LINEAR, g));
        rows.aten("upsample_bilinear2d", linear, (c, g) -> resize(c, 2, 3, Mode.LINEAR, g));
        rows.aten("upsample_trilinear3d", linear, (c, g) -> resize(c, 3, 3, Mode.LINEAR, g));
        rows.aten("upsample_bicubic2d", linear, (c, g) -> resize(c, 2, 3, Mode.CUBIC, g));
    }

    private enum Mode {
        NEAREST,
        NEAREST_EXACT,
        LINEAR,
        CUBIC
    }

    private static Item resize(Call call, int axes, int scaleAt, Mode mode, Emitter graph) {
        Item.Array x = graph.withRank(call.tensor("input"), axes + 2);
        if (!x.hasRank(axes + 2)) {
            throw new RefusedException("it resizes " + x.rank() + " axes");
        }
        if (axes == 1) {
            // The runtime resizes two axes or more.
            Item.Array flat = Axes.unsqueeze(x, 2, graph);
            Item.Array wide = resized(call, flat, 1, scaleAt, mode, graph);
            return Axes.squeeze(wide, 2, graph);
        }
        return resized(call, x, axes, scaleAt, mode, graph);
    }

    private static Item.Array resized(
            Call call, Item.Array x, int axes, int scaleAt, Mode mode, Emitter graph) {
        boolean corners =
                (mode == Mode.LINEAR || mode == Mode.CUBIC) && call.truth("align_corners", false);
        Emitter.Op op = graph.op("Resize");
        Shape shape;
        List<Double> scales = scales(call, axes, scaleAt);
        int first = x.rank() - axes;
        if (call.has("output_size")) {
            List<Item> sizes = new ArrayList<>();
            for (int axis = 0; axis < first; axis++) {
                sizes.add(Numbers.size(x, axis, graph));
            }
            sizes.addAll(
                    call.item("output_size") instanceof Item.Items items
                            ? items.elements()
                            : List.of(call.item("output_size")));
            if (sizes.size() != x.rank()) {
                throw new RefusedException("its output_size has not one number for each axis");
            }
            requireNoOtherScale(scales, sizes.subList(first, sizes.size()), x, first);
            shape = Numbers.shape(sizes, graph);
            op.in(x, null, null, Numbers.vector(sizes, graph));
        } else {
            if (scales.isEmpty()) {
                throw new RefusedException("it has neither sizes nor known scales");
            }
            float[] factors = new float[x.rank()];
            List<Dimension> dimensions = new ArrayList<>();
            for (int axis = 0; axis < x.rank(); axis++) {
                double factor = axis < first ? 1 : scales.get(axis - first);
                factors[axis] = (float) factor;
                long size = x.shape().size(axis);
                dimensions.add(
                        axis < first
                                ? x.shape().dimensions().get(axis)
                                : Shapes.dimension(
                                        size < 0 ? -1 : (long) Math.floor(size * factor)));
            }
            shape = new Shape(dimensions);
            Item.Array constant =
                    graph.constant(
                            io.github.djlquant.graph.Tensor.ofFloats(factors, factors.length),
                            "constant/scales");
            op.in(x, null, constant);
        }
        return attributes(op, mode, corners).to(x.type(), shape);
    }

    private static Emitter.Op attributes(Emitter.Op op, Mode mode, boolean corners) {
        return switch (mode) {
            case NEAREST ->
                    op.attr("mode", "nearest")
                            .attr("coordinate_transformation_mode", "asymmetric")
                            .attr("nearest_mode", "floor");
            case NEAREST_EXACT ->
                    op.attr("mode", "nearest")
                            .attr("coordinate_transformation_mode", "half_pixel")
                            .attr("nearest_mode", "round_prefer_ceil");
            case LINEAR ->
                    op.attr("mode", "linear")
                            .attr(
                                    "coordinate_transformation_mode",
                                    corners ? "align_corners" : "half_pixel");
            case CUBIC ->
                    op.attr("mode", "cubic")
                            .attr("cubic_coeff_a", -0.75)
                            .attr(
                                    "coordinate_transformation_mode",
                                    corners ? "align_corners" : "half_pixel");
        };
    }

    /** One list of all scales, or one argument for each axis. Empty if there are none. */
    private static List<Double> scales(Call call, int axes, int at) {
        if (call.item(at).equals(Item.NONE) || call.count() <= at) {
            return List.of();
        }
        List<Item> items = new ArrayList<>();
        if (call.item(at) instanceof Item.Items list) {
            items.addAll(list.elements());
        } else {
            for (int i = at; i < call.count(); i++) {
                items.add(call.item(i));
            }
        }
        List<Double> scales = new ArrayList<>();
        for (Item item : items) {
            scales.add(
                    Literals.number(item)
                            .orElseThrow(() -> new RefusedException("its scales are not known")));
        }
        return scales.size() == axes ? scales : List.of();
    }

    /** A scale beside a size decides where samples lie, if it is not the sizes' own ratio. */
    private static void requireNoOtherScale(
            List<Double> scales, List<Item> sizes, Item.Array x, int first) {
        for (int axis = 0; axis < scales.size(); axis++) {
            long from = x.shape().size(axis + first);
            long to = Literals.integer(sizes.get(axis)).orElse(-1L);
            if (from < 0 || to < 0 || from * scales.get(axis) != to) {
                throw new RefusedException("it has sizes and scales that may differ");
            }
        }
    }
}
