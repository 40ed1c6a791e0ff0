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
package io.github.djlquant.trace.lower;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Elementwise operations. */
final class ArithmeticRows {

    private static final Map<String, String> BINARY =
            Map.of(
                    "add", "Add", "sub", "Sub", "mul", "Mul", "div", "Div", "pow", "Pow", "maximum",
                    "Max", "minimum", "Min");

    private static final Map<String, String> COMPARISONS =
            Map.of(
                    "eq",
                    "Equal",
                    "gt",
                    "Greater",
                    "gte",
                    "GreaterOrEqual",
                    "lt",
                    "Less",
                    "lte",
                    "LessOrEqual");

    private static final Map<String, String> UNARY =
            Map.ofEntries(
                    Map.entry("neg", "Neg"),
                    Map.entry("abs", "Abs"),
                    Map.entry("sign", "Sign"),
                    Map.entry("sqrt", "Sqrt"),
                    Map.entry("floor", "Floor"),
                    Map.entry("ceil", "Ceil"),
                    Map.entry("round", "Round"),
                    Map.entry("exp", "Exp"),
                    Map.entry("log", "Log"),
                    Map.entry("sin", "Sin"),
                    Map.entry("cos", "Cos"),
                    Map.entry("tan", "Tan"),
                    Map.entry("asin", "Asin"),
                    Map.entry("acos", "Acos"),
                    Map.entry("atan", "Atan"),
                    Map.entry("sinh", "Sinh"),
                    Map.entry("cosh", "Cosh"),
                    Map.entry("asinh", "Asinh"),
                    Map.entry("acosh", "Acosh"),
                    Map.entry("atanh", "Atanh"),
                    Map.entry("tanh", "Tanh"),
                    Map.entry("erf", "Erf"));

    private static final Map<String, String> ACTIVATIONS =
            Map.of(
                    "relu", "Relu",
                    "sigmoid", "Sigmoid",
                    "tanh", "Tanh",
                    "softPlus", "Softplus",
                    "softSign", "Softsign",
                    "selu", "Selu");

    private ArithmeticRows() {}

    static void addTo(BiConsumer<String, Operator> table) {
        BINARY.forEach(
                (operation, op) ->
                        withNumberOrArray(
                                table, operation, Operator.one((c, to) -> arithmetic(op, c, to))));
        COMPARISONS.forEach(
                (operation, op) ->
                        withNumberOrArray(
                                table, operation, Operator.one((c, to) -> comparison(op, c, to))));
        withNumberOrArray(
                table,
                "neq",
                Operator.one((c, to) -> to.node("Not", List.of(comparison("Equal", c, to)))));
        withNumberOrArray(table, "mod", Operator.one(ArithmeticRows::remainder));
        UNARY.forEach(
                (operation, op) ->
                        table.accept(
                                "NDArray." + operation + "()",
                                Operator.one((c, to) -> unary(op, c, to))));
        ACTIVATIONS.forEach(
                (operation, op) ->
                        table.accept(
                                "NDArrayEx." + operation + "()",
                                Operator.one((c, to) -> unary(op, c, to))));
        table.accept("NDArrayEx.leakyRelu(float)", withAlpha("LeakyRelu"));
        table.accept("NDArrayEx.elu(float)", withAlpha("Elu"));
        table.accept("NDArrayEx.gelu()", Operator.one(ArithmeticRows::gelu));
        table.accept(
                "NDArrayEx.prelu(NDArray,NDArray)", Operator.one(ArithmeticRows::parametricRelu));
        table.accept("NDArray.square()", Operator.one(ArithmeticRows::square));
        table.accept("NDArray.log2()", scaledLog(2));
        table.accept("NDArray.log10()", scaledLog(10));
        table.accept("NDArray.trunc()", Operator.one(ArithmeticRows::truncate));
        table.accept("NDArray.toDegrees()", scaled(180 / Math.PI));
        table.accept("NDArray.toRadians()", scaled(Math.PI / 180));
        table.accept("NDArray.clip(Number,Number)", Operator.one(ArithmeticRows::clip));
        table.accept("NDArray.isNaN()", Operator.one((c, to) -> to.node("IsNaN", own(c))));
        table.accept("NDArray.isInfinite()", Operator.one((c, to) -> to.node("IsInf", own(c))));
        table.accept(
                "NDArray.logicalNot()",
                Operator.one((c, to) -> to.node("Not", List.of(to.cast(c.self(), DataType.BOOL)))));
        Map.of("logicalAnd", "And", "logicalOr", "Or", "logicalXor", "Xor")
                .forEach(
                        (operation, op) ->
                                table.accept(
                                        "NDArray." + operation + "(NDArray)",
                                        Operator.one(
                                                (c, to) ->
                                                        to.node(
                                                                op,
                                                                List.of(
                                                                        to.cast(
                                                                                c.self(),
                                                                                DataType.BOOL),
                                                                        to.cast(
                                                                                c.array(0),
                                                                                DataType.BOOL))))));
        table.accept(
                "NDArrayEx.where(NDArray,NDArray)",
                Operator.one(
                        (c, to) ->
                                to.node(
                                        "Where",
                                        List.of(
                                                to.cast(c.array(0), DataType.BOOL),
                                                to.cast(c.self(), c.result().type()),
                                                to.cast(c.array(1), c.result().type())))));
        table.accept(
                "NDArray.toType(DataType,boolean)",
                Operator.one((c, to) -> to.cast(c.self(), c.result().type())));
        table.accept("NDArray.duplicate()", Operator.one((c, to) -> c.self().name()));
    }

