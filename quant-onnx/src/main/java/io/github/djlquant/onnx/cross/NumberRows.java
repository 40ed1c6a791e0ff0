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
import java.util.Optional;

/** Numbers and truth values: computed at once where they are known, else in the graph. */
final class NumberRows {

    private NumberRows() {}

    static void add(Rows rows) {
        rows.aten("Int", "self", (c, g) -> Numbers.number(c.item(0), DataType.INT64, g));
        rows.aten(
                "Float FloatImplicit",
                "self",
                (c, g) -> Numbers.number(c.item(0), DataType.DOUBLE, g));
        rows.aten("Bool", "self", (c, g) -> Numbers.number(c.item(0), DataType.BOOL, g));
        rows.aten("IntImplicit", "self", (c, g) -> Numbers.number(c.item(0), DataType.INT64, g));
        rows.aten("item ScalarImplicit", "self", NumberRows::item);
        rows.prim("NumToTensor", "self", NumberRows::tensor);
        rows.aten("scalar_tensor", "self dtype", NumberRows::tensor);
        rows.aten("floordiv", "self other", NumberRows::floorDivision);
        rows.aten("__not__", "self", NumberRows::not);
        rows.aten("__is__", "self other", (c, g) -> is(c, true));
        rows.aten("__isnot__", "self other", (c, g) -> is(c, false));
        rows.prim("min max", "self other", NumberRows::extreme);
        rows.aten(
                "__derive_index",
                "index start step",
                (c, g) -> {
                    Item step = binary("mul", c.item("index"), c.item("step"), g);
                    return binary("add", c.item("start"), step, g);
                });
        rows.aten("__range_length", "lo hi step", NumberRows::rangeLength);
    }

    private static Item item(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        DataType type =
                x.type().isFloatingPoint()
                        ? DataType.DOUBLE
                        : x.type() == DataType.BOOL ? DataType.BOOL : DataType.INT64;
        return Numbers.number(x, type, graph);
    }

    private static Item tensor(Call call, Emitter graph) {
        Item number = call.item("self");
        DataType type = number instanceof Item.Number n ? n.type() : ElementTypes.number(number);
        boolean named = call.node().op().name().equals("scalar_tensor");
        if (named) {
            type = call.has("dtype") ? call.dataType("dtype") : DataType.FLOAT;
        }
        Item.Array made = Numbers.scalar(number, type, graph);
        if (number instanceof Item.Number n) {
            graph.store()
                    .symbol(n.value())
                    .ifPresent(symbol -> graph.store().symbol(made.value(), symbol));
        }
        return made;
    }

    private static Item not(Call call, Emitter graph) {
        Item item = call.item("self");
        Optional<Boolean> known = Literals.truth(item);
        if (known.isPresent()) {
            return Literals.of(!known.get());
        }
        Item.Array truth = Numbers.array((Item.Number) requireNumber(item, DataType.BOOL, graph));
        return new Item.Number(graph.op("Not").in(truth).like(truth).value(), DataType.BOOL);
    }

    private static Item requireNumber(Item item, DataType type, Emitter graph) {
        Item number = Numbers.number(item, type, graph);
        return number instanceof Item.Number
                ? number
                : new Item.Number(Joined.number(number, type, graph).value(), type);
    }

    private static Item is(Call call, boolean same) {
        boolean left = call.item(0).equals(Item.NONE);
        boolean right = call.item(1).equals(Item.NONE);
        if (!left && !right) {
            throw new RefusedException("it compares identities of other things than None");
        }
        return Literals.of((left && right) == same);
    }

    static Item squareRoot(Item item, Emitter graph) {
        Optional<Double> known = Literals.number(item);
        if (known.isPresent()) {
            return new Item.Literal(Math.sqrt(known.get()));
        }
        Item.Array x = Numbers.array((Item.Number) requireNumber(item, DataType.DOUBLE, graph));
        return new Item.Number(graph.op("Sqrt").in(x).like(x).value(), DataType.DOUBLE);
    }

