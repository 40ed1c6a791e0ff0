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
import java.util.List;
import java.util.Map;

/** Comparisons, logic and choices. */
final class ComparisonRows {

    private static final Map<String, String> ORDERS =
            Map.of(
                    "lt", "Less",
                    "le", "LessOrEqual",
                    "gt", "Greater",
                    "ge", "GreaterOrEqual",
                    "eq", "Equal",
                    "ne", "Equal");

    private ComparisonRows() {}

    static void add(Rows rows) {
        ORDERS.forEach(
                (name, op) -> rows.aten(name, "self other", (c, g) -> compare(name, op, c, g)));
        for (String name : List.of("And", "Or", "Xor")) {
            String lower = name.toLowerCase(java.util.Locale.ROOT);
            rows.aten("logical_" + lower, "self other", (c, g) -> logic(name, c, g));
            rows.aten("bitwise_" + lower, "self other", (c, g) -> bits(name, c, g));
            rows.aten("__" + lower + "__", "self other", (c, g) -> bits(name, c, g));
        }
        rows.aten(
                "logical_not",
                "self",
                (c, g) -> {
                    Item.Array x = Numbers.cast(c.tensor("self"), DataType.BOOL, g);
                    return g.op("Not").in(x).like(x);
                });
        rows.aten(
                "bitwise_not",
                "self",
                (c, g) -> {
                    requireTruth(c.tensor("self"));
                    return g.op("Not").in(c.tensor("self")).like(c.tensor("self"));
                });
        rows.aten("where", "condition self other", ComparisonRows::where);
        rows.aten(
                "masked_fill",
                "self mask value",
                (c, g) -> {
                    Item.Array x = c.tensor("self");
                    Item.Array value = Numbers.scalar(c.item("value"), x.type(), g);
                    return choose(c.tensor("mask"), value, x, g);
                });
    }

    private static Item compare(String name, String op, Call call, Emitter graph) {
        Item a = call.item("self");
        Item b = call.item("other");
        boolean literals = a instanceof Item.Literal && b instanceof Item.Literal;
        if (literals || Literals.isNumber(a) && Literals.isNumber(b)) {
            return NumberRows.binary(name, a, b, graph);
        } else if (a instanceof Item.Items x && b instanceof Item.Items y) {
            return lists(name, x, y);
        }
        DataType type = ElementTypes.promote(List.of(a, b));
        boolean rare = type == DataType.INT8 || type == DataType.INT16 || type == DataType.UINT8;
        boolean ordersTruth = type == DataType.BOOL && !op.equals("Equal");
        DataType used = rare || ordersTruth ? DataType.INT32 : type;
        ArithmeticRows.Operands operands = ArithmeticRows.operands(a, b, used, graph);
        Item.Array result =
                graph.op(op)
                        .in(operands.left(), operands.right())
                        .to(DataType.BOOL, operands.shape());
        return name.equals("ne") ? graph.op("Not").in(result).like(result) : result;
    }

    private static Item lists(String name, Item.Items a, Item.Items b) {
        boolean known =
                a.elements().stream().allMatch(Item.Literal.class::isInstance)
                        && b.elements().stream().allMatch(Item.Literal.class::isInstance);
        if (!known) {
            throw new RefusedException("it compares lists that the input decides");
        }
        return Literals.of(a.equals(b) == name.equals("eq"));
    }

    private static Item logic(String op, Call call, Emitter graph) {
        return ArithmeticRows.binary(
                op,
                ArithmeticRows.operands(call.item(0), call.item(1), DataType.BOOL, graph),
                graph);
    }

    private static Item bits(String op, Call call, Emitter graph) {
        if (Literals.isNumber(call.item(0)) && Literals.isNumber(call.item(1))) {
            String name = "__" + op.toLowerCase(java.util.Locale.ROOT) + "__";
            return NumberRows.binary(name, call.item(0), call.item(1), graph);
        }
        ArithmeticRows.Operands operands = ArithmeticRows.operands(call, graph);
        requireTruth(operands.left());
        return ArithmeticRows.binary(op, operands, graph);
    }

    private static void requireTruth(Item.Array array) {
        if (array.type() != DataType.BOOL) {
            throw new RefusedException("it combines the bits of integers");
        }
    }

    private static Item where(Call call, Emitter graph) {
        if (call.count() < 3) {
            throw new RefusedException("it lists where a condition holds");
        }
        ArithmeticRows.Operands operands =
                ArithmeticRows.operands(call.item("self"), call.item("other"), graph);
        return choose(call.tensor("condition"), operands.left(), operands.right(), graph);
    }

    static Item.Array choose(Item.Array condition, Item.Array a, Item.Array b, Emitter graph) {
        Item.Array truth = Numbers.cast(condition, DataType.BOOL, graph);
        DataType type = a.type();
        // The runtime chooses between truth values and short integers in no version.
        boolean rare = type == DataType.BOOL || type == DataType.INT8 || type == DataType.INT16;
        DataType used = rare ? DataType.INT32 : type;
        Item.Array chosen =
                graph.op("Where")
                        .in(truth, Numbers.cast(a, used, graph), Numbers.cast(b, used, graph))
                        .to(
                                used,
                                Shapes.broadcast(
                                        truth.shape(), Shapes.broadcast(a.shape(), b.shape())));
        return Numbers.cast(chosen, type, graph);
    }
}
