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
package io.github.djlquant.pytorch.cross;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.cross.Operand.Ints;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Elements taken from, and put to, places that other tensors tell. */
final class IndexRows {

    private IndexRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("Gather", IndexRows::gather);
        rows.put("GatherElements", IndexRows::gatherElements);
        rows.put("GatherND", IndexRows::gatherNd);
        rows.put("ScatterElements", IndexRows::scatterElements);
        rows.put("Scatter", IndexRows::scatterElements);
        rows.put("ScatterND", IndexRows::scatterNd);
        rows.put("Compress", IndexRows::compress);
    }

    private static void gather(Operation op, Crossing to) {
        long axis = op.integer("axis", 0);
        Optional<Ints> places = to.whole(op, 1);
        if (places.isPresent() && places.get().known().isPresent()) {
            List<Long> known = places.get().known().get();
            if (taken(op, to, places.get(), known)) {
                return;
            }
            TensorOf x = to.tensor(op, 0);
            if (places.get().scalar()) {
                Shape shape = Facts.reduced(x.shape(), List.of(axis), false);
                Facts facts = new Facts(x.type(), shape);
                to.define(op, to.emit.tensor("select", facts, x, axis, known.get(0)));
                return;
            }
        }
        TensorOf x = to.tensor(op, 0);
        TensorOf indices = wide(to, to.tensor(op, 1));
        Facts facts = new Facts(x.type(), gathered(x, axis, indices));
        boolean table = to.constant(x).isPresent() && x.rank() == 2 && axis == 0 && x.isFloat();
        if (table && to.constant(indices).isEmpty()) {
            // A negative index is an error of libtorch's there; tables of words have none.
            to.define(op, to.emit.tensor("embedding", facts, x, indices));
            return;
        }
        List<TensorOf> none = Collections.nCopies((int) front(op, to, x, axis), null);
        List<TensorOf> all = new ArrayList<>(none);
        all.add(indices);
        to.define(op, to.emit.tensor("index", facts, x, to.emit.optionalList(all)));
    }

    private static long front(Operation op, Crossing to, TensorOf x, long axis) {
        return axis >= 0 ? axis : axis + to.rank(op, x);
    }

    /** Extents of a shape are taken without a tensor. */
    private static boolean taken(Operation op, Crossing to, Ints places, List<Long> known) {
        Operand data = to.operand(op, 0);
        List<Int> made = new ArrayList<>();
        if (data instanceof Operand.Extents extents) {
            for (long place : known) {
                made.add(to.extent(extents.of(), place));
            }
        } else if (data instanceof Ints whole && !whole.scalar()) {
            int size = whole.elements().size();
            for (long place : known) {
                made.add(whole.elements().get((int) (place < 0 ? place + size : place)));
            }
        } else {
            return false;
        }
        to.define(op, new Ints(made, places.scalar(), DataType.INT64));
        return true;
    }

    private static Shape gathered(TensorOf x, long axis, TensorOf indices) {
        if (x.shape() == null || indices.shape() == null) {
            return null;
        }
        long[] sizes = x.shape().toArray();
        long[] places = indices.shape().toArray();
        int at = (int) (axis < 0 ? axis + sizes.length : axis);
        long[] made = new long[sizes.length - 1 + places.length];
        System.arraycopy(sizes, 0, made, 0, at);
        System.arraycopy(places, 0, made, at, places.length);
        System.arraycopy(sizes, at + 1, made, at + places.length, sizes.length - at - 1);
        return Facts.shape(made);
    }

    /** libtorch takes places of 64 bits. */
    private static TensorOf wide(Crossing to, TensorOf indices) {
        if (indices.type() == DataType.INT64) {
            return indices;
        }
        Optional<Tensor> constant = to.constant(indices);
        if (constant.isPresent()) {
            Tensor tensor = constant.get();
            return to.emit.constant(
                    "places", Tensor.ofLongs(tensor.toLongs(), tensor.shape().toArray()));
        }
        return to.emit.tensor(
                "to",
                indices.facts().withType(DataType.INT64),
                indices,
                DataType.INT64,
                false,
                false);
    }

    /** Places counted from the end become places from the front. */
    private static TensorOf natural(Crossing to, TensorOf indices, TensorOf x, long axis) {
        TensorOf places = wide(to, indices);
        Optional<Tensor> constant = to.constant(places);
        if (constant.isPresent() && Arrays.stream(constant.get().toLongs()).allMatch(i -> i >= 0)) {
            return places;
        }
        TensorOf below = to.emit.tensor("lt", places.facts().withType(DataType.BOOL), places, 0);
        TensorOf raised = to.emit.tensor("add", places.facts(), places, to.extent(x, axis));
        return to.emit.tensor("where", places.facts(), below, raised, places);
    }

    private static void gatherElements(Operation op, Crossing to) {
        long axis = op.integer("axis", 0);
        TensorOf x = to.tensor(op, 0);
        TensorOf places = natural(to, to.tensor(op, 1), x, axis);
        Facts facts = places.facts().withType(x.type());
        to.define(op, to.emit.tensor("gather", facts, x, axis, places));
    }

    /** The last axis of the indices holds a place for each of the data's first axes. */
    private static List<TensorOf> coordinates(
            Operation op, Crossing to, TensorOf indices, long batch) {
        int rank = to.rank(op, indices);
        long depth = indices.size(rank - 1);
        if (depth < 0) {
            throw op.refuse("the last extent of its indices is not known", "a number", null);
        }
        List<TensorOf> all = new ArrayList<>();
        Facts each = Facts.ofRank(DataType.INT64, rank - 1);
        for (int axis = 0; axis < batch; axis++) {
            List<Object> sizes = new ArrayList<>(Collections.nCopies(rank - 1, 1L));
            sizes.set(axis, -1L);
            TensorOf line =
                    to.emit.tensor(
                            "arange",
                            Facts.ofRank(DataType.INT64, 1),
                            to.extent(indices, axis),
                            Emitter.named("dtype", DataType.INT64));
            all.add(to.emit.tensor("view", each, line, sizes));
        }
        for (long i = 0; i < depth; i++) {
            all.add(to.emit.tensor("select", each, indices, -1, i));
        }
        return all;
    }

    private static void gatherNd(Operation op, Crossing to) {
        long batch = op.integer("batch_dims", 0);
        TensorOf x = to.tensor(op, 0);
        TensorOf indices = wide(to, to.tensor(op, 1));
        List<TensorOf> all = coordinates(op, to, indices, batch);
        int rank = x.rank() < 0 ? -1 : indices.rank() - 1 + x.rank() - all.size();
        to.define(
                op,
                to.emit.tensor(
                        "index", Facts.ofRank(x.type(), rank), x, to.emit.optionalList(all)));
    }

    private static void scatterElements(Operation op, Crossing to) {
        long axis = op.integer("axis", 0);
        String reduction = op.text("reduction", "none");
        TensorOf x = to.tensor(op, 0);
        TensorOf places = natural(to, to.tensor(op, 1), x, axis);
        TensorOf updates = to.tensor(op, 2);
        String aten =
                switch (reduction) {
                    case "none" -> "";
                    case "add" -> "sum";
                    case "mul" -> "prod";
                    case "max" -> "amax";
                    case "min" -> "amin";
                    default ->
                            throw op.refuse("reduction", "none, add, mul, max or min", reduction);
                };
        to.define(
                op,
                aten.isEmpty()
                        ? to.emit.tensor("scatter", x.facts(), x, axis, places, updates)
                        : to.emit.tensor(
                                "scatter_reduce", x.facts(), x, axis, places, updates, aten));
    }

    private static void scatterNd(Operation op, Crossing to) {
        String reduction = op.text("reduction", "none");
        if (!reduction.equals("none") && !reduction.equals("add")) {
            throw op.refuse("reduction", "none or add", reduction);
        }
        TensorOf x = to.tensor(op, 0);
        TensorOf indices = wide(to, to.tensor(op, 1));
        List<TensorOf> all = coordinates(op, to, indices, 0);
        to.define(
                op,
                to.emit.tensor(
                        "index_put",
                        x.facts(),
                        x,
                        to.emit.optionalList(all),
                        to.tensor(op, 2),
                        reduction.equals("add")));
    }

    private static void compress(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        TensorOf condition = to.tensor(op, 1);
        Facts line = Facts.ofRank(DataType.INT64, 1);
        TensorOf rows = to.emit.tensor("nonzero", Facts.ofRank(DataType.INT64, 2), condition);
        TensorOf places = to.emit.tensor("flatten", line, rows, 0, -1);
        if (!op.says("axis")) {
            TensorOf flat = to.emit.tensor("flatten", Facts.ofRank(x.type(), 1), x, 0, -1);
            to.define(
                    op, to.emit.tensor("index_select", Facts.ofRank(x.type(), 1), flat, 0, places));
            return;
        }
        Facts facts = Facts.ofRank(x.type(), x.rank());
        to.define(op, to.emit.tensor("index_select", facts, x, op.integer("axis", 0), places));
    }
}
