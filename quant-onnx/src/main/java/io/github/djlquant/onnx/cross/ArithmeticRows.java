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
import java.util.Optional;

/** Arithmetic of tensors and numbers, with the types that libtorch promotes to. */
final class ArithmeticRows {

    private ArithmeticRows() {}

    static void add(Rows rows) {
        rows.aten("add", "self other alpha", (c, g) -> sum("Add", c, "self", "other", g));
        rows.aten("sub subtract", "self other alpha", (c, g) -> sum("Sub", c, "self", "other", g));
        rows.aten("rsub", "self other alpha", (c, g) -> sum("Sub", c, "other", "self", g));
        rows.aten("mul multiply", "self other", ArithmeticRows::product);
        rows.aten("div divide true_divide", "self other rounding_mode", ArithmeticRows::quotient);
        rows.aten("floor_divide", "self other", (c, g) -> floorQuotient(operands(c, g), g));
        rows.aten("remainder", "self other", ArithmeticRows::remainder);
        rows.aten("fmod", "self other", ArithmeticRows::rest);
        rows.aten("pow", "self exponent", ArithmeticRows::power);
        rows.aten(
                "square",
                "self",
                (c, g) ->
                        g.op("Mul").in(c.tensor("self"), c.tensor("self")).like(c.tensor("self")));
        rows.aten("neg", "self", (c, g) -> unary("Neg", c, g));
        rows.aten("abs", "self", (c, g) -> unary("Abs", c, g));
        rows.aten("sign sgn", "self", (c, g) -> unary("Sign", c, g));
        rows.aten("maximum", "self other", (c, g) -> pairwise("Max", c, g));
        rows.aten("minimum", "self other", (c, g) -> pairwise("Min", c, g));
    }

    /** Two operands of their common type. */
    record Operands(Item.Array left, Item.Array right) {

        DataType type() {
            return left.type();
        }

        Shape shape() {
            return Shapes.broadcast(left.shape(), right.shape());
        }
    }

    static Operands operands(Call call, Emitter graph) {
        return operands(call.item(0), call.item(1), graph);
    }

    static Operands operands(Item a, Item b, Emitter graph) {
        return operands(a, b, ElementTypes.promote(List.of(a, b)), graph);
    }

    static Operands operands(Item a, Item b, DataType type, Emitter graph) {
        return new Operands(Numbers.scalar(a, type, graph), Numbers.scalar(b, type, graph));
    }

    static Item.Array binary(String op, Operands operands, Emitter graph) {
        return graph.op(op).in(operands.left, operands.right).to(operands.type(), operands.shape());
    }

    private static boolean areNumbers(Call call) {
        return Literals.isNumber(call.item(0)) && Literals.isNumber(call.item(1));
    }

    private static Item sum(String op, Call call, String left, String right, Emitter graph) {
        Item a = call.item(left);
        Item b = call.item(right);
        Optional<Item> list = lists(op, a, b, graph);
        if (list.isPresent()) {
            return list.get();
        } else if (areNumbers(call)) {
            return NumberRows.binary(op.equals("Add") ? "add" : "sub", a, b, graph);
        }
        double alpha = call.number("alpha", 1);
        Operands operands = operands(a, b, graph);
        if (operands.type() == DataType.BOOL) {
            throw new RefusedException("it adds truth values");
        } else if (alpha != 1) {
            Item.Array scaled =
                    graph.op("Mul")
                            .in(operands.right, graph.scalar(alpha, operands.type()))
                            .like(operands.right);
            operands = new Operands(operands.left, scaled);
        }
        return binary(op, operands, graph);
    }

    /** A sum of lists is their concatenation. */
    private static Optional<Item> lists(String op, Item a, Item b, Emitter graph) {
        boolean first = a instanceof Item.Items || a instanceof Item.Vector;
        boolean second = b instanceof Item.Items || b instanceof Item.Vector;
        if (!op.equals("Add") || !first || !second) {
            return Optional.empty();
        } else if (a instanceof Item.Items x && b instanceof Item.Items y) {
            List<Item> all = new ArrayList<>(x.elements());
            all.addAll(y.elements());
            return Optional.of(new Item.Items(all));
        }
        return Optional.of(
                new Item.Vector(
                        graph.op("Concat")
                                .in(Numbers.vector(a, graph), Numbers.vector(b, graph))
                                .attr("axis", 0)
                                .to(DataType.INT64, Shapes.of(-1))
                                .value()));
    }

    private static Item product(Call call, Emitter graph) {
        if (areNumbers(call)) {
            return NumberRows.binary("mul", call.item(0), call.item(1), graph);
        }
        Operands operands = operands(call, graph);
        return binary(operands.type() == DataType.BOOL ? "And" : "Mul", operands, graph);
    }

    private static Item quotient(Call call, Emitter graph) {
        String mode = call.text("rounding_mode", "");
        if (areNumbers(call) && mode.isEmpty()) {
            return NumberRows.binary("div", call.item(0), call.item(1), graph);
        } else if (mode.equals("floor")) {
            return floorQuotient(operands(call, graph), graph);
        }
        DataType type = ElementTypes.promote(List.of(call.item(0), call.item(1)));
        if (mode.equals("trunc")) {
            return truncated(operands(call, graph), graph);
        }
        DataType real = type.isFloatingPoint() ? type : DataType.FLOAT;
        return binary("Div", operands(call.item(0), call.item(1), real, graph), graph);
    }

