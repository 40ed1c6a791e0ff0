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
import io.github.djlquant.graph.Node;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Quantize and dequantize. A pair with constant scales, as training for integers leaves it, belongs
 * to the operators that every dialect has, so it stays what it is; anything else is written out,
 * since integers of libtorch's quantized tensors can't be read by other operators.
 *
 * <pre>
 *   QuantizeLinear (x)          clamp(round(x / scale) + zero point)
 *   DequantizeLinear (q)   =>   (q - zero point) * scale
 * </pre>
 */
final class QuantizeRows {

    private QuantizeRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("QuantizeLinear", QuantizeRows::quantize);
        rows.put("DequantizeLinear", QuantizeRows::dequantize);
    }

    private static void quantize(Operation op, Crossing to) {
        requireKnownForm(op);
        if (isConstant(op, to) && to.isReadOnlyBy(op, "DequantizeLinear")) {
            keep(op, to, op.has(2) ? to.type(op, to.tensor(op, 2)) : DataType.UINT8);
            return;
        }
        TensorOf x = to.tensor(op, 0);
        DataType type = op.has(2) ? to.type(op, to.tensor(op, 2)) : DataType.UINT8;
        long[] ends =
                switch (type) {
                    case UINT8 -> new long[] {0, 255};
                    case INT8 -> new long[] {-128, 127};
                    case INT16 -> new long[] {-32768, 32767};
                    default -> throw op.refuse("its integers", "8 or 16 bits", type);
                };
        TensorOf quotient = to.emit.tensor("div", x.facts(), x, along(op, to, x, 1));
        TensorOf rounded = to.emit.tensor("round", x.facts(), quotient);
        if (op.has(2)) {
            TensorOf zero = to.cast(along(op, to, x, 2), to.type(op, x));
            rounded = to.emit.tensor("add", x.facts(), rounded, zero);
        }
        TensorOf clamped = to.emit.tensor("clamp", x.facts(), rounded, ends[0], ends[1]);
        to.define(op, to.cast(clamped, type));
    }

    private static void dequantize(Operation op, Crossing to) {
        requireKnownForm(op);
        boolean paired =
                to.producer(op, 0).filter(n -> n.op().isOnnx("QuantizeLinear")).isPresent()
                        && to.isKept(op.node().input(0));
        TensorOf x = to.tensor(op, 0);
        DataType type = to.type(op, to.tensor(op, 1));
        if (isConstant(op, to) && (paired || to.constant(op, 0).isPresent())) {
            keep(op, to, type);
            return;
        }
        if (paired) {
            throw op.refuse("its scale or zero point is computed", "a constant", null);
        }
        TensorOf moved = to.cast(x, type);
        if (op.has(2)) {
            TensorOf zero = to.cast(along(op, to, x, 2), type);
            moved = to.emit.tensor("sub", moved.facts(), moved, zero);
        }
        to.define(op, to.emit.tensor("mul", moved.facts(), moved, along(op, to, x, 1)));
    }

    private static void requireKnownForm(Operation op) {
        op.require("block_size", 0);
        op.require("output_dtype", 0);
        op.ignore("saturate", "precision");
    }

    private static boolean isConstant(Operation op, Crossing to) {
        for (int i = 1; i < op.inputs(); i++) {
            if (op.has(i) && to.constant(op, i).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** A scale or zero point, laid along the axis that it belongs to. */
    private static TensorOf along(Operation op, Crossing to, TensorOf x, int input) {
        TensorOf each = to.tensor(op, input);
        long axis = op.integer("axis", 1);
        if (each.rank() == 0 || each.rank() == 1 && each.size(0) == 1) {
            return each;
        }
        if (each.rank() != 1) {
            throw op.refuse("its scales", "one number or one axis of them", each);
        }
        int rank = to.rank(op, x);
        List<Long> sizes = new ArrayList<>(Collections.nCopies(rank, 1L));
        sizes.set((int) to.axis(op, axis, x), -1L);
        return to.emit.tensor("reshape", Facts.ofRank(each.type(), rank), each, sizes);
    }

    private static void keep(Operation op, Crossing to, DataType type) {
        op.ignore("axis");
        List<String> inputs = new ArrayList<>();
        for (int i = 0; i < op.inputs(); i++) {
            inputs.add(op.has(i) ? to.tensor(op, i).name() : "");
        }
        String made = op.node().output();
        Map<String, Attribute> attributes = new LinkedHashMap<>(op.node().attributes());
        attributes.keySet().retainAll(List.of("axis"));
        to.emit.put(new Node(op.node().name(), op.node().op(), inputs, List.of(made), attributes));
        to.put(made, new TensorOf(made, type, to.tensor(op, 0).shape()));
    }
}
