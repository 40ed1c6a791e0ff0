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

import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Padding: ONNX lists all sides before, then all after; TorchScript from the last axis on. */
final class PadRows {

    private static final long INPUTS = 11;

    private PadRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("Pad", PadRows::pad);
    }

    private static void pad(Operation op, Crossing to) {
        String mode = op.text("mode", "constant");
        TensorOf x = to.tensor(op, 0);
        boolean attributes = op.opset() < INPUTS;
        List<Int> given =
                attributes
                        ? op.integers("pads").orElse(List.of()).stream().map(Int::of).toList()
                        : to.integers(op, 1);
        Object value = attributes ? (Object) op.number("value", 0) : fill(op, to, x);
        List<Int> sides = sides(op, to, x, given);
        Facts facts = facts(x, sides);
        switch (mode) {
            case "constant" ->
                    to.define(op, to.emit.tensor("constant_pad_nd", facts, x, sides, value));
            case "reflect", "edge", "wrap" -> {
                String aten =
                        mode.equals("reflect")
                                ? "reflect"
                                : mode.equals("edge") ? "replicate" : "circular";
                to.define(op, mirrored(op, to, x, sides, aten, facts));
            }
            default -> throw op.refuse("mode", "constant, reflect, edge or wrap", mode);
        }
    }

    private static Object fill(Operation op, Crossing to, TensorOf x) {
        if (!op.has(2)) {
            return x.type() == null || x.isFloat() ? 0.0 : (Object) 0L;
        }
        Optional<Double> known = to.number(op, 2);
        if (known.isEmpty()) {
            return ShapeRows.item(to, to.tensor(op, 2));
        }
        return x.type() == null || x.isFloat() ? known.get() : (Object) known.get().longValue();
    }

    /** From the last axis on, before and after each; axes at the front that keep are left out. */
    private static List<Int> sides(Operation op, Crossing to, TensorOf x, List<Int> given) {
        int axes = given.size() / 2;
        List<Int> before = new ArrayList<>(given.subList(0, axes));
        List<Int> after = new ArrayList<>(given.subList(axes, 2 * axes));
        if (op.has(3)) {
            int rank = to.rank(op, x);
            List<Int> first = new ArrayList<>(Collections.nCopies(rank, Int.of(0)));
            List<Int> last = new ArrayList<>(first);
            List<Long> named =
                    to.known(op, 3)
                            .orElseThrow(() -> op.refuse("axes are computed", "constants", null));
            for (int i = 0; i < axes; i++) {
                int axis = (int) (named.get(i) < 0 ? named.get(i) + rank : named.get(i));
                first.set(axis, before.get(i));
                last.set(axis, after.get(i));
            }
            before = first;
            after = last;
        }
        int from = 0;
        while (from < before.size() - 1 && before.get(from).is(0) && after.get(from).is(0)) {
            from++;
        }
        List<Int> sides = new ArrayList<>();
        for (int axis = before.size() - 1; axis >= from; axis--) {
            sides.add(before.get(axis));
            sides.add(after.get(axis));
        }
        return sides;
    }

    private static Facts facts(TensorOf x, List<Int> sides) {
        if (x.shape() == null) {
            return Facts.of(x.type());
        }
        long[] sizes = x.shape().toArray();
        for (int i = 0; i < sides.size() / 2; i++) {
            int axis = sizes.length - 1 - i;
            Int before = sides.get(2 * i);
            Int after = sides.get(2 * i + 1);
            boolean known = sizes[axis] >= 0 && before.isKnown() && after.isKnown();
            sizes[axis] = known ? sizes[axis] + before.known() + after.known() : -1;
        }
        return Facts.of(x.type(), sizes);
    }

    /** libtorch mirrors up to three axes and wants one or two more in front of them. */
    private static TensorOf mirrored(
            Operation op, Crossing to, TensorOf x, List<Int> sides, String mode, Facts facts) {
        int axes = sides.size() / 2;
        int rank = to.rank(op, x);
        if (axes > 3 || rank > axes + 2) {
            // More axes in front than libtorch expects; those that keep may be padded by nothing.
            List<Int> more = new ArrayList<>(sides);
            while (more.size() / 2 < Math.min(3, rank) && rank > more.size() / 2 + 2) {
                more.add(Int.of(0));
                more.add(Int.of(0));
            }
            if (more.size() / 2 > 3 || rank > more.size() / 2 + 2) {
                throw op.refuse("the padded axes", "the last three", axes + " of " + rank);
            }
            return to.emit.tensor("pad", facts, x, more, mode);
        }
        if (rank > axes) {
            return to.emit.tensor("pad", facts, x, sides, mode);
        }
        TensorOf inner = to.emit.tensor("unsqueeze", Facts.ofRank(x.type(), rank + 1), x, 0);
        TensorOf made = to.emit.tensor("pad", Facts.ofRank(x.type(), rank + 1), inner, sides, mode);
        return to.emit.tensor("squeeze", facts, made, 0);
    }
}
