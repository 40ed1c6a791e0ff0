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

import java.util.ArrayList;
import java.util.List;

/** Axes added, dropped and moved. */
final class AxisRows {

    private AxisRows() {}

    static void add(Rows rows) {
        rows.aten(
                "permute",
                "self dims",
                (c, g) -> {
                    List<Long> dims = c.integers("dims");
                    Item.Array x = g.withRank(c.tensor("self"), dims.size());
                    return Axes.transpose(x, normal(dims, x), g);
                });
        rows.aten(
                "transpose swapaxes swapdims",
                "self dim0/axis0 dim1/axis1",
                (c, g) -> Axes.swap(c.tensor("self"), c.integer("dim0"), c.integer("dim1"), g));
        rows.aten("t numpy_T", "self", (c, g) -> Axes.swap(matrix(c, g), 0, 1, g));
        rows.aten("mT adjoint", "self", (c, g) -> Axes.swap(c.tensor("self"), -2, -1, g));
        rows.aten("movedim moveaxis", "self source destination", AxisRows::move);
        rows.aten("squeeze", "self dim", AxisRows::squeeze);
        rows.aten(
                "unsqueeze",
                "self dim",
                (c, g) -> Axes.unsqueeze(c.tensor("self"), c.integer("dim"), g));
        rows.aten("flip", "self dims", AxisRows::flip);
        rows.aten("roll", "self shifts dims", AxisRows::roll);
    }

    private static Item.Array matrix(Call call, Emitter graph) {
        Item.Array x = graph.withRank(call.tensor("self"), 2);
        if (x.rank() > 2) {
            throw new RefusedException("it turns around " + x.rank() + " axes");
        }
        return x;
    }

    private static List<Long> normal(List<Long> axes, Item.Array x) {
        return axes.stream().map(axis -> (long) Shapes.axis(axis, Call.rank(x))).toList();
    }

    private static Item move(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        int rank = Call.rank(x);
        List<Long> from = normal(call.integers("source"), x);
        List<Long> to = normal(call.integers("destination"), x);
        Long[] order = new Long[rank];
        for (int i = 0; i < from.size(); i++) {
            order[to.get(i).intValue()] = from.get(i);
        }
        long next = 0;
        for (int axis = 0; axis < rank; axis++) {
            if (order[axis] == null) {
                while (from.contains(next)) {
                    next++;
                }
                order[axis] = next++;
            }
        }
        return Axes.transpose(x, List.of(order), graph);
    }

    /** Axes of another extent than 1 stay. */
    private static Item squeeze(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        if (!call.has("dim")) {
            return squeezeAll(x, graph);
        }
        List<Long> axes = new ArrayList<>();
        for (long axis : call.integers("dim")) {
            if (x.shape() == null) {
                axes.add(axis);
            } else if (x.rank() > 0) {
                long own = Shapes.axis(axis, x.rank());
                long size = x.shape().size((int) own);
                if (size == 1) {
                    axes.add(own);
                } else if (size < 0) {
                    axes.add(own);
                }
            }
        }
        axes.sort(java.util.Comparator.reverseOrder());
        Item.Array result = x;
        for (long axis : axes) {
            result = Axes.squeeze(result, axis, graph);
        }
        return result;
    }

    private static Item squeezeAll(Item.Array x, Emitter graph) {
        if (x.shape() == null || !x.shape().isStatic()) {
            return graph.op("Squeeze").in(x).to(x.type(), null);
        }
        Item.Array result = x;
        for (int axis = x.rank() - 1; axis >= 0; axis--) {
            if (x.shape().size(axis) == 1) {
                result = Axes.squeeze(result, axis, graph);
            }
        }
        return result;
    }

    private static Item flip(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        List<Long> axes = call.integers("dims");
        int count = axes.size();
        return graph.op("Slice")
                .in(
                        x,
                        graph.longs(java.util.Collections.nCopies(count, -1L)),
                        graph.longs(java.util.Collections.nCopies(count, -Long.MAX_VALUE)),
                        graph.longs(axes),
                        graph.longs(java.util.Collections.nCopies(count, -1L)))
                .like(x);
    }

    private static Item roll(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        List<Long> shifts = call.integers("shifts");
        List<Long> axes = call.integers("dims");
        if (axes.isEmpty()) {
            Item.Array flat = Axes.reshape(x, List.of(Literals.of(-1)), graph);
            Item.Array rolled = roll(flat, shifts.get(0), 0, graph);
            return graph.op("Reshape").in(rolled, Numbers.dims(x, graph)).like(x);
        }
        Item.Array result = x;
        for (int i = 0; i < axes.size(); i++) {
            result = roll(result, shifts.get(i), axes.get(i), graph);
        }
        return result;
    }

    private static Item.Array roll(Item.Array x, long shift, long axis, Emitter graph) {
        Item size = Numbers.size(x, axis, graph);
        Item within = NumberRows.binary("remainder", Literals.of(shift), size, graph);
        Item split = NumberRows.binary("sub", size, within, graph);
        Item.Array tail = Axes.slice(x, axis, split, Literals.of(Axes.END), 1, graph);
        Item.Array head = Axes.slice(x, axis, Literals.of(0), split, 1, graph);
        Item.Array rolled = Axes.concat(List.of(tail, head), axis, graph);
        return new Item.Array(rolled.value(), rolled.type(), x.shape());
    }
}
