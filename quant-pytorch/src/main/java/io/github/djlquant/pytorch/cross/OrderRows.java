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
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.List;
import java.util.Map;

/** Operators that look for places or go along an axis in order. */
final class OrderRows {

    private static final long TOP_INPUT = 10;

    private OrderRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("ArgMax", (op, to) -> extreme(op, to, "argmax"));
        rows.put("ArgMin", (op, to) -> extreme(op, to, "argmin"));
        rows.put("TopK", OrderRows::top);
        rows.put("CumSum", OrderRows::sum);
        rows.put("NonZero", OrderRows::nonZero);
        rows.put("Trilu", OrderRows::triangle);
    }

    /** The first of equal elements, as libtorch finds it too; or the last, found from behind. */
    private static void extreme(Operation op, Crossing to, String aten) {
        long axis = op.integer("axis", 0);
        boolean kept = op.truth("keepdims", true);
        boolean last = op.truth("select_last_index", false);
        TensorOf x = to.tensor(op, 0);
        Facts facts = new Facts(DataType.INT64, Facts.reduced(x.shape(), List.of(axis), kept));
        if (!last) {
            to.define(op, to.emit.tensor(aten, facts, x, axis, kept));
            return;
        }
        TensorOf behind = to.emit.tensor("flip", x.facts(), x, List.of(axis));
        TensorOf place = to.emit.tensor(aten, facts, behind, axis, kept);
        Int end = IntMath.of(to).minus(to.extent(x, axis), Int.of(1));
        to.define(op, to.emit.tensor("rsub", facts, place, end));
    }

    /** Equal elements keep their order, so the sort must. */
    private static void top(Operation op, Crossing to) {
        op.ignore("sorted");
        boolean largest = op.truth("largest", true);
        TensorOf x = to.tensor(op, 0);
        long axis = op.integer("axis", -1);
        Int count = op.opset() < TOP_INPUT ? Int.of(op.integer("k", 1)) : to.integer(op, 1);
        List<String> sorted =
                to.emit.several(
                        "sort",
                        2,
                        x,
                        Emitter.named("stable", true),
                        Emitter.named("dim", axis),
                        Emitter.named("descending", largest));
        Facts facts = Facts.ofRank(x.type(), x.rank());
        TensorOf values = new TensorOf(sorted.get(0), x.type(), x.shape());
        TensorOf places = new TensorOf(sorted.get(1), DataType.INT64, x.shape());
        to.define(op, 0, to.emit.tensor("slice", facts, values, axis, 0, count, 1));
        to.define(
                op,
                1,
                to.emit.tensor("slice", facts.withType(DataType.INT64), places, axis, 0, count, 1));
    }

    private static void sum(Operation op, Crossing to) {
        boolean exclusive = op.truth("exclusive", false);
        boolean reverse = op.truth("reverse", false);
        TensorOf x = to.tensor(op, 0);
        Int axis = to.integer(op, 1);
        TensorOf data = reverse ? flip(to, x, axis) : x;
        TensorOf sums =
                to.emit.tensor("cumsum", x.facts(), data, axis, Emitter.named("dtype", x.type()));
        if (exclusive) {
            // Moved by one place rather than subtracted, which would round.
            Int one = Int.of(1);
            TensorOf first = to.emit.tensor("slice", x.facts(), data, axis, 0, one, one);
            TensorOf zeros = to.emit.tensor("zeros_like", x.facts(), first);
            TensorOf rest = to.emit.tensor("slice", x.facts(), sums, axis, 0, -1, one);
            sums = to.emit.tensor("cat", x.facts(), to.emit.list(List.of(zeros, rest)), axis);
        }
        to.define(op, reverse ? flip(to, sums, axis) : sums);
    }

    private static TensorOf flip(Crossing to, TensorOf x, Int axis) {
        return to.emit.tensor("flip", x.facts(), x, List.of(axis));
    }

    /** [rank, n]: libtorch makes one row per element that is not zero. */
    private static void nonZero(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        Facts facts = Facts.ofRank(DataType.INT64, 2);
        TensorOf places = to.emit.tensor("nonzero", facts, x);
        to.define(op, to.emit.tensor("transpose", facts, places, 0, 1));
    }

    private static void triangle(Operation op, Crossing to) {
        String aten = op.truth("upper", true) ? "triu" : "tril";
        TensorOf x = to.tensor(op, 0);
        Int diagonal = op.has(1) ? to.integer(op, 1) : Int.of(0);
        to.define(op, to.emit.tensor(aten, x.facts(), x, diagonal));
    }
}
