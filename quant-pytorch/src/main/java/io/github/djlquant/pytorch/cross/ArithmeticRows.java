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
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.cross.Operand.Ints;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import io.github.djlquant.pytorch.op.TypeCodes;
import java.util.Map;
import java.util.Optional;

/** Operators of two and more tensors that broadcast, and conversions of their elements. */
final class ArithmeticRows {

    private ArithmeticRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("Add", shapes("add", "add"));
        rows.put("Sub", shapes("sub", "sub"));
        rows.put("Mul", shapes("mul", "mul"));
        rows.put("Div", ArithmeticRows::divide);
        rows.put("Pow", ArithmeticRows::power);
        rows.put("Mod", ArithmeticRows::remainder);
        rows.put("Max", folded("max", "maximum"));
        rows.put("Min", folded("min", "minimum"));
        rows.put("Sum", folded("add", "add"));
        rows.put("Mean", ArithmeticRows::mean);
        rows.put("And", compared("logical_and"));
        rows.put("Or", compared("logical_or"));
        rows.put("Xor", compared("logical_xor"));
        rows.put("Equal", ArithmeticRows::equal);
        rows.put("Less", compared("lt"));
        rows.put("LessOrEqual", compared("le"));
        rows.put("Greater", compared("gt"));
        rows.put("GreaterOrEqual", compared("ge"));
        rows.put("BitwiseAnd", (op, to) -> two(op, to, "bitwise_and"));
        rows.put("BitwiseOr", (op, to) -> two(op, to, "bitwise_or"));
        rows.put("BitwiseXor", (op, to) -> two(op, to, "bitwise_xor"));
        rows.put("BitShift", ArithmeticRows::shift);
        rows.put("Where", ArithmeticRows::where);
        rows.put("Cast", ArithmeticRows::cast);
        rows.put("CastLike", ArithmeticRows::castLike);
    }

    /** Integers of shapes stay integers. */
    private static Row shapes(String integers, String aten) {
        return (op, to) -> {
            Optional<Ints> made = IntMath.of(to).apply(integers, op);
            if (made.isPresent()) {
                to.define(op, made.get());
            } else {
                two(op, to, aten);
            }
        };
    }

    private static void two(Operation op, Crossing to, String aten, Object... more) {
        TensorOf a = to.tensor(op, 0);
        TensorOf b = to.tensor(op, 1);
        to.define(op, two(to, aten, a, b, more));
    }

    private static TensorOf two(Crossing to, String aten, TensorOf a, TensorOf b, Object... more) {
        DataType type = a.type() == null ? b.type() : a.type();
        Object[] arguments = new Object[more.length + 2];
        arguments[0] = a;
        arguments[1] = b;
        System.arraycopy(more, 0, arguments, 2, more.length);
        return to.emit.tensor(
                aten, new Facts(type, Facts.broadcast(a.shape(), b.shape())), arguments);
    }

    private static Row compared(String aten) {
        return (op, to) -> {
            TensorOf a = to.tensor(op, 0);
            TensorOf b = to.tensor(op, 1);
            to.define(op, truth(to, aten, a, b));
        };
    }

    private static TensorOf truth(Crossing to, String aten, TensorOf a, TensorOf b) {
        return to.emit.tensor(
                aten, new Facts(DataType.BOOL, Facts.broadcast(a.shape(), b.shape())), a, b);
    }

    /** Exporters ask whether an extent is -1, which it never is. */
    private static void equal(Operation op, Crossing to) {
        Optional<Ints> known = IntMath.of(to).equal(op);
        if (known.isPresent()) {
            byte[] bytes = new byte[known.get().elements().size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) known.get().elements().get(i).known();
            }
            to.define(op, to.emit.constant("equal", Constants.truths(bytes, known.get().scalar())));
            return;
        }
        to.define(op, truth(to, "eq", to.tensor(op, 0), to.tensor(op, 1)));
    }

    /** Quotients of integers are cut towards zero. */
    private static void divide(Operation op, Crossing to) {
        Optional<Ints> made = IntMath.of(to).apply("floordiv", op);
        if (made.isPresent()) {
            to.define(op, made.get());
            return;
        }
        TensorOf a = to.tensor(op, 0);
        TensorOf b = to.tensor(op, 1);
        DataType type = a.type() == null ? b.type() : a.type();
        if (type == null) {
            throw op.refuse("integers and floats divide differently", "an element type", null);
        }
        to.define(
                op,
                type.isFloatingPoint()
                        ? two(to, "div", a, b)
                        : two(to, "div", a, b, Emitter.named("rounding_mode", "trunc")));
    }

    /** The result has the base's type. A constant exponent has faster kernels. */
    private static void power(Operation op, Crossing to) {
        TensorOf base = to.tensor(op, 0);
        TensorOf exponent = to.tensor(op, 1);
        DataType type = to.type(op, base);
        Optional<Double> number = to.number(op, 1);
        if (number.isPresent() && base.isFloat() && exponent.rank() <= Math.max(0, base.rank())) {
            to.define(op, to.emit.tensor("pow", base.facts(), base, number.get()));
            return;
        }
        TensorOf made = two(to, "pow", base, exponent);
        boolean same = exponent.type() == base.type();
        to.define(op, same ? made : to.emit.tensor("to", made.facts(), made, type, false, false));
    }

    private static void remainder(Operation op, Crossing to) {
        two(op, to, op.truth("fmod", false) ? "fmod" : "remainder");
    }

    private static Row folded(String integers, String aten) {
        return (op, to) -> {
            if (op.inputs() == 2) {
                Optional<Ints> made = IntMath.of(to).apply(integers, op);
                if (made.isPresent()) {
                    to.define(op, made.get());
                    return;
                }
            }
            to.define(op, fold(op, to, aten));
        };
    }

    private static TensorOf fold(Operation op, Crossing to, String aten) {
        TensorOf all = to.tensor(op, 0);
        for (int i = 1; i < op.inputs(); i++) {
            all = two(to, aten, all, to.tensor(op, i));
        }
        return all;
    }

    private static void mean(Operation op, Crossing to) {
        TensorOf sum = fold(op, to, "add");
        to.define(op, to.emit.tensor("div", sum.facts(), sum, (double) op.inputs()));
    }

    private static void shift(Operation op, Crossing to) {
        String direction = op.text("direction", "");
        switch (direction) {
            case "LEFT" -> two(op, to, "bitwise_left_shift");
            case "RIGHT" -> two(op, to, "bitwise_right_shift");
            default -> throw op.refuse("direction", "LEFT or RIGHT", direction);
        }
    }

    private static void where(Operation op, Crossing to) {
        Optional<Ints> chosen = IntMath.of(to).choose(op);
        if (chosen.isPresent()) {
            to.define(op, chosen.get());
            return;
        }
        TensorOf condition = to.tensor(op, 0);
        TensorOf a = to.tensor(op, 1);
        TensorOf b = to.tensor(op, 2);
        DataType type = a.type() == null ? b.type() : a.type();
        Facts facts =
                new Facts(
                        type,
                        Facts.broadcast(condition.shape(), Facts.broadcast(a.shape(), b.shape())));
        to.define(op, to.emit.tensor("where", facts, condition, a, b));
    }

    private static void cast(Operation op, Crossing to) {
        op.ignore("saturate", "round_mode");
        long code = op.integer("to", 0);
        to(op, to, Constants.type(code).filter(t -> TypeCodes.of(t).isPresent()), code);
    }

    private static void castLike(Operation op, Crossing to) {
        op.ignore("saturate", "round_mode");
        DataType type = to.type(op, to.tensor(op, 1));
        to(op, to, Optional.of(type).filter(t -> TypeCodes.of(t).isPresent()), type);
    }

    private static void to(Operation op, Crossing to, Optional<DataType> found, Object asked) {
        DataType type =
                found.orElseThrow(
                        () -> op.refuse("the type to convert to", "one of libtorch", asked));
        if (to.operand(op, 0) instanceof Ints ints
                && (type == DataType.INT64 || type == DataType.INT32 && ints.known().isPresent())) {
            to.define(op, new Ints(ints.elements(), ints.scalar(), type));
            return;
        }
        if (type == DataType.INT64 && to.operand(op, 0) instanceof Operand.Extents extents) {
            to.define(op, extents);
            return;
        }
        TensorOf x = to.tensor(op, 0);
        Optional<Tensor> constant = to.constant(x);
        if (constant.isPresent() && constant.get().dataType() == type) {
            to.define(op, x);
            return;
        }
        to.define(op, to.emit.tensor("to", x.facts().withType(type), x, type, false, false));
    }
}
