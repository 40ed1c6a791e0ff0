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
import java.util.List;

/** Elements picked by indices. */
final class IndexRows {

    private IndexRows() {}

    static void add(Rows rows) {
        rows.aten(
                "embedding",
                "weight indices padding_idx scale_grad_by_freq sparse",
                (c, g) -> pick(c.tensor("weight"), c.tensor("indices"), 0, g));
        rows.aten(
                "index_select",
                "self dim index",
                (c, g) -> pick(c.tensor("self"), c.tensor("index"), c.integer("dim"), g));
        rows.aten(
                "gather",
                "self dim index sparse_grad",
                (c, g) -> {
                    Item.Array x = c.tensor("self");
                    Item.Array index = c.tensor("index");
                    return g.op("GatherElements")
                            .in(x, index)
                            .attr("axis", c.integer("dim"))
                            .to(x.type(), index.shape());
                });
        rows.aten("index", "self indices", IndexRows::index);
        rows.aten("one_hot", "self num_classes", IndexRows::oneHot);
    }

    private static Item.Array pick(Item.Array x, Item.Array index, long axis, Emitter graph) {
        if (index.type() != DataType.INT64 && index.type() != DataType.INT32) {
            throw new RefusedException("its indices are " + index.type());
        }
        Shape shape = null;
        if (x.shape() != null && index.shape() != null) {
            int own = Shapes.axis(axis, x.rank());
            shape =
                    Shapes.concat(
                            Shapes.concat(Shapes.sub(x.shape(), 0, own), index.shape()),
                            Shapes.sub(x.shape(), own + 1, x.rank()));
        }
        return graph.op("Gather").in(x, index).attr("axis", axis).to(x.type(), shape);
    }

    private static Item index(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        List<Item> given = call.items("indices");
        List<Item.Array> indices = new ArrayList<>();
        int first = -1;
        for (int i = 0; i < given.size(); i++) {
            if (given.get(i) instanceof Item.Array array) {
                if (first >= 0 && i != first + indices.size()) {
                    throw new RefusedException("its indices don't stand side by side");
                }
                first = first < 0 ? i : first;
                indices.add(array);
            }
        }
        if (indices.isEmpty()) {
            return x;
        } else if (indices.stream().anyMatch(i -> i.type() == DataType.BOOL)) {
            return masked(x, indices, first, graph);
        } else if (indices.size() == 1) {
            return pick(x, indices.get(0), first, graph);
        } else if (first > 0) {
            throw new RefusedException("its indices don't begin with the first axis");
        }
        return together(x, indices, graph);
    }

    /** Elements where a mask over the first axes holds. */
    private static Item masked(Item.Array x, List<Item.Array> indices, int first, Emitter graph) {
        if (indices.size() > 1 || first > 0) {
            throw new RefusedException("it picks by a mask and something else");
        }
        Item.Array mask = indices.get(0);
        Item.Array places =
                graph.op("NonZero").in(mask).to(DataType.INT64, Shapes.of(mask.rank(), -1));
        Item.Array turned = Axes.transpose(places, List.of(1L, 0L), graph);
        Shape shape = null;
        if (x.shape() != null && mask.shape() != null) {
            shape = Shapes.concat(Shapes.of(-1), Shapes.sub(x.shape(), mask.rank(), x.rank()));
        }
        return graph.op("GatherND").in(x, turned).to(x.type(), shape);
    }

    private static Item together(Item.Array x, List<Item.Array> indices, Emitter graph) {
        // A sum of all broadcasts them to one shape.
        Item.Array zero = null;
        for (Item.Array index : indices) {
            Item.Array none = graph.op("Mul").in(index, graph.scalar(0, index.type())).like(index);
            zero =
                    zero == null
                            ? Numbers.cast(none, DataType.INT64, graph)
                            : ProductRows.sum(
                                    zero, Numbers.cast(none, DataType.INT64, graph), graph);
        }
        List<Item.Array> columns = new ArrayList<>();
        for (Item.Array index : indices) {
            Item.Array wide =
                    ProductRows.sum(Numbers.cast(index, DataType.INT64, graph), zero, graph);
            columns.add(Axes.unsqueeze(wide, -1, graph));
        }
        Item.Array places = Axes.concat(columns, -1, graph);
        Shape shape = null;
        if (x.shape() != null && zero.shape() != null) {
            shape = Shapes.concat(zero.shape(), Shapes.sub(x.shape(), indices.size(), x.rank()));
        }
        return graph.op("GatherND").in(x, places).to(x.type(), shape);
    }

    private static Item oneHot(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        long classes = call.integer("num_classes", -1);
        if (classes < 0) {
            throw new RefusedException("the number of its classes depends on the elements");
        }
        Shape shape = x.shape() == null ? null : Shapes.inserted(x.shape(), x.rank(), classes);
        return graph.op("OneHot")
                .in(x, graph.longs(classes), graph.longs(0, 1))
                .attr("axis", -1)
                .to(DataType.INT64, shape);
    }
}
