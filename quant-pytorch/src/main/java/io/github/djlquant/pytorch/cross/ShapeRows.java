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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.pytorch.cross.Operand.Extents;
import io.github.djlquant.pytorch.cross.Operand.Ints;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import io.github.djlquant.pytorch.op.Argument;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shapes as values, and tensors that are made from shapes and numbers. */
final class ShapeRows {

    private static final int LONGEST = 64;

    private ShapeRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("Shape", ShapeRows::shape);
        rows.put("Size", ShapeRows::size);
        rows.put("ConstantOfShape", ShapeRows::filled);
        rows.put("Range", ShapeRows::range);
        rows.put("OneHot", ShapeRows::oneHot);
        rows.put("EyeLike", ShapeRows::eye);
    }

    private static void shape(Operation op, Crossing to) {
        long start = op.integer("start", 0);
        boolean whole = start == 0 && !op.says("end");
        if (whole && to.operand(op, 0) instanceof Ints ints) {
            List<Int> sizes = ints.scalar() ? List.of() : List.of(Int.of(ints.elements().size()));
            to.define(op, new Ints(sizes, false, DataType.INT64));
            return;
        }
        TensorOf x = to.tensor(op, 0);
        if (x.rank() < 0) {
            if (!whole) {
                to.rank(op, x);
            }
            to.define(op, new Extents(x));
            return;
        }
        int rank = x.rank();
        int from = bound(start, rank);
        int until = bound(op.integer("end", rank), rank);
        List<Int> all = new ArrayList<>();
        for (int axis = from; axis < until; axis++) {
            all.add(to.extent(x, axis));
        }
        to.define(op, new Ints(all, false, DataType.INT64));
    }

    private static int bound(long at, int rank) {
        return (int) Math.max(0, Math.min(rank, at < 0 ? at + rank : at));
    }

    private static void size(Operation op, Crossing to) {
        if (to.operand(op, 0) instanceof Ints ints) {
            Int count = Int.of(ints.elements().size());
            to.define(op, new Ints(List.of(count), true, DataType.INT64));
            return;
        }
        TensorOf x = to.tensor(op, 0);
        Int count =
                x.shape() != null && x.shape().isStatic()
                        ? Int.of(x.shape().elementCount())
                        : to.emit.integer("numel", true, x);
        to.define(op, new Ints(List.of(count), true, DataType.INT64));
    }

    private static void filled(Operation op, Crossing to) {
        Tensor value =
                op.any("value")
                        .filter(Attribute.TensorAttribute.class::isInstance)
                        .map(a -> ((Attribute.TensorAttribute) a).value())
                        .orElse(Tensor.ofFloat(0));
        DataType type = value.dataType();
        List<Int> sizes = to.integers(op, 0);
        boolean shape = type == DataType.INT64 && sizes.size() == 1 && sizes.get(0).isKnown();
        if (shape && sizes.get(0).known() <= LONGEST) {
            Int each = Int.of(value.toLongs()[0]);
            to.define(
                    op,
                    new Ints(Collections.nCopies((int) sizes.get(0).known(), each), false, type));
            return;
        }
        to.define(
                op, to.emit.tensor("full", facts(type, sizes), sizes, number(value), dtype(type)));
    }

    static Facts facts(DataType type, List<Int> sizes) {
        return Facts.of(
                type, sizes.stream().mapToLong(s -> s.isKnown() ? s.known() : -1).toArray());
    }

    private static Object number(Tensor value) {
        DataType type = value.dataType();
        if (type == DataType.INT64) {
            return value.toLongs()[0];
        }
        double[] found = new double[1];
        value.forEach((index, element) -> found[0] = element);
        if (type == DataType.BOOL) {
            return found[0] != 0;
        }
        return type.isFloatingPoint() ? found[0] : (Object) (long) found[0];
    }

    private static Emitter.Named dtype(DataType type) {
        return Emitter.named("dtype", type);
    }

    private static void range(Operation op, Crossing to) {
        List<Optional<Ints>> given = List.of(to.whole(op, 0), to.whole(op, 1), to.whole(op, 2));
        DataType type = given.get(1).map(Ints::type).orElseGet(() -> to.type(op, to.tensor(op, 1)));
        Object[] numbers = new Object[3];
        for (int i = 0; i < 3; i++) {
            numbers[i] = type.isFloatingPoint() ? number(op, to, i) : to.integer(op, i);
        }
        to.define(
                op,
                to.emit.tensor(
                        "arange",
                        Facts.ofRank(type, 1),
                        numbers[0],
                        numbers[1],
                        numbers[2],
                        dtype(type)));
    }

    /** A number of TorchScript's type float. */
    private static Object number(Operation op, Crossing to, int input) {
        Optional<Double> known = to.number(op, input);
        return known.isPresent() ? known.get() : item(to, to.tensor(op, input));
    }

    static Object item(Crossing to, TensorOf tensor) {
        return Argument.of(to.emit.value("Float", new ValueType.OtherType("float", null), tensor));
    }

    /** Compares each index with every place; indices count from the end if they are negative. */
    private static void oneHot(Operation op, Crossing to) {
        long axis = op.integer("axis", -1);
        TensorOf indices = to.tensor(op, 0);
        Int depth = to.integer(op, 1);
        TensorOf values = to.tensor(op, 2);
        DataType type = to.type(op, values);
        Facts whole = Facts.ofRank(DataType.INT64, indices.rank());
        TensorOf places =
                indices.type() == DataType.INT64
                        ? indices
                        : to.emit.tensor("to", whole, indices, DataType.INT64, false, false);
        int rank = to.rank(op, indices) + 1;
        long at = axis < 0 ? axis + rank : axis;
        TensorOf below = to.emit.tensor("lt", whole.withType(DataType.BOOL), places, 0);
        TensorOf raised = to.emit.tensor("add", whole, places, depth);
        TensorOf natural = to.emit.tensor("where", whole, below, raised, places);
        TensorOf column =
                to.emit.tensor("unsqueeze", Facts.ofRank(DataType.INT64, rank), natural, at);
        TensorOf all =
                to.emit.tensor(
                        "arange", Facts.ofRank(DataType.INT64, 1), depth, dtype(DataType.INT64));
        List<Object> sizes = new ArrayList<>(Collections.nCopies(rank, 1L));
        sizes.set((int) at, -1L);
        TensorOf line = to.emit.tensor("view", Facts.ofRank(DataType.INT64, rank), all, sizes);
        TensorOf hit = to.emit.tensor("eq", Facts.ofRank(DataType.BOOL, rank), column, line);
        TensorOf on = to.emit.tensor("select", Facts.ofRank(type, 0), values, 0, 1);
        TensorOf off = to.emit.tensor("select", Facts.ofRank(type, 0), values, 0, 0);
        to.define(op, to.emit.tensor("where", Facts.ofRank(type, rank), hit, on, off));
    }

    /** Ones on one diagonal. */
    private static void eye(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        long diagonal = op.integer("k", 0);
        DataType type =
                op.says("dtype")
                        ? Constants.type(op.integer("dtype", 0))
                                .orElseThrow(() -> op.refuse("dtype", "one of libtorch", null))
                        : to.type(op, x);
        Facts facts = x.facts().withType(type);
        TensorOf ones = to.emit.tensor("ones_like", facts, x, dtype(type));
        TensorOf upper = to.emit.tensor("triu", facts, ones, diagonal);
        to.define(op, to.emit.tensor("tril", facts, upper, diagonal));
    }
}
