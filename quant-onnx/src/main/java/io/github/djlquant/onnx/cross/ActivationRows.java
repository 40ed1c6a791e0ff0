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

/** Activations. */
final class ActivationRows {

    private ActivationRows() {}

    static void add(Rows rows) {
        rows.aten("relu", "self", (c, g) -> relu(c.tensor("self"), g));
        rows.aten("relu6", "self", (c, g) -> clip(floats(c, g), 0, 6, g));
        rows.aten(
                "hardtanh",
                "self min_val max_val",
                (c, g) -> clip(floats(c, g), c.number("min_val", -1), c.number("max_val", 1), g));
        rows.aten(
                "leaky_relu",
                "self negative_slope",
                (c, g) -> {
                    Item.Array x = floats(c, g);
                    return g.op("LeakyRelu")
                            .in(x)
                            .attr("alpha", c.number("negative_slope", 0.01))
                            .like(x);
                });
        rows.aten("prelu", "self weight", ActivationRows::prelu);
        rows.aten("elu", "self alpha scale input_scale", ActivationRows::elu);
        rows.aten(
                "selu",
                "self",
                (c, g) -> {
                    Item.Array x = floats(c, g);
                    return g.op("Selu")
                            .in(x)
                            .attr("alpha", 1.6732632423543772)
                            .attr("gamma", 1.0507009873554805)
                            .like(x);
                });
        rows.aten(
                "celu",
                "self alpha",
                (c, g) -> {
                    Item.Array x = floats(c, g);
                    return g.op("Celu").in(x).attr("alpha", c.number("alpha", 1)).like(x);
                });
        rows.aten("gelu", "self approximate", ActivationRows::gelu);
        rows.aten(
                "silu",
                "self",
                (c, g) -> {
                    Item.Array x = floats(c, g);
                    return times(x, g.op("Sigmoid").in(x).like(x), g);
                });
        rows.aten(
                "mish",
                "self",
                (c, g) -> {
                    Item.Array x = floats(c, g);
                    Item.Array soft = g.op("Softplus").in(x).like(x);
                    return times(x, g.op("Tanh").in(soft).like(x), g);
                });
        rows.aten(
                "hardswish",
                "self",
                (c, g) -> {
                    Item.Array x = floats(c, g);
                    return g.op("HardSwish").in(x).like(x);
                });
        rows.aten(
                "hardsigmoid",
                "self",
                (c, g) -> {
                    Item.Array x = floats(c, g);
                    return g.op("HardSigmoid")
                            .in(x)
                            .attr("alpha", 1.0 / 6)
                            .attr("beta", 0.5)
                            .like(x);
                });
        rows.aten("softplus", "self beta threshold", ActivationRows::softplus);
        rows.aten(
                "softmax _softmax",
                "self dim dtype/half_to_float",
                (c, g) -> softmax("Softmax", c, g));
        rows.aten(
                "log_softmax _log_softmax",
                "self dim dtype/half_to_float",
                (c, g) -> softmax("LogSoftmax", c, g));
        rows.aten("glu", "self dim", ActivationRows::glu);
        rows.aten(
                "threshold",
                "self threshold value",
                (c, g) -> {
                    Item.Array x = c.tensor("self");
                    Item.Array above =
                            g.op("Greater")
                                    .in(x, g.scalar(c.number("threshold", 0), x.type()))
                                    .to(DataType.BOOL, x.shape());
                    return g.op("Where")
                            .in(above, x, g.scalar(c.number("value", 0), x.type()))
                            .like(x);
                });
        rows.aten("clamp clip", "self min max", ActivationRows::clamp);
        rows.aten("clamp_min", "self min", ActivationRows::clamp);
        rows.aten("clamp_max", "self max", ActivationRows::clamp);
    }

    /** The input, as floats if it is of integers. */
    static Item.Array floats(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        return x.type().isFloatingPoint() ? x : Numbers.cast(x, DataType.FLOAT, graph);
    }

    static Item.Array times(Item.Array a, Item.Array b, Emitter graph) {
        return graph.op("Mul").in(a, b).to(a.type(), Shapes.broadcast(a.shape(), b.shape()));
    }

    private static Item relu(Item.Array x, Emitter graph) {
        return x.type().isFloatingPoint() || x.type() == DataType.INT32
                ? graph.op("Relu").in(x).like(x)
                : graph.op("Max").in(x, graph.scalar(0, x.type())).like(x);
    }

    private static Item clip(Item.Array x, double min, double max, Emitter graph) {
        return graph.op("Clip")
                .in(x, graph.scalar(min, x.type()), graph.scalar(max, x.type()))
                .like(x);
    }