    private static void withNumberOrArray(
            BiConsumer<String, Operator> table, String operation, Operator row) {
        table.accept("NDArray." + operation + "(Number)", row);
        table.accept("NDArray." + operation + "(NDArray)", row);
    }

    private static List<String> own(Call call) {
        return List.of(call.self().name());
    }

    private static String unary(String op, Call call, Emitter to) {
        return to.node(op, List.of(to.cast(call.self(), call.result().type())));
    }

    private static String arithmetic(String op, Call call, Emitter to) {
        DataType type = call.result().type();
        return to.node(op, List.of(to.cast(call.self(), type), other(call, type, to)));
    }

    private static String comparison(String op, Call call, Emitter to) {
        DataType type = common(call);
        return to.node(op, List.of(to.cast(call.self(), type), other(call, type, to)));
    }

    /** The type in which two operands are compared. */
    private static DataType common(Call call) {
        DataType own = call.self().type();
        if (!call.isArray(0)) {
            Number number = (Number) call.argument(0);
            boolean whole = number.doubleValue() == Math.rint(number.doubleValue());
            if (own == DataType.BOOL) {
                return DataType.FLOAT;
            }
            return own.isFloatingPoint() || whole ? own : DataType.FLOAT;
        }
        DataType other = call.array(0).type();
        if (own == other) {
            return own == DataType.BOOL ? DataType.INT32 : own;
        }
        if (own.isFloatingPoint() != other.isFloatingPoint()) {
            return own.isFloatingPoint() ? own : other;
        }
        return own.bits() >= other.bits() && own != DataType.BOOL ? own : other;
    }

    private static String other(Call call, DataType type, Emitter to) {
        return call.isArray(0) ? to.cast(call.array(0), type) : number(call, type, to);
    }

    /** A number, which may be an extent. */
    private static String number(Call call, DataType type, Emitter to) {
        List<Object> perRun = call.arguments(0);
        boolean whole = perRun.stream().allMatch(n -> n instanceof Integer || n instanceof Long);
        boolean same = perRun.stream().allMatch(perRun.get(0)::equals);
        if (same || !whole) {
            return to.scalar(type, call.number(0));
        }
        String extent = to.extents().vector(call.observed(0), call.all(), call.place());
        String number =
                call.result().rank() > 0
                        ? extent
                        : to.node("Squeeze", List.of(extent, to.integers(0L)));
        return to.cast(number, DataType.INT64, type);
    }

    /** The remainder has the divisor's sign: {@code a - floor(a / b) * b}. */
    private static String remainder(Call call, Emitter to) {
        DataType type = call.result().type();
        String a = to.cast(call.self(), type);
        String b = other(call, type, to);
        if (!type.isFloatingPoint()) {
            return to.node("Mod", List.of(a, b));
        }
        String quotient = to.node("Floor", List.of(to.node("Div", List.of(a, b))));
        return to.node("Sub", List.of(a, to.node("Mul", List.of(quotient, b))));
    }

    private static Operator withAlpha(String op) {
        return Operator.one(
                (c, to) -> to.node(op, own(c), Map.of("alpha", Attribute.of((float) c.number(0)))));
    }

    /** {@code x * (1 + erf(x / sqrt(2))) / 2}, in the form that ONNX Runtime merges. */
    private static String gelu(Call call, Emitter to) {
        DataType type = call.self().type();
        String x = call.self().name();
        String inner = to.node("Div", List.of(x, to.scalar(type, Math.sqrt(2))));
        String sum = to.node("Add", List.of(to.node("Erf", List.of(inner)), to.scalar(type, 1)));
        return to.node("Mul", List.of(to.node("Mul", List.of(x, sum)), to.scalar(type, 0.5)));
    }

    /** The slope has one number per channel, which is axis 1. */
    private static String parametricRelu(Call call, Emitter to) {
        Operand slope = call.array(1);
        String name = slope.name();
        int after = call.array(0).rank() - 2;
        if (slope.rank() == 1 && after > 0) {
            List<Long> axes = new java.util.ArrayList<>();
            for (long axis = 1; axis <= after; axis++) {
                axes.add(axis);
            }
            name = to.node("Unsqueeze", List.of(name, to.integers(axes)));
        }
        return to.node("PRelu", List.of(call.array(0).name(), name));
    }

    private static String square(Call call, Emitter to) {
        return to.node("Mul", List.of(call.self().name(), call.self().name()));
    }

    private static Operator scaledLog(double base) {
        return Operator.one(
                (c, to) ->
                        to.node(
                                "Mul",
                                List.of(
                                        unary("Log", c, to),
                                        to.scalar(c.result().type(), 1 / Math.log(base)))));
    }

    private static Operator scaled(double factor) {
        return Operator.one(
                (c, to) ->
                        to.node(
                                "Mul",
                                List.of(
                                        to.cast(c.self(), c.result().type()),
                                        to.scalar(c.result().type(), factor))));
    }

    private static String truncate(Call call, Emitter to) {
        String floor = to.node("Floor", List.of(to.node("Abs", own(call))));
        return to.node("Mul", List.of(to.node("Sign", own(call)), floor));
    }

    private static String clip(Call call, Emitter to) {
        DataType type = call.result().type();
        return to.node(
                "Clip",
                List.of(
                        to.cast(call.self(), type),
                        to.scalar(type, call.number(0)),
                        to.scalar(type, call.number(1))));
    }
}
