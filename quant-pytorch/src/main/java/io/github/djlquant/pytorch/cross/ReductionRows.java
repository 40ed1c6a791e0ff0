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
import io.github.djlquant.pytorch.cross.Operand.Ints;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reductions over axes, which opset 18 (for sums 13) gives as an input. */
final class ReductionRows {

    private ReductionRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("ReduceSum", row(ReductionRows::sum));
        rows.put("ReduceMean", row(ReductionRows::mean));
        rows.put("ReduceMax", row((r, x) -> r.call("amax", x)));
        rows.put("ReduceMin", row((r, x) -> r.call("amin", x)));
        rows.put("ReduceProd", ReductionRows::product);
        rows.put("ReduceL1", row((r, x) -> sum(r, r.each("abs", x))));
        rows.put("ReduceL2", row(ReductionRows::l2));
        rows.put("ReduceSumSquare", row(ReductionRows::squares));
        rows.put("ReduceLogSum", row((r, x) -> r.each("log", sum(r, x))));
        rows.put("ReduceLogSumExp", row((r, x) -> r.call("logsumexp", x)));
    }

    /** What all reductions say. */
    private record Reduction(Crossing to, List<Long> axes, boolean kept) {
        TensorOf call(String op, TensorOf x, Object... more) {
            Object[] arguments = new Object[more.length + 3];
            arguments[0] = x;
            arguments[1] = axes;
            arguments[2] = kept;
            System.arraycopy(more, 0, arguments, 3, more.length);
            return to.emit.tensor(
                    op, new Facts(x.type(), Facts.reduced(x.shape(), axes, kept)), arguments);
        }

        TensorOf each(String op, TensorOf x, Object... more) {
            Object[] arguments = new Object[more.length + 1];
            arguments[0] = x;
            System.arraycopy(more, 0, arguments, 1, more.length);
            return to.emit.tensor(op, x.facts(), arguments);
        }
    }

    private interface Form {
        TensorOf of(Reduction reduction, TensorOf x);
    }

    private static Row row(Form form) {
        return (op, to) -> {
            TensorOf x = to.tensor(op, 0);
            Optional<Reduction> reduction = reduction(op, to, x);
            to.define(op, reduction.isPresent() ? form.of(reduction.get(), x) : x);
        };
    }

    /** Empty if the node reduces nothing. */
    private static Optional<Reduction> reduction(Operation op, Crossing to, TensorOf x) {
        boolean kept = op.truth("keepdims", true);
        boolean nothing = op.truth("noop_with_empty_axes", false);
        List<Long> axes = to.axes(op, 1).orElse(List.of());
        if (axes.isEmpty() && nothing) {
            if (!op.op().equals("ReduceSum")
                    && !op.op().equals("ReduceMean")
                    && !op.op().equals("ReduceMax")
                    && !op.op().equals("ReduceMin")
                    && !op.op().equals("ReduceProd")) {
                throw op.refuse("noop_with_empty_axes of this operator", "axes", "none");
            }
            return Optional.empty();
        }
        // No axes mean all of them; some operators of libtorch want them named.
        if (axes.isEmpty() && x.rank() >= 0) {
            List<Long> all = new ArrayList<>();
            for (long i = 0; i < x.rank(); i++) {
                all.add(i);
            }
            axes = all;
        }
        return Optional.of(new Reduction(to, axes, kept));
    }

    /** libtorch widens integers unless it is told not to. */
    private static TensorOf sum(Reduction reduction, TensorOf x) {
        return x.type() == null || x.isFloat()
                ? reduction.call("sum", x)
                : reduction.call("sum", x, Emitter.named("dtype", x.type()));
    }

    private static TensorOf mean(Reduction reduction, TensorOf x) {
        if (x.type() == null || x.isFloat()) {
            return reduction.call("mean", x);
        }
        Crossing to = reduction.to();
        TensorOf wide =
                to.emit.tensor(
                        "to",
                        x.facts().withType(DataType.DOUBLE),
                        x,
                        DataType.DOUBLE,
                        false,
                        false);
        return reduction.each("to", reduction.call("mean", wide), x.type(), false, false);
    }

    private static TensorOf l2(Reduction reduction, TensorOf x) {
        TensorOf sum = squares(reduction, x);
        return reduction.each("sqrt", sum);
    }

    private static TensorOf squares(Reduction reduction, TensorOf x) {
        return sum(reduction, reduction.each("mul", x, x));
    }

    /** libtorch multiplies along one axis at a time. */
    private static void product(Operation op, Crossing to) {
        Optional<Ints> whole = to.whole(op, 0);
        if (whole.isPresent() && !op.says("axes") && !op.has(1)) {
            boolean kept = op.truth("keepdims", true);
            op.ignore("noop_with_empty_axes");
            Int product = IntMath.of(to).product(whole.get().elements());
            to.define(op, new Ints(List.of(product), !kept, whole.get().type()));
            return;
        }
        TensorOf x = to.tensor(op, 0);
        Optional<Reduction> found = reduction(op, to, x);
        if (found.isEmpty()) {
            to.define(op, x);
            return;
        }
        Reduction reduction = found.get();
        if (reduction.axes().isEmpty() && x.rank() != 0) {
            to.rank(op, x);
        }
        List<Long> axes = new ArrayList<>();
        for (long axis : reduction.axes()) {
            axes.add(to.axis(op, axis, x));
        }
        axes.sort(Collections.reverseOrder());
        if (axes.size() > 1 && axes.get(axes.size() - 1) < 0) {
            to.rank(op, x);
        }
        TensorOf made = x;
        for (long axis : axes) {
            Facts facts =
                    new Facts(
                            x.type(), Facts.reduced(made.shape(), List.of(axis), reduction.kept()));
            made =
                    to.emit.tensor(
                            "prod",
                            facts,
                            made,
                            axis,
                            reduction.kept(),
                            Emitter.named("dtype", x.type()));
        }
        to.define(op, made);
    }
}
