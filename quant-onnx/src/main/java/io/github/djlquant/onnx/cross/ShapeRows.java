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
import java.util.Collections;
import java.util.List;

/** Other shapes of the same elements. */
final class ShapeRows {

    private ShapeRows() {}

    static void add(Rows rows) {
        rows.aten("view reshape _reshape_alias", "self size/shape", ShapeRows::reshape);
        rows.aten(
                "view_as reshape_as",
                "self other",
                (c, g) -> {
                    Item.Array x = c.tensor("self");
                    Item.Array other = c.tensor("other");
                    return g.op("Reshape")
                            .in(x, Numbers.dims(other, g))
                            .to(x.type(), other.shape());
                });
        rows.aten("flatten", "self start_dim end_dim", ShapeRows::flatten);
        rows.aten(
                "ravel",
                "self",
                (c, g) -> Axes.reshape(c.tensor("self"), List.of(Literals.of(-1)), g));
        rows.aten("unflatten", "self dim sizes", ShapeRows::unflatten);
        rows.aten("expand broadcast_to", "self size implicit", ShapeRows::expand);
        rows.aten(
                "expand_as",
                "self other",
                (c, g) -> {
                    Item.Array x = c.tensor("self");
                    Item.Array other = c.tensor("other");
                    return g.op("Expand").in(x, Numbers.dims(other, g)).to(x.type(), other.shape());
                });
        rows.aten("repeat tile", "self repeats/dims", ShapeRows::repeat);
        rows.aten("repeat_interleave", "self repeats dim output_size", ShapeRows::interleave);
        rows.aten("pixel_shuffle", "self upscale_factor", ShapeRows::pixelShuffle);
        rows.aten("pixel_unshuffle", "self downscale_factor", ShapeRows::pixelUnshuffle);
        rows.aten("channel_shuffle native_channel_shuffle", "self groups", ShapeRows::shuffle);
    }

    private static Item reshape(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        Item size = call.item("size");
        if (Literals.integer(size).isPresent() && !(size instanceof Item.Items)) {
            throw new RefusedException("it looks at the elements as another type");
        } else if (size instanceof Item.Items items) {
            return Axes.reshape(x, items.elements(), graph);
        }
        return graph.op("Reshape").in(x, Numbers.vector(size, graph)).to(x.type(), null);
    }

