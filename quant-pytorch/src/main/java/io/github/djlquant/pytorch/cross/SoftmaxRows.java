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
import java.util.Map;

/** Softmax and its kin. Below opset 13 they work on a matrix that all axes are pressed into. */
final class SoftmaxRows {

    private static final long ONE_AXIS = 13;

    private SoftmaxRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("Softmax", (op, to) -> cross(op, to, (x, axis) -> along(to, "softmax", x, axis)));
        rows.put(
                "LogSoftmax",
                (op, to) -> cross(op, to, (x, axis) -> along(to, "log_softmax", x, axis)));
        rows.put("Hardmax", (op, to) -> cross(op, to, (x, axis) -> hardmax(to, x, axis)));
    }

    /** A function along one axis. */
    private interface Along {
        TensorOf of(TensorOf x, long axis);
    }

    private static TensorOf along(Crossing to, String op, TensorOf x, long axis) {
        return to.emit.tensor(op, x.facts(), x, axis, null);
    }

    /** 1 at the first largest element, else 0. */
    private static TensorOf hardmax(Crossing to, TensorOf x, long axis) {
        Facts places = Facts.ofRank(DataType.INT64, x.rank());
        TensorOf first = to.emit.tensor("argmax", places, x, axis, true);
        TensorOf zeros = to.emit.tensor("zeros_like", x.facts(), x);
        return to.emit.tensor("scatter", x.facts(), zeros, axis, first, 1);
    }

    private static void cross(Operation op, Crossing to, Along function) {
        TensorOf x = to.tensor(op, 0);
        boolean one = op.opset() >= ONE_AXIS;
        long axis = op.integer("axis", one ? -1 : 1);
        boolean last = axis == -1 || x.rank() >= 0 && to.axis(op, axis, x) == x.rank() - 1;
        if (one || last) {
            to.define(op, function.of(x, axis));
            return;
        }
        TensorOf flat = to.emit.tensor("flatten", Facts.of(x.type()), x, to.axis(op, axis, x), -1);
        TensorOf made = function.of(flat, -1);
        to.define(op, to.emit.tensor("reshape_as", x.facts(), made, x));
    }
}