    private static Item truncated(Operands operands, Emitter graph) {
        Item.Array quotient = binary("Div", operands, graph);
        if (!operands.type().isFloatingPoint()) {
            return quotient;
        }
        Item.Array sign = graph.op("Sign").in(quotient).like(quotient);
        Item.Array size = graph.op("Abs").in(quotient).like(quotient);
        return ActivationRows.times(sign, graph.op("Floor").in(size).like(size), graph);
    }

    /**
     * The largest integer below. For floats as libtorch computes it, from the remainder: a quotient
     * that is rounded up to an integer would be one too large.
     */
    private static Item floorQuotient(Operands operands, Emitter graph) {
        if (!operands.type().isFloatingPoint()) {
            Item.Array rest = binary("Mod", operands, graph);
            Item.Array whole = binary("Sub", new Operands(operands.left, rest), graph);
            return binary("Div", new Operands(whole, operands.right), graph);
        }
        Item.Array rest = fmod(operands, graph);
        Item.Array exact =
                binary(
                        "Div",
                        new Operands(
                                binary("Sub", new Operands(operands.left, rest), graph),
                                operands.right),
                        graph);
        Item.Array lower = graph.op("Sub").in(exact, graph.scalar(1, operands.type())).like(exact);
        Item.Array quotient = where(crossesZero(rest, operands, graph), lower, exact, graph);
        Item.Array floor = graph.op("Floor").in(quotient).like(quotient);
        Item.Array above = graph.op("Sub").in(quotient, floor).like(quotient);
        Item.Array far =
                graph.op("Greater")
                        .in(above, graph.scalar(0.5, operands.type()))
                        .to(DataType.BOOL, quotient.shape());
        Item.Array next = graph.op("Add").in(floor, graph.scalar(1, operands.type())).like(floor);
        Item.Array result = where(far, next, floor, graph);
        Item.Array zero =
                graph.op("Equal")
                        .in(operands.right, graph.scalar(0, operands.type()))
                        .to(DataType.BOOL, operands.right.shape());
        return where(zero, binary("Div", operands, graph), result, graph);
    }

    private static Item.Array fmod(Operands operands, Emitter graph) {
        return graph.op("Mod")
                .in(operands.left, operands.right)
                .attr("fmod", 1)
                .to(operands.type(), operands.shape());
    }

    /** Whether a remainder is none of its divisor's sign. */
    private static Item.Array crossesZero(Item.Array rest, Operands operands, Emitter graph) {
        Item.Array zero = graph.scalar(0, operands.type());
        Item.Array none = graph.op("Equal").in(rest, zero).to(DataType.BOOL, rest.shape());
        Item.Array some = graph.op("Not").in(none).like(none);
        Item.Array minus = graph.op("Less").in(rest, zero).to(DataType.BOOL, rest.shape());
        Item.Array other =
                graph.op("Less").in(operands.right, zero).to(DataType.BOOL, operands.right.shape());
        Item.Array differ = graph.op("Xor").in(minus, other).to(DataType.BOOL, rest.shape());
        return graph.op("And").in(some, differ).to(DataType.BOOL, rest.shape());
    }

    private static Item.Array where(
            Item.Array condition, Item.Array a, Item.Array b, Emitter graph) {
        return graph.op("Where")
                .in(condition, a, b)
                .to(
                        a.type(),
                        Shapes.broadcast(
                                condition.shape(), Shapes.broadcast(a.shape(), b.shape())));
    }

    private static Item remainder(Call call, Emitter graph) {
        if (areNumbers(call)) {
            return NumberRows.binary("remainder", call.item(0), call.item(1), graph);
        }
        Operands operands = operands(call, graph);
        if (!operands.type().isFloatingPoint()) {
            return binary("Mod", operands, graph);
        }
        Item.Array rest = fmod(operands, graph);
        Item.Array moved = binary("Add", new Operands(rest, operands.right), graph);
        return where(crossesZero(rest, operands, graph), moved, rest, graph);
    }

    private static Item rest(Call call, Emitter graph) {
        return fmod(operands(call, graph), graph);
    }

    private static Item power(Call call, Emitter graph) {
        if (areNumbers(call)) {
            return NumberRows.binary("pow", call.item(0), call.item(1), graph);
        }
        Operands operands = operands(call, graph);
        boolean half =
                Literals.number(call.item("exponent")).filter(e -> e == 0.5).isPresent()
                        && operands.type().isFloatingPoint();
        return half
                ? graph.op("Sqrt").in(operands.left).like(operands.left)
                : binary("Pow", operands, graph);
    }

    private static Item unary(String op, Call call, Emitter graph) {
        Item item = call.item("self");
        if (Literals.isNumber(item)) {
            if (op.equals("Neg")) {
                return NumberRows.binary("sub", Literals.of(0), item, graph);
            }
            throw new RefusedException("it computes on a number, not on a tensor");
        }
        Item.Array x = call.tensor("self");
        return graph.op(op).in(x).like(x);
    }

    private static Item pairwise(String op, Call call, Emitter graph) {
        return binary(op, operands(call, graph), graph);
    }
}
