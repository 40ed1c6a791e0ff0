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
import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Poolings over windows and over whole planes. */
final class PoolingRows {

    private PoolingRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("MaxPool", PoolingRows::largest);
        rows.put("AveragePool", PoolingRows::average);
        rows.put("LpPool", PoolingRows::norm);
        rows.put("GlobalAveragePool", PoolingRows::globalAverage);
        rows.put("GlobalMaxPool", PoolingRows::globalLargest);
        rows.put("GlobalLpPool", PoolingRows::globalNorm);
    }

    private static Geometry window(Operation op, Crossing to, TensorOf x) {
        List<Long> kernel =
                op.integers("kernel_shape")
                        .orElseThrow(() -> op.refuse("no window", "kernel_shape", null));
        if (kernel.isEmpty() || kernel.size() > 3) {
            throw op.refuse("the number of axes", "1 to 3", kernel.size());
        }
        return Geometry.of(op, to, x, kernel);
    }

    private static Facts facts(Geometry window, TensorOf x, boolean up) {
        long[] sizes = window.sizes(x, x.size(1), up);
        return sizes == null
                ? Facts.ofRank(x.type(), window.axes() + 2)
                : Facts.of(x.type(), sizes);
    }

    /** libtorch pads at most half a window, the same on both sides. */
    private static boolean fits(Geometry window) {
        for (int i = 0; i < window.axes(); i++) {
            if (2 * window.before().get(i).known() > window.kernel().get(i)) {
                return false;
            }
        }
        return window.isSymmetric();
    }

    private static void requireDown(Operation op, boolean up) {
        if (up) {
            throw op.refuse("ceil_mode with this padding", "padding of up to half a window", null);
        }
    }

    private static void largest(Operation op, Crossing to) {
        op.requireNoOutput(1, "Indices");
        op.ignore("storage_order");
        boolean up = op.truth("ceil_mode", false);
        TensorOf x = to.tensor(op, 0);
        Geometry window = window(op, to, x);
        Facts facts = facts(window, x, up);
        boolean integers = !x.isFloat() && x.type() != null;
        TensorOf data = x;
        if (integers) {
            data = to.emit.tensor("to", x.facts(), x, DataType.FLOAT, false, false);
        }
        Geometry rest = window;
        if (!fits(window)) {
            requireDown(op, up);
            data = ConvolutionRows.pad(to, data, window, Double.NEGATIVE_INFINITY);
            rest = window.padded();
        }
        TensorOf made =
                to.emit.tensor(
                        "max_pool" + window.axes() + "d",
                        facts,
                        data,
                        rest.kernel(),
                        rest.stride(),
                        rest.before(),
                        rest.dilation(),
                        up);
        to.define(op, integers ? to.emit.tensor("to", facts, made, x.type(), false, false) : made);
    }

    private static void average(Operation op, Crossing to) {
        boolean up = op.truth("ceil_mode", false);
        boolean padding = op.truth("count_include_pad", false);
        TensorOf x = to.tensor(op, 0);
        Geometry window = window(op, to, x);
        if (window.dilation().stream().anyMatch(d -> d != 1)) {
            throw op.refuse("dilations", "1", window.dilation());
        }
        Facts facts = facts(window, x, up);
        if (fits(window)) {
            to.define(op, mean(to, window, facts, x, up, padding));
            return;
        }
        requireDown(op, up);
        TensorOf sums = mean(to, window.padded(), facts, padded(to, x, window), false, true);
        if (!padding) {
            // Padding counts for nothing: divide by the share of each window that is data.
            TensorOf ones = to.emit.tensor("ones_like", x.facts(), x);
            TensorOf shares =
                    mean(to, window.padded(), facts, padded(to, ones, window), false, true);
            sums = to.emit.tensor("div", facts, sums, shares);
        }
        to.define(op, sums);
    }

    private static TensorOf padded(Crossing to, TensorOf x, Geometry window) {
        return ConvolutionRows.pad(to, x, window, 0.0);
    }

    private static TensorOf mean(
            Crossing to, Geometry window, Facts facts, TensorOf x, boolean up, boolean padding) {
        return to.emit.tensor(
                "avg_pool" + window.axes() + "d",
                facts,
                x,
                window.kernel(),
                window.stride(),
                window.before(),
                up,
                padding);
    }

    /** The p-norm of each window: (k * mean(|x|^p))^(1 / p). */
    private static void norm(Operation op, Crossing to) {
        boolean up = op.truth("ceil_mode", false);
        double p = op.integer("p", 2);
        TensorOf x = to.tensor(op, 0);
        Geometry window = window(op, to, x);
        if (window.dilation().stream().anyMatch(d -> d != 1) || up) {
            throw op.refuse("dilations and ceil_mode", "none", op.node().attributes());
        }
        Facts facts = facts(window, x, false);
        TensorOf powers = power(to, x, p);
        TensorOf means = mean(to, window.padded(), facts, padded(to, powers, window), false, true);
        double size =
                window.kernel().stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
        TensorOf sums = to.emit.tensor("mul", facts, means, size);
        to.define(op, to.emit.tensor("pow", facts, sums, 1 / p));
    }

    private static TensorOf power(Crossing to, TensorOf x, double p) {
        TensorOf sizes = to.emit.tensor("abs", x.facts(), x);
        return to.emit.tensor("pow", x.facts(), sizes, p);
    }

    private static long[] planes(Operation op, Crossing to, TensorOf x) {
        int rank = to.rank(op, x);
        return LongStream.range(2, rank).toArray();
    }

    private static Facts global(TensorOf x) {
        return new Facts(x.type(), ConvolutionRows.pooled(x));
    }

    private static void globalAverage(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        int axes = planes(op, to, x).length;
        if (axes >= 1 && axes <= 3) {
            to.define(
                    op,
                    to.emit.tensor(
                            "adaptive_avg_pool" + axes + "d",
                            global(x),
                            x,
                            LongStream.generate(() -> 1).limit(axes).toArray()));
            return;
        }
        to.define(op, to.emit.tensor("mean", global(x), x, planes(op, to, x), true));
    }

    private static void globalLargest(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        to.define(op, to.emit.tensor("amax", global(x), x, planes(op, to, x), true));
    }

    private static void globalNorm(Operation op, Crossing to) {
        double p = op.integer("p", 2);
        TensorOf x = to.tensor(op, 0);
        long[] planes = planes(op, to, x);
        TensorOf sums = to.emit.tensor("sum", global(x), power(to, x, p), planes, true);
        to.define(op, to.emit.tensor("pow", global(x), sums, 1 / p));
    }
}