    private static Item clamp(Call call, Emitter graph) {
        Item min = call.node().op().name().equals("clamp_max") ? Item.NONE : call.item("min");
        Item max = call.node().op().name().equals("clamp_min") ? Item.NONE : call.item("max");
        List<Item> operands =
                java.util.stream.Stream.of(call.tensor("self"), min, max)
                        .filter(item -> !item.equals(Item.NONE))
                        .toList();
        DataType type = ElementTypes.promote(operands);
        Item.Array x = Numbers.cast(call.tensor("self"), type, graph);
        if (min instanceof Item.Array || max instanceof Item.Array) {
            Item.Array result = x;
            for (Item bound : List.of(min, max)) {
                if (!bound.equals(Item.NONE)) {
                    Item.Array b = Numbers.scalar(bound, type, graph);
                    result =
                            graph.op(bound == min ? "Max" : "Min")
                                    .in(result, b)
                                    .to(type, Shapes.broadcast(result.shape(), b.shape()));
                }
            }
            return result;
        }
        return graph.op("Clip")
                .in(
                        x,
                        bound(min, Double.NEGATIVE_INFINITY, type, graph),
                        bound(max, Double.POSITIVE_INFINITY, type, graph))
                .like(x);
    }

    /** Without a bound the runtime would cut infinities off at the largest float. */
    private static Item.Array bound(Item given, double absent, DataType type, Emitter graph) {
        if (given.equals(Item.NONE)) {
            return type.isFloatingPoint() ? graph.scalar(absent, type) : null;
        }
        return Numbers.scalar(given, type, graph);
    }

    private static Item prelu(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        Item.Array slope = call.tensor("weight");
        if (Shapes.volume(slope.shape()) != 1 && x.shape() == null) {
            Item.Array planes = NormRows.planes(x, Call.shape(slope).size(0), graph);
            Item.Array slopes = Axes.alongChannels(slope, 3, graph);
            Item.Array result = graph.op("PRelu").in(planes, slopes).like(planes);
            return graph.op("Reshape").in(result, Numbers.dims(x, graph)).like(x);
        } else if (Shapes.volume(slope.shape()) != 1) {
            slope = Axes.alongChannels(slope, Call.rank(x), graph);
        }
        return graph.op("PRelu").in(x, slope).like(x);
    }

    private static Item elu(Call call, Emitter graph) {
        if (call.number("scale", 1) != 1 || call.number("input_scale", 1) != 1) {
            throw new RefusedException("it scales its input or result");
        }
        Item.Array x = floats(call, graph);
        return graph.op("Elu").in(x).attr("alpha", call.number("alpha", 1)).like(x);
    }

    /** 0.5 x (1 + erf(x / sqrt 2)), or with tanh(sqrt(2 / pi) (x + 0.044715 x^3)). */
    private static Item gelu(Call call, Emitter graph) {
        Item.Array x = floats(call, graph);
        DataType type = x.type();
        Item.Array curve;
        if (call.text("approximate", "none").equals("none")) {
            Item.Array scaled = graph.op("Div").in(x, graph.scalar(Math.sqrt(2), type)).like(x);
            curve = graph.op("Erf").in(scaled).like(x);
        } else {
            Item.Array cube = times(times(x, x, graph), x, graph);
            Item.Array inner = ProductRows.sum(x, ProductRows.scaled(cube, 0.044715, graph), graph);
            Item.Array scaled = ProductRows.scaled(inner, Math.sqrt(2 / Math.PI), graph);
            curve = graph.op("Tanh").in(scaled).like(x);
        }
        Item.Array raised = graph.op("Add").in(curve, graph.scalar(1, type)).like(x);
        return ProductRows.scaled(times(x, raised, graph), 0.5, graph);
    }

    private static Item softplus(Call call, Emitter graph) {
        Item.Array x = floats(call, graph);
        double beta = call.number("beta", 1);
        double threshold = call.number("threshold", 20);
        Item.Array scaled = ProductRows.scaled(x, beta, graph);
        Item.Array soft = graph.op("Softplus").in(scaled).like(x);
        Item.Array result = ProductRows.scaled(soft, 1 / beta, graph);
        if (threshold >= 20) {
            // There the logarithm is the identity up to the last bit.
            return result;
        }
        Item.Array above =
                graph.op("Greater")
                        .in(scaled, graph.scalar(threshold, x.type()))
                        .to(DataType.BOOL, x.shape());
        return graph.op("Where").in(above, x, result).like(x);
    }

    private static Item softmax(String op, Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        boolean converts =
                call.has("dtype")
                        && call.item("dtype") instanceof Item.Literal literal
                        && literal.value() instanceof Long;
        if (converts) {
            x = Numbers.cast(x, call.dataType("dtype"), graph);
        }
        ConvolutionRows.requireFloat(x);
        if (x.hasRank(0)) {
            throw new RefusedException("it reads a tensor without axes");
        }
        return graph.op(op).in(x).attr("axis", call.integer("dim")).like(x);
    }

    private static Item glu(Call call, Emitter graph) {
        Item.Array x = call.tensor("self");
        long axis = call.integer("dim", -1);
        io.github.djlquant.graph.Shape half = null;
        if (x.shape() != null) {
            int own = Shapes.axis(axis, x.rank());
            long size = x.shape().size(own);
            half = Shapes.with(x.shape(), own, size < 0 ? -1 : size / 2);
        }
        List<Item.Array> halves =
                graph.op("Split")
                        .in(x)
                        .attr("axis", axis)
                        .all(List.of(x.type(), x.type()), java.util.Arrays.asList(half, half));
        Item.Array gate = graph.op("Sigmoid").in(halves.get(1)).like(halves.get(1));
        return times(halves.get(0), gate, graph);
    }
}
