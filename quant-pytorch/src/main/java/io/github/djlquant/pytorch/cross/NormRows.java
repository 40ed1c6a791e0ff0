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

import io.github.djlquant.graph.Shape;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Normalizations as inference computes them. */
final class NormRows {

    /** Scale and bias of groups became those of channels. */
    private static final long CHANNEL_SCALES = 21;

    private NormRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("BatchNormalization", NormRows::batch);
        rows.put("InstanceNormalization", NormRows::instance);
        rows.put("LayerNormalization", NormRows::layer);
        rows.put("GroupNormalization", NormRows::group);
        rows.put("RMSNormalization", NormRows::rootMeanSquare);
        rows.put("LRN", NormRows::response);
        rows.put("LpNormalization", NormRows::lp);
        rows.put("MeanVarianceNormalization", NormRows::meanVariance);
    }

    private static void batch(Operation op, Crossing to) {
        op.require("training_mode", 0);
        op.require("spatial", 1);
        for (int i = 1; i < 5; i++) {
            op.requireNoOutput(i, "of training");
        }
        TensorOf x = to.tensor(op, 0);
        to.define(
                op,
                to.emit.tensor(
                        "batch_norm",
                        x.facts(),
                        x,
                        to.tensor(op, 1),
                        to.tensor(op, 2),
                        to.tensor(op, 3),
                        to.tensor(op, 4),
                        false,
                        op.number("momentum", 0.9),
                        op.number("epsilon", 1e-5),
                        false));
    }

    private static void instance(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        to.define(
                op,
                to.emit.tensor(
                        "instance_norm",
                        x.facts(),
                        x,
                        to.tensor(op, 1),
                        to.tensor(op, 2),
                        null,
                        null,
                        true,
                        0.1,
                        op.number("epsilon", 1e-5),
                        false));
    }

    private static void layer(Operation op, Crossing to) {
        op.ignore("stash_type");
        double epsilon = op.number("epsilon", 1e-5);
        TensorOf x = to.tensor(op, 0);
        List<Int> normalized = normalized(op, to, x, op.integer("axis", -1));
        TensorOf scale = to.tensor(op, 1);
        TensorOf bias = to.optional(op, 2);
        requireShape(op, scale, normalized.size());
        if (!op.makes(1) && !op.makes(2)) {
            to.define(
                    op,
                    to.emit.tensor(
                            "layer_norm", x.facts(), x, normalized, scale, bias, epsilon, false));
            return;
        }
        List<String> made =
                to.emit.several("native_layer_norm", 3, x, normalized, scale, bias, epsilon);
        Shape means = x.shape() == null ? null : Facts.open(x.rank());
        to.define(op, 0, new TensorOf(made.get(0), x.type(), x.shape()));
        to.define(op, 1, new TensorOf(made.get(1), x.type(), means));
        to.define(op, 2, new TensorOf(made.get(2), x.type(), means));
    }

    /** The extents of the axes that are normalized over. */
    private static List<Int> normalized(Operation op, Crossing to, TensorOf x, long axis) {
        int rank = x.rank() < 0 && axis < 0 ? 0 : to.rank(op, x);
        long first = axis < 0 ? axis : axis - rank;
        List<Int> extents = new ArrayList<>();
        for (long i = first; i < 0; i++) {
            extents.add(to.extent(x, i));
        }
        return extents;
    }

    /** libtorch does not broadcast the scale. */
    private static void requireShape(Operation op, TensorOf scale, int axes) {
        if (scale.rank() >= 0 && scale.rank() != axes) {
            throw op.refuse("the scale is broadcast", axes + " axes", scale.rank());
        }
    }

    private static void group(Operation op, Crossing to) {
        op.ignore("stash_type");
        long groups = op.integer("num_groups", 1);
        double epsilon = op.number("epsilon", 1e-5);
        TensorOf x = to.tensor(op, 0);
        TensorOf scale = to.tensor(op, 1);
        TensorOf bias = to.tensor(op, 2);
        if (op.opset() < CHANNEL_SCALES) {
            long channels = x.size(1);
            if (x.rank() < 2 || channels < 0) {
                throw op.refuse("its number of channels is not known", null, x);
            }
            scale = repeated(to, scale, channels / groups);
            bias = repeated(to, bias, channels / groups);
        }
        to.define(
                op,
                to.emit.tensor("group_norm", x.facts(), x, groups, scale, bias, epsilon, false));
    }

    private static TensorOf repeated(Crossing to, TensorOf perGroup, long times) {
        return times == 1
                ? perGroup
                : to.emit.tensor(
                        "repeat_interleave", Facts.ofRank(perGroup.type(), 1), perGroup, times, 0);
    }

    /** x / sqrt(mean(x^2) + epsilon) * scale. */
    private static void rootMeanSquare(Operation op, Crossing to) {
        op.ignore("stash_type");
        double epsilon = op.number("epsilon", 1e-5);
        TensorOf x = to.tensor(op, 0);
        List<Int> normalized = normalized(op, to, x, op.integer("axis", -1));
        List<Long> axes = new ArrayList<>();
        for (long i = -normalized.size(); i < 0; i++) {
            axes.add(i);
        }
        Facts reduced = new Facts(x.type(), Facts.reduced(x.shape(), axes, true));
        TensorOf squares = to.emit.tensor("mul", x.facts(), x, x);
        TensorOf mean = to.emit.tensor("mean", reduced, squares, axes, true);
        TensorOf moved = to.emit.tensor("add", reduced, mean, epsilon);
        TensorOf factor = to.emit.tensor("rsqrt", reduced, moved);
        TensorOf made = to.emit.tensor("mul", x.facts(), x, factor);
        to.define(op, to.emit.tensor("mul", x.facts(), made, to.tensor(op, 1)));
    }

    /**
     * x / (bias + alpha / size * sum of x^2 over the neighbouring channels)^beta. The channels are
     * the rows of a plane [N, 1, C, rest], over which a window of one column goes.
     */
    private static void response(Operation op, Crossing to) {
        long size = op.integer("size", 1);
        double alpha = op.number("alpha", 1e-4);
        double beta = op.number("beta", 0.75);
        double bias = op.number("bias", 1);
        TensorOf x = to.tensor(op, 0);
        Facts plane = Facts.ofRank(x.type(), 4);
        TensorOf squares = to.emit.tensor("mul", x.facts(), x, x);
        TensorOf flat = to.emit.tensor("flatten", Facts.ofRank(x.type(), 3), squares, 2, -1);
        TensorOf one = to.emit.tensor("unsqueeze", plane, flat, 1);
        long before = (size - 1) / 2;
        long[] pads = {0, 0, before, size - 1 - before};
        TensorOf padded = to.emit.tensor("constant_pad_nd", plane, one, pads, 0.0);
        TensorOf means =
                to.emit.tensor(
                        "avg_pool2d",
                        plane,
                        padded,
                        new long[] {size, 1},
                        new long[] {1, 1},
                        new long[] {0, 0},
                        false,
                        true);
        TensorOf back = to.emit.tensor("reshape_as", x.facts(), means, x);
        TensorOf scaled = to.emit.tensor("mul", x.facts(), back, alpha);
        TensorOf moved = to.emit.tensor("add", x.facts(), scaled, bias);
        TensorOf power = to.emit.tensor("pow", x.facts(), moved, beta);
        to.define(op, to.emit.tensor("div", x.facts(), x, power));
    }

    /** x / norm(x), 0 where the norm is. */
    private static void lp(Operation op, Crossing to) {
        long p = op.integer("p", 2);
        List<Long> axes = List.of(op.integer("axis", -1));
        TensorOf x = to.tensor(op, 0);
        Facts reduced = new Facts(x.type(), Facts.reduced(x.shape(), axes, true));
        TensorOf norm = to.emit.tensor("linalg_vector_norm", reduced, x, (double) p, axes, true);
        TensorOf quotient = to.emit.tensor("div", x.facts(), x, norm);
        to.define(op, to.emit.tensor("nan_to_num", x.facts(), quotient, 0.0));
    }

    /** (x - mean) / (deviation + 1e-9). */
    private static void meanVariance(Operation op, Crossing to) {
        List<Long> axes = op.integers("axes").orElse(List.of(0L, 2L, 3L));
        TensorOf x = to.tensor(op, 0);
        Facts reduced = new Facts(x.type(), Facts.reduced(x.shape(), axes, true));
        TensorOf mean = to.emit.tensor("mean", reduced, x, axes, true);
        TensorOf centred = to.emit.tensor("sub", x.facts(), x, mean);
        TensorOf squares = to.emit.tensor("mul", x.facts(), centred, centred);
        TensorOf variance = to.emit.tensor("mean", reduced, squares, axes, true);
        TensorOf deviation = to.emit.tensor("sqrt", reduced, variance);
        TensorOf divisor = to.emit.tensor("add", reduced, deviation, 1e-9);
        to.define(op, to.emit.tensor("div", x.facts(), centred, divisor));
    }
}
