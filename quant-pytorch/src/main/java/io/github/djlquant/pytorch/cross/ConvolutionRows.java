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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Convolutions of one to three axes, plain and transposed. */
final class ConvolutionRows {

    private ConvolutionRows() {}

    static void addTo(Map<String, Row> rows) {
        rows.put("Conv", ConvolutionRows::convolution);
        rows.put("ConvTranspose", ConvolutionRows::transposed);
    }

    private static List<Long> kernel(Operation op, TensorOf weight) {
        Optional<List<Long>> said = op.integers("kernel_shape");
        if (said.isPresent()) {
            return said.get();
        }
        if (weight.rank() < 3) {
            throw op.refuse("its window is not known", "a weight of known shape", weight);
        }
        List<Long> kernel = new ArrayList<>();
        for (int i = 2; i < weight.rank(); i++) {
            if (weight.size(i) < 0) {
                throw op.refuse("its window is not known", "a weight of known shape", weight);
            }
            kernel.add(weight.size(i));
        }
        return kernel;
    }

    private static void requireAxes(Operation op, int axes) {
        if (axes < 1 || axes > 3) {
            throw op.refuse("the number of axes", "1 to 3", axes);
        }
    }

    private static void convolution(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        TensorOf weight = to.tensor(op, 1);
        TensorOf bias = to.optional(op, 2);
        Geometry window = Geometry.of(op, to, x, kernel(op, weight));
        requireAxes(op, window.axes());
        long groups = op.integer("group", 1);
        long[] sizes = window.sizes(x, weight.size(0), false);
        Facts facts =
                sizes == null
                        ? Facts.ofRank(x.type(), window.axes() + 2)
                        : Facts.of(x.type(), sizes);
        TensorOf data = x;
        Geometry rest = window;
        if (!window.isSymmetric()) {
            data = pad(to, x, window, 0.0);
            rest = window.padded();
        }
        to.define(
                op,
                to.emit.tensor(
                        "conv" + window.axes() + "d",
                        facts,
                        data,
                        weight,
                        bias,
                        rest.stride(),
                        rest.before(),
                        rest.dilation(),
                        groups));
    }

    static TensorOf pad(Crossing to, TensorOf x, Geometry window, double fill) {
        return to.emit.tensor(
                "constant_pad_nd", Facts.ofRank(x.type(), x.rank()), x, window.pads(), fill);
    }

    private static void transposed(Operation op, Crossing to) {
        TensorOf x = to.tensor(op, 0);
        TensorOf weight = to.tensor(op, 1);
        TensorOf bias = to.optional(op, 2);
        List<Long> kernel = kernel(op, weight);
        int axes = kernel.size();
        requireAxes(op, axes);
        long groups = op.integer("group", 1);
        List<Long> ones = Collections.nCopies(axes, 1L);
        List<Long> stride = op.integers("strides").orElse(ones);
        List<Long> dilation = op.integers("dilations").orElse(ones);
        List<Long> more =
                new ArrayList<>(
                        op.integers("output_padding").orElse(Collections.nCopies(axes, 0L)));
        long[][] pads = pads(op, x, kernel, stride, dilation, more);
        boolean cropped =
                !Arrays.equals(pads[0], pads[1]) || Arrays.stream(pads[0]).anyMatch(p -> p < 0);
        long channels = weight.size(1) < 0 ? -1 : weight.size(1) * groups;
        long[] sizes = new long[axes + 2];
        Arrays.fill(sizes, -1);
        sizes[0] = x.size(0);
        sizes[1] = channels;
        for (int i = 0; i < axes; i++) {
            long size = x.size(i + 2);
            long reach = (kernel.get(i) - 1) * dilation.get(i) + 1;
            if (size >= 0) {
                sizes[i + 2] =
                        (size - 1) * stride.get(i) + reach + more.get(i) - pads[0][i] - pads[1][i];
            }
            if (more.get(i) >= Math.max(stride.get(i), dilation.get(i)) && more.get(i) > 0) {
                throw op.refuse("output_padding", "less than the stride", more);
            }
        }
        Facts facts = Facts.of(x.type(), sizes);
        TensorOf made =
                to.emit.tensor(
                        "conv_transpose" + axes + "d",
                        facts,
                        x,
                        weight,
                        bias,
                        stride,
                        cropped ? new long[axes] : pads[0],
                        more,
                        groups,
                        dilation);
        if (cropped) {
            List<Long> crop = new ArrayList<>();
            for (int i = axes - 1; i >= 0; i--) {
                crop.add(-pads[0][i]);
                crop.add(-pads[1][i]);
            }
            if (crop.stream().anyMatch(c -> c > 0)) {
                throw op.refuse("its output is larger than the convolution's", "pads >= 0", crop);
            }
            made = to.emit.tensor("constant_pad_nd", facts, made, crop, 0.0);
        }
        to.define(op, made);
    }

    /** What is cut off before and after each axis. */
    private static long[][] pads(
            Operation op,
            TensorOf x,
            List<Long> kernel,
            List<Long> stride,
            List<Long> dilation,
            List<Long> more) {
        int axes = kernel.size();
        List<Long> given = op.integers("pads").orElse(Collections.nCopies(2 * axes, 0L));
        Optional<List<Long>> wanted = op.integers("output_shape");
        String rule = op.text("auto_pad", "NOTSET");
        long[][] pads = new long[2][axes];
        for (int i = 0; i < axes; i++) {
            long reach = (kernel.get(i) - 1) * dilation.get(i) + 1;
            if (wanted.isEmpty() && (rule.equals("NOTSET") || rule.isEmpty())) {
                pads[0][i] = given.get(i);
                pads[1][i] = given.get(axes + i);
            } else if (wanted.isPresent() || rule.startsWith("SAME_")) {
                long total;
                if (wanted.isPresent()) {
                    long size = x.size(i + 2);
                    if (size < 0) {
                        throw op.refuse("output_shape needs known extents", null, x);
                    }
                    List<Long> all = wanted.get();
                    total =
                            (size - 1) * stride.get(i)
                                    + more.get(i)
                                    + reach
                                    - all.get(all.size() - axes + i);
                } else {
                    total = more.get(i) + reach - stride.get(i);
                }
                if (total < 0) {
                    // A larger output than the convolution makes: the rest is padding of it.
                    more.set(i, more.get(i) - total);
                    total = 0;
                }
                long half = total / 2;
                pads[0][i] = rule.equals("SAME_UPPER") ? half : total - half;
                pads[1][i] = total - pads[0][i];
            } else if (!rule.equals("VALID")) {
                throw op.refuse("auto_pad", "NOTSET, VALID or SAME", rule);
            }
        }
        return pads;
    }

    /** A shape with its axes after the second reduced to 1. */
    static Shape pooled(TensorOf x) {
        if (x.shape() == null) {
            return null;
        }
        long[] sizes = x.shape().toArray();
        Arrays.fill(sizes, Math.min(2, sizes.length), sizes.length, 1);
        return Facts.shape(sizes);
    }
}
