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

/** Functions of single elements. */
final class FunctionRows {

    private static final Map<String, String> OF_FLOATS =
            Map.ofEntries(
                    Map.entry("sigmoid", "Sigmoid"),
                    Map.entry("tanh", "Tanh"),
                    Map.entry("erf", "Erf"),
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
                    Map.entry("reciprocal", "Reciprocal"),
                    Map.entry("softsign", "Softsign"));

    private FunctionRows() {}

    static void add(Rows rows) {
        OF_FLOATS.forEach(
                (source, op) ->
                        rows.aten(
                                source,
                                "self",
                                (c, g) -> {
                                    Item.Array x = ActivationRows.floats(c, g);
                                    return g.op(op).in(x).like(x);
                                }));
        rows.aten(
                "sqrt",
                "self",
                (c, g) -> {
                    if (Literals.isNumber(c.item("self"))) {
                        return NumberRows.squareRoot(c.item("self"), g);
                    }
                    Item.Array x = ActivationRows.floats(c, g);
                    return g.op("Sqrt").in(x).like(x);
                });
        rows.aten(
                "rsqrt",
                "self",
                (c, g) -> {
                    Item.Array x = ActivationRows.floats(c, g);
                    Item.Array root = g.op("Sqrt").in(x).like(x);
                    return g.op("Reciprocal").in(root).like(x);
                });
        for (String name : List.of("floor", "ceil", "round")) {
            String op = Character.toUpperCase(name.charAt(0)) + name.substring(1);
            rows.aten(
                    name,
                    "self decimals",
                    (c, g) -> {
                        if (c.has("decimals")) {
                            throw new RefusedException("it rounds to decimals");
                        }
                        Item.Array x = c.tensor("self");
                        return x.type().isFloatingPoint() ? g.op(op).in(x).like(x) : x;
                    });
        }
        rows.aten(
                "log1p",
                "self",
                (c, g) -> {
                    Item.Array x = ActivationRows.floats(c, g);
                    if (x.type() != DataType.FLOAT) {
                        throw new RefusedException("it computes on " + x.type());
                    }
                    // In double, since 1 + x would lose the digits that the function is for.
                    Item.Array wide = Numbers.cast(x, DataType.DOUBLE, g);
                    Item.Array one = g.op("Add").in(wide, g.scalar(1, DataType.DOUBLE)).like(wide);
                    return Numbers.cast(g.op("Log").in(one).like(wide), x.type(), g);
                });
        rows.aten("isnan", "self", (c, g) -> test("IsNaN", c, g));
        rows.aten("isinf", "self", (c, g) -> test("IsInf", c, g));
        rows.aten("nan_to_num", "self nan posinf neginf", FunctionRows::numbers);
        rows.aten("log_sigmoid", "self", FunctionRows::logSigmoid);
    }

    private static Item test(String op, Call call, Emitter graph) {
        Item.Array x = ActivationRows.floats(call, graph);
        return graph.op(op).in(x).to(DataType.BOOL, x.shape());
    }

    /** -softplus(-x). */
    private static Item logSigmoid(Call call, Emitter graph) {
        Item.Array x = ActivationRows.floats(call, graph);
        Item.Array minus = graph.op("Neg").in(x).like(x);
        Item.Array soft = graph.op("Softplus").in(minus).like(x);
        return graph.op("Neg").in(soft).like(x);
    }

    private static Item numbers(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        ConvolutionRows.requireFloat(x);
        boolean wide = x.type() == DataType.DOUBLE;
        double largest = wide ? Double.MAX_VALUE : Float.MAX_VALUE;
        Item.Array nan = graph.op("IsNaN").in(x).to(DataType.BOOL, x.shape());
        Item.Array some = where(nan, call.number("nan", 0), x, graph);
        Item.Array above =
                graph.op("IsInf").in(x).attr("detect_negative", 0).to(DataType.BOOL, x.shape());
        some = where(above, call.number("posinf", largest), some, graph);
        Item.Array below =
                graph.op("IsInf").in(x).attr("detect_positive", 0).to(DataType.BOOL, x.shape());
        return where(below, call.number("neginf", -largest), some, graph);
    }

    private static Item.Array where(
            Item.Array where, double value, Item.Array otherwise, Emitter graph) {
        return graph.op("Where")
                .in(where, graph.scalar(value, otherwise.type()), otherwise)
                .like(otherwise);
    }
}