    private static Item flatten(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        long start = call.integer("start_dim", 0);
        long end = call.integer("end_dim", -1);
        boolean toEnd = end == -1 || x.shape() != null && end == x.rank() - 1;
        if (toEnd && start == 0) {
            return Axes.reshape(x, List.of(Literals.of(-1)), graph);
        } else if (toEnd && start == 1 && (x.shape() == null || x.rank() > 1)) {
            return flattened(x, graph);
        }
        int rank = Call.rank(x);
        int from = Shapes.axis(start, rank);
        int to = Shapes.axis(end, rank);
        List<Item> target = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            if (axis < from || axis > to) {
                target.add(Numbers.size(x, axis, graph));
            } else if (axis == from) {
                target.add(Literals.of(-1));
            }
        }
        return from == to ? x : Axes.reshape(x, target, graph);
    }

    private static Item.Array flattened(Item.Array x, Emitter graph) {
        Shape shape = Shapes.of(-1, -1);
        if (x.shape() != null) {
            long rest = Shapes.volume(Shapes.sub(x.shape(), 1, x.rank()));
            shape = new Shape(List.of(x.shape().dimensions().get(0), Shapes.dimension(rest)));
        }
        return graph.op("Flatten").in(x).attr("axis", 1).to(x.type(), shape);
    }

    private static Item unflatten(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        int rank = Call.rank(x);
        int split = Shapes.axis(call.integer("dim"), rank);
        List<Item> target = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            if (axis == split) {
                target.addAll(call.items("sizes"));
            } else {
                target.add(Numbers.size(x, axis, graph));
            }
        }
        return Axes.reshape(x, target, graph);
    }

    /** -1 keeps an extent, as 1 does in ONNX. */
    private static Item expand(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        if (!(call.item("size") instanceof Item.Items)) {
            return graph.op("Expand")
                    .in(x, Numbers.vector(call.item("size"), graph))
                    .to(x.type(), null);
        }
        List<Item> target = new ArrayList<>(call.items("size"));
        target.replaceAll(
                size ->
                        Literals.integer(size).filter(s -> s == -1).isPresent()
                                ? Literals.of(1)
                                : size);
        Shape shape =
                x.shape() == null
                        ? Shapes.open(target.size())
                        : Shapes.broadcast(x.shape(), Numbers.shape(target, graph));
        return graph.op("Expand").in(x, Numbers.vector(target, graph)).to(x.type(), shape);
    }

    private static Item repeat(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        List<Item> repeats = new ArrayList<>(call.items("repeats"));
        boolean pads = call.node().op().name().equals("tile");
        while (pads && repeats.size() < Call.rank(x)) {
            repeats.add(0, Literals.of(1));
        }
        int rank = repeats.size();
        if (!x.hasRank(rank)) {
            // Expanding to ones adds the axes that are missing in front.
            Shape shape =
                    x.shape() == null
                            ? Shapes.open(rank)
                            : Shapes.broadcast(x.shape(), Shapes.of(Collections.nCopies(rank, 1L)));
            x =
                    graph.op("Expand")
                            .in(x, graph.longs(Collections.nCopies(rank, 1L)))
                            .to(x.type(), shape);
        }
        List<Dimension> dimensions = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            long size = x.shape().size(axis);
            long times = Literals.integer(repeats.get(axis)).orElse(-1L);
            dimensions.add(
                    times == 1
                            ? x.shape().dimensions().get(axis)
                            : Shapes.dimension(size < 0 || times < 0 ? -1 : size * times));
        }
        return graph.op("Tile")
                .in(x, Numbers.vector(repeats, graph))
                .to(x.type(), new Shape(dimensions));
    }

    private static Item interleave(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        long times = call.integer("repeats");
        if (!call.has("dim")) {
            x = Axes.reshape(x, List.of(Literals.of(-1)), graph);
        }
        int rank = Call.rank(x);
        int axis = Shapes.axis(call.integer("dim", 0), rank);
        Item.Array wide = Axes.unsqueeze(x, axis + 1, graph);
        List<Long> ones = new ArrayList<>(Collections.nCopies(rank + 1, 1L));
        ones.set(axis + 1, times);
        Item.Array repeated =
                graph.op("Expand")
                        .in(wide, graph.longs(ones))
                        .to(x.type(), Shapes.with(wide.shape(), axis + 1, times));
        List<Item> target = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            Item size = Numbers.size(x, i, graph);
            target.add(
                    i == axis ? NumberRows.binary("mul", size, Literals.of(times), graph) : size);
        }
        return Axes.reshape(repeated, target, graph);
    }

    private static Item.Array planes(Call call, Emitter graph) {
        Item.Array x = graph.withRank(call.tensor("self"), 4);
        if (!x.hasRank(4)) {
            throw new RefusedException("it moves pixels of " + x.rank() + " axes, not of four");
        }
        return x;
    }

    private static Item pixelShuffle(Call call, Emitter graph) {
        Item.Array x = planes(call, graph);
        long block = call.integer("upscale_factor");
        long[] sizes = x.shape().toArray();
        return graph.op("DepthToSpace")
                .in(x)
                .attr("blocksize", block)
                .attr("mode", "CRD")
                .to(
                        x.type(),
                        Shapes.of(
                                sizes[0],
                                sizes[1] < 0 ? -1 : sizes[1] / (block * block),
                                sizes[2] < 0 ? -1 : sizes[2] * block,
                                sizes[3] < 0 ? -1 : sizes[3] * block));
    }

    /** The order of libtorch's channels is that of no mode of SpaceToDepth. */
    private static Item pixelUnshuffle(Call call, Emitter graph) {
        Item.Array x = planes(call, graph);
        Item block = Literals.of(call.integer("downscale_factor"));
        Item batch = Numbers.size(x, 0, graph);
        Item channels = Numbers.size(x, 1, graph);
        Item height = NumberRows.binary("floordiv", Numbers.size(x, 2, graph), block, graph);
        Item width = NumberRows.binary("floordiv", Numbers.size(x, 3, graph), block, graph);
        Item.Array split =
                Axes.reshape(x, List.of(batch, channels, height, block, width, block), graph);
        Item.Array moved = Axes.transpose(split, List.of(0L, 1L, 3L, 5L, 2L, 4L), graph);
        Item square = NumberRows.binary("mul", block, block, graph);
        Item all = NumberRows.binary("mul", channels, square, graph);
        return Axes.reshape(moved, List.of(batch, all, height, width), graph);
    }

    private static Item shuffle(Call call, Emitter graph) {
        Item.Array x = planes(call, graph);
        Item groups = Literals.of(call.integer("groups"));
        Item batch = Numbers.size(x, 0, graph);
        Item channels = Numbers.size(x, 1, graph);
        Item height = Numbers.size(x, 2, graph);
        Item width = Numbers.size(x, 3, graph);
        Item each = NumberRows.binary("floordiv", channels, groups, graph);
        Item.Array split = Axes.reshape(x, List.of(batch, groups, each, height, width), graph);
        Item.Array moved = Axes.transpose(split, List.of(0L, 2L, 1L, 3L, 4L), graph);
        return Axes.reshape(moved, List.of(batch, channels, height, width), graph);
    }
}
