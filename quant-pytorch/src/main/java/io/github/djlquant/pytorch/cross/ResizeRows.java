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
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Other extents by interpolation, as far as libtorch counts coordinates in the same way. */
final class ResizeRows {

    private static final long INPUTS = 11;
    private static final long SCALE_INPUT = 9;

    private ResizeRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("Resize", ResizeRows::resize);
        rows.put("Upsample", ResizeRows::upsample);
    }

    /** Extents, or factors of them, of the axes after the second. */
    private record Asked(List<Int> sizes, List<Double> scales) {}

    private static void upsample(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        String mode = op.text("mode", "nearest");
        List<Double> scales;
        if (op.opset() >= SCALE_INPUT) {
            scales = numbers(op, to, 1);
        } else {
            scales = floats(op, "scales");
        }
        interpolate(
                op, to, x, mode, "asymmetric", "floor", new Asked(null, planes(op, to, x, scales)));
    }

    private static List<Double> floats(Operation op, String name) {
        return op.any(name)
                .filter(Attribute.FloatsAttribute.class::isInstance)
                .map(
                        a ->
                                ((Attribute.FloatsAttribute) a)
                                        .values().stream().map(Float::doubleValue).toList())
                .orElseThrow(() -> op.refuse("no " + name, name, null));
    }

    private static List<Double> numbers(Operation op, Crossing to, int input) {
        Tensor tensor =
                to.constant(op, input)
                        .orElseThrow(() -> op.refuse("its scales are computed", "constants", null));
        List<Double> numbers = new ArrayList<>();
        tensor.forEach((index, value) -> numbers.add(value));
        return numbers;
    }

    private static void resize(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        op.require("antialias", 0);
        op.require("exclude_outside", 0);
        op.require("keep_aspect_ratio_policy", "stretch");
        op.ignore("extrapolation_value");
        boolean inputs = op.opset() >= INPUTS;
        String mode = op.text("mode", "nearest");
        String places =
                op.text("coordinate_transformation_mode", inputs ? "half_pixel" : "asymmetric");
        String nearest = op.text("nearest_mode", inputs ? "round_prefer_floor" : "floor");
        double cubic = op.number("cubic_coeff_a", -0.75);
        if (mode.equals("cubic") && cubic != -0.75) {
            throw op.refuse("cubic_coeff_a", -0.75, cubic);
        }
        interpolate(op, to, x, mode, places, nearest, asked(op, to, x, inputs));
    }

    private static Asked asked(Operation op, Crossing to, TensorOf x, boolean inputs) {
        int at = inputs ? 2 : 1;
        boolean sizes = inputs && op.has(3);
        List<Long> axes = op.integers("axes").orElse(null);
        if (sizes) {
            List<Int> all = to.integers(op, 3);
            return new Asked(planes(op, to, x, spread(op, to, x, all, axes)), null);
        }
        List<Double> all = numbers(op, to, at);
        if (axes != null) {
            int rank = to.rank(op, x);
            List<Double> whole = new ArrayList<>(Collections.nCopies(rank, 1.0));
            for (int i = 0; i < axes.size(); i++) {
                whole.set((int) to.axis(op, axes.get(i), x), all.get(i));
            }
            all = whole;
        }
        return new Asked(null, planes(op, to, x, all));
    }

    private static List<Int> spread(
            Operation op, Crossing to, TensorOf x, List<Int> given, List<Long> axes) {
        if (axes == null) {
            return given;
        }
        int rank = to.rank(op, x);
        List<Int> whole = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            whole.add(to.extent(x, axis));
        }
        for (int i = 0; i < axes.size(); i++) {
            whole.set((int) to.axis(op, axes.get(i), x), given.get(i));
        }
        return whole;
    }

    /** Batch and channels must keep their extents. */
    private static <T> List<T> planes(Operation op, Crossing to, TensorOf x, List<T> all) {
        if (all.size() < 3 || all.size() > 5) {
            throw op.refuse("the number of axes", "3 to 5", all.size());
        }
        for (int i = 0; i < 2; i++) {
            T each = all.get(i);
            boolean kept =
                    each instanceof Double scale && scale == 1.0
                            || each instanceof Int size
                                    && (size.equals(to.extent(x, i)) || !size.isKnown());
            if (!kept) {
                throw op.refuse("batch or channels are resized", "their extents", each);
            }
        }
        return all.subList(2, all.size());
    }

    private static void interpolate(
            Operation op,
            Crossing to,
            TensorOf x,
            String mode,
            String places,
            String nearest,
            Asked asked) {
        int axes = asked.sizes() == null ? asked.scales().size() : asked.sizes().size();
        boolean half =
                places.equals("half_pixel")
                        || places.equals("pytorch_half_pixel")
                                && isNeverOne(facts(x, asked), asked);
        boolean corners = places.equals("align_corners");
        Object sizes = asked.sizes();
        Object scales = asked.scales() == null ? null : Emitter.floats(asked.scales());
        Facts facts = facts(x, asked);
        switch (mode) {
            case "nearest" -> {
                String aten = nearestForm(places, nearest, asked);
                if (aten == null) {
                    throw op.refuse(
                            "libtorch does not round coordinates so",
                            "asymmetric with floor, or half_pixel with round_prefer_ceil",
                            places + " with " + nearest);
                }
                to.define(op, to.emit.tensor(aten + axes + "d", facts, x, sizes, scales));
            }
            case "linear", "cubic" -> {
                boolean cubic = mode.equals("cubic");
                if (!half && !corners || cubic && axes != 2) {
                    throw op.refuse(
                            "libtorch does not interpolate so",
                            "half_pixel or align_corners",
                            mode + " with " + places + " over " + axes + " axes");
                }
                String linear = axes == 1 ? "linear" : axes == 2 ? "bilinear" : "trilinear";
                to.define(
                        op,
                        to.emit.tensor(
                                "upsample_" + (cubic ? "bicubic" : linear) + axes + "d",
                                facts,
                                x,
                                sizes,
                                corners,
                                scales));
            }
            default -> throw op.refuse("mode", "nearest, linear or cubic", mode);
        }
    }

    /** The two ways to count half pixels differ where one pixel is left. */
    private static boolean isNeverOne(Facts made, Asked asked) {
        if (asked.scales() != null && asked.scales().stream().allMatch(s -> s >= 2)) {
            return true;
        }
        for (int axis = 2; axis < made.shape().rank(); axis++) {
            if (made.shape().size(axis) < 2) {
                return false;
            }
        }
        return true;
    }

    /** With whole factors rounding never meets a tie, so that both roundings agree. */
    private static String nearestForm(String places, String nearest, Asked asked) {
        boolean whole =
                asked.scales() != null
                        && asked.scales().stream().allMatch(s -> s >= 1 && s == Math.rint(s));
        if (places.equals("asymmetric") && nearest.equals("floor")) {
            return "upsample_nearest";
        }
        boolean exact =
                nearest.equals("round_prefer_ceil")
                        || nearest.equals("round_prefer_floor") && whole;
        return places.equals("half_pixel") && exact ? "_upsample_nearest_exact" : null;
    }

    private static Facts facts(TensorOf x, Asked asked) {
        int axes = asked.sizes() == null ? asked.scales().size() : asked.sizes().size();
        if (x.rank() != axes + 2) {
            return Facts.ofRank(x.type(), axes + 2);
        }
        long[] made = x.shape().toArray();
        for (int i = 0; i < axes; i++) {
            if (asked.sizes() != null) {
                Int size = asked.sizes().get(i);
                made[i + 2] = size.isKnown() ? size.known() : -1;
            } else {
                made[i + 2] =
                        made[i + 2] < 0
                                ? -1
                                : (long) Math.floor(made[i + 2] * asked.scales().get(i));
            }
        }
        return Facts.of(x.type(), made);
    }
}