    private static Item floorDivision(Call call, Emitter graph) {
        return binary("floordiv", call.item("self"), call.item("other"), graph);
    }

    private static Item extreme(Call call, Emitter graph) {
        String op = call.node().op().name();
        List<Item> items =
                call.item("self") instanceof Item.Items list
                        ? list.elements()
                        : List.of(call.item("self"), call.item("other"));
        Item result = items.get(0);
        for (Item item : items.subList(1, items.size())) {
            result = binary(op, result, item, graph);
        }
        return result;
    }

    private static Item rangeLength(Call call, Emitter graph) {
        long step = call.integer("step", 1);
        if (step <= 0) {
            throw new RefusedException("its range counts down");
        }
        Item width = binary("sub", call.item("hi"), call.item("lo"), graph);
        Item raised = binary("add", width, Literals.of(step - 1), graph);
        Item length = binary("floordiv", raised, Literals.of(step), graph);
        return binary("max", length, Literals.of(0), graph);
    }

    /**
     * Computes with two numbers.
     *
     * @param op an operator's name as in {@code aten}
     * @return a literal if both are known
     */
    static Item binary(String op, Item left, Item right, Emitter graph) {
        Optional<Object> known = Known.compute(op, left, right);
        if (known.isPresent()) {
            return new Item.Literal(known.get());
        }
        Optional<Item> half = Known.decided(op, left, right);
        if (half.isPresent()) {
            return half.get();
        }
        DataType a = Joined.kind(left);
        DataType b = Joined.kind(right);
        DataType type =
                a == DataType.DOUBLE || b == DataType.DOUBLE || op.equals("div")
                        ? DataType.DOUBLE
                        : a == DataType.INT64 || b == DataType.INT64
                                ? DataType.INT64
                                : DataType.BOOL;
        Item.Array x = Numbers.array((Item.Number) requireNumber(left, type, graph));
        Item.Array y = Numbers.array((Item.Number) requireNumber(right, type, graph));
        boolean floats = type == DataType.DOUBLE;
        return switch (op) {
            case "add", "sub", "mul" -> number(capital(op), x, y, type, graph);
            case "div" -> number("Div", x, y, type, graph);
            case "min", "max" -> number(capital(op), x, y, type, graph);
            case "floordiv" -> {
                if (floats) {
                    throw new RefusedException("it divides numbers that are no integers");
                }
                Item.Array rest = graph.op("Mod").in(x, y).like(x);
                Item.Array whole = graph.op("Sub").in(x, rest).like(x);
                yield number("Div", whole, y, type, graph);
            }
            case "remainder" -> {
                if (floats) {
                    throw new RefusedException("it divides numbers that are no integers");
                }
                yield number("Mod", x, y, type, graph);
            }
            case "eq" -> number("Equal", x, y, DataType.BOOL, graph);
            case "ne" -> {
                Item.Array same = graph.op("Equal").in(x, y).to(DataType.BOOL, Shapes.of(1));
                yield new Item.Number(graph.op("Not").in(same).like(same).value(), DataType.BOOL);
            }
            case "lt" -> number("Less", x, y, DataType.BOOL, graph);
            case "le" -> number("LessOrEqual", x, y, DataType.BOOL, graph);
            case "gt" -> number("Greater", x, y, DataType.BOOL, graph);
            case "ge" -> number("GreaterOrEqual", x, y, DataType.BOOL, graph);
            case "__and__", "__or__", "__xor__" -> {
                if (type != DataType.BOOL) {
                    throw new RefusedException("it combines the bits of integers");
                }
                yield number(capital(op.replace("_", "")), x, y, type, graph);
            }
            default -> throw new RefusedException("it computes with numbers in another way");
        };
    }

    private static Item number(
            String op, Item.Array x, Item.Array y, DataType type, Emitter graph) {
        return new Item.Number(graph.op(op).in(x, y).to(type, Shapes.of(1)).value(), type);
    }

    private static String capital(String op) {
        return Character.toUpperCase(op.charAt(0)) + op.substring(1);
    }
}
