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

import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Norms. */
final class NormRows {

    private NormRows() {}

    static void add(Rows rows) {
        rows.aten(
                "batch_norm",
                "input weight bias running_mean running_var training momentum eps cudnn_enabled",
                (c, g) -> {
                    if (c.truth("training", false)) {
                        throw new RefusedException("it norms by its own batch, as in training");
                    }
                    return byStatistics(c, g);
                });
        rows.aten(
                "instance_norm",
                "input weight bias running_mean running_var use_input_stats momentum eps"
                        + " cudnn_enabled",
                (c, g) -> c.truth("use_input_stats", true) ? byInstance(c, g) : byStatistics(c, g));
        rows.aten(
                "layer_norm",
                "input normalized_shape weight bias eps cudnn_enable",
                NormRows::layer);
        rows.aten("group_norm", "input num_groups weight bias eps cudnn_enabled", NormRows::group);
        rows.aten("rms_norm", "input normalized_shape weight eps", NormRows::rootMeanSquare);
        rows.aten("_weight_norm", "v g dim", NormRows::weightNorm);
    }

    private static Item byStatistics(Call call, Emitter graph) {
        Item.Array x = call.tensor("input");
        Item.Array mean = call.tensor("running_mean");
        int channels = Math.toIntExact(Shapes.volume(Call.shape(mean)));
        Item.Array scale = vector(call, "weight", 1, channels, mean, graph);
        Item.Array bias = vector(call, "bias", 0, channels, mean, graph);
        return graph.op("BatchNormalization")
                .in(x, scale, bias, mean, call.tensor("running_var"))
                .attr("epsilon", call.number("eps", 1e-5))
                .like(x);
    }

    private static Item.Array vector(
            Call call, String name, double absent, int channels, Item.Array like, Emitter graph) {
        if (call.has(name)) {
            return call.tensor(name);
        } else if (channels < 0) {
            throw new RefusedException("the number of its channels is not known");
        }
        return graph.constant(
                Store.filled(absent, like.type(), channels), "constant/" + channels + "x" + absent);
    }

    private static Item byInstance(Call call, Emitter graph) {
        Item.Array x = call.tensor("input");
        int channels = x.rank() > 1 ? (int) x.shape().size(1) : -1;
        return graph.op("InstanceNormalization")
                .in(
                        x,
                        vector(call, "weight", 1, channels, x, graph),
                        vector(call, "bias", 0, channels, x, graph))
                .attr("epsilon", call.number("eps", 1e-5))
                .like(x);
    }

    private static Item layer(Call call, Emitter graph) {
        Item.Array x = call.tensor("input");
        List<Long> shape = call.integers("normalized_shape");
        Item.Array scale;
        if (call.has("weight")) {
            scale = call.tensor("weight");
        } else {
            long count = shape.stream().reduce(1L, (a, b) -> a * b);
            scale =
                    graph.constant(
                            Store.filled(1, x.type(), Math.toIntExact(count))
                                    .reshape(Shapes.of(shape)),
                            "constant/ones");
        }
        return graph.op("LayerNormalization")
                .in(x, scale, call.has("bias") ? call.tensor("bias") : null)
                .attr("axis", (long) -shape.size())
                .attr("epsilon", call.number("eps", 1e-5))
                .like(x);
    }

    /**
     * A group's elements are brought to one axis and normed like a channel.
     *
     * <pre>
     *   x -> Reshape [0, groups, -1] -> InstanceNormalization
     *     -> Reshape [0, channels, -1] -> Mul -> Add -> Reshape (shape of x)
     * </pre>
     */
    private static Item group(Call call, Emitter graph) {
        Item.Array x = call.tensor("input");
        long groups = call.integer("num_groups");
        Item.Array flat = planes(x, groups, graph);
        Item.Array one =
                graph.constant(
                        Store.filled(1, x.type(), (int) groups), "constant/" + groups + "x1");
        Item.Array zero =
                graph.constant(
                        Store.filled(0, x.type(), (int) groups), "constant/" + groups + "x0");
        Item.Array result =
                graph.op("InstanceNormalization")
                        .in(flat, one, zero)
                        .attr("epsilon", call.number("eps", 1e-5))
                        .like(flat);
        if (call.has("weight")) {
            Item.Array scale = Axes.alongChannels(call.tensor("weight"), 3, graph);
            result = planes(result, Call.shape(scale).size(0), graph);
            result = graph.op("Mul").in(result, scale).like(result);
        }
        if (call.has("bias")) {
            Item.Array bias = Axes.alongChannels(call.tensor("bias"), 3, graph);
            result = planes(result, Call.shape(bias).size(0), graph);
            result = graph.op("Add").in(result, bias).like(result);
        }
        return graph.op("Reshape").in(result, Numbers.dims(x, graph)).like(x);
    }

    /** Channels and whatever stands for each of them, on three axes. */
    static Item.Array planes(Item.Array x, long count, Emitter graph) {
        if (count < 0) {
            throw new RefusedException("the number of its channels is not known");
        } else if (x.hasRank(3) && x.shape().size(1) == count) {
            return x;
        }
        Dimension batch = x.shape() == null ? Dimension.UNKNOWN : x.shape().dimensions().get(0);
        return graph.op("Reshape")
                .in(x, graph.longs(0, count, -1))
                .to(
                        x.type(),
                        new Shape(List.of(batch, new Dimension.Fixed(count), Dimension.UNKNOWN)));
    }

    private static Item rootMeanSquare(Call call, Emitter graph) {
        Item.Array x = call.tensor("input");
        List<Long> axes = new ArrayList<>();
        for (long axis = -call.integers("normalized_shape").size(); axis < 0; axis++) {
            axes.add(axis);
        }
        if (!call.has("eps")) {
            throw new RefusedException("it leaves the smallest divisor to the element type");
        }
        Item.Array square = graph.op("Mul").in(x, x).like(x);
        Item.Array mean = Reductions.reduce("ReduceMean", square, axes, true, graph);
        Item.Array raised =
                graph.op("Add").in(mean, graph.scalar(call.number("eps", 0), x.type())).like(mean);
        Item.Array root = graph.op("Sqrt").in(raised).like(mean);
        Item.Array result = graph.op("Div").in(x, root).like(x);
        return call.has("weight")
                ? graph.op("Mul").in(result, call.tensor("weight")).like(x)
                : result;
    }

    /** v g / |v|, the norm over all axes but one. */
    private static Item weightNorm(Call call, Emitter graph) {
        Item.Array v = call.tensor("v");
        int kept = Shapes.axis(call.integer("dim", 0), Call.rank(v));
        List<Long> axes = new ArrayList<>();
        for (long axis = 0; axis < v.rank(); axis++) {
            if (axis != kept) {
                axes.add(axis);
            }
        }
        Item.Array norm = Reductions.reduce("ReduceL2", v, axes, true, graph);
        Item.Array factor = graph.op("Div").in(call.tensor("g"), norm).like(norm);
        return graph.op("Mul").in(v, factor).like(v);
    }
}
