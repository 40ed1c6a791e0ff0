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

import io.github.djlquant.pytorch.cross.Operand.TensorOf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The window of a convolution or pooling: ONNX says its padding per side or by a rule, TorchScript
 * per axis.
 *
 * @param kernel extents of the window
 * @param stride steps
 * @param dilation distances inside the window
 * @param before padding before each axis
 * @param after padding after each axis
 */
record Geometry(
        List<Long> kernel,
        List<Long> stride,
        List<Long> dilation,
        List<Int> before,
        List<Int> after) {

    /** Reads the attributes that all windowed operators share. */
    static Geometry of(Operation op, Crossing to, TensorOf x, List<Long> kernel) {
        int axes = kernel.size();
        List<Long> ones = Collections.nCopies(axes, 1L);
        List<Long> stride = op.integers("strides").orElse(ones);
        List<Long> dilation = op.integers("dilations").orElse(ones);
        List<Long> pads = op.integers("pads").orElse(Collections.nCopies(2 * axes, 0L));
        String rule = op.text("auto_pad", "NOTSET");
        List<Int> before = new ArrayList<>();
        List<Int> after = new ArrayList<>();
        if (stride.size() != axes || dilation.size() != axes || pads.size() != 2 * axes) {
            throw op.refuse("strides, dilations and pads", axes + " axes", op.node().attributes());
        }
        for (int i = 0; i < axes; i++) {
            switch (rule) {
                case "NOTSET", "" -> {
                    before.add(Int.of(pads.get(i)));
                    after.add(Int.of(pads.get(axes + i)));
                }
                case "VALID" -> {
                    before.add(Int.of(0));
                    after.add(Int.of(0));
                }
                case "SAME_UPPER", "SAME_LOWER" -> {
                    long reach = (kernel.get(i) - 1) * dilation.get(i) + 1;
                    Int total = total(op, to, x, i + 2, reach, stride.get(i));
                    IntMath math = IntMath.of(to);
                    Int half = math.apply("floordiv", total, Int.of(2));
                    Int rest = math.minus(total, half);
                    before.add(rule.equals("SAME_UPPER") ? half : rest);
                    after.add(rule.equals("SAME_UPPER") ? rest : half);
                }
                default -> throw op.refuse("auto_pad", "NOTSET, VALID or SAME", rule);
            }
        }
        return new Geometry(kernel, stride, dilation, before, after);
    }

    /** max(0, (ceil(size / stride) - 1) * stride + reach - size). */
    private static Int total(
            Operation op, Crossing to, TensorOf x, int axis, long reach, long stride) {
        if (stride == 1) {
            return Int.of(reach - 1);
        }
        Int size = to.extent(x, axis);
        if (!size.isKnown()) {
            throw op.refuse(
                    "its padding depends on the extent of axis " + axis, "a known extent", "none");
        }
        long steps = Math.floorDiv(size.known() + stride - 1, stride);
        return Int.of(Math.max(0, (steps - 1) * stride + reach - size.known()));
    }

    int axes() {
        return kernel.size();
    }

    boolean isSymmetric() {
        return before.equals(after);
    }

    /** Padding in the order of TorchScript: from the last axis on, before and after each. */
    List<Int> pads() {
        List<Int> pads = new ArrayList<>();
        for (int i = axes() - 1; i >= 0; i--) {
            pads.add(before.get(i));
            pads.add(after.get(i));
        }
        return pads;
    }

    /** The same window over data that are padded already. */
    Geometry padded() {
        List<Int> none = Collections.nCopies(axes(), Int.of(0));
        return new Geometry(kernel, stride, dilation, none, none);
    }

    /** The known extents after the window went over data, -1 where they are not known. */
    long[] sizes(TensorOf x, long channels, boolean up) {
        if (x.rank() != axes() + 2) {
            return null;
        }
        long[] sizes = new long[axes() + 2];
        sizes[0] = x.size(0);
        sizes[1] = channels;
        for (int i = 0; i < axes(); i++) {
            long size = x.size(i + 2);
            sizes[i + 2] = size < 0 ? -1 : windows(i, size, up);
        }
        return sizes;
    }

    private long windows(int axis, long size, boolean up) {
        long pads = before.get(axis).known() + after.get(axis).known();
        long room = size + pads - (kernel.get(axis) - 1) * dilation.get(axis) - 1;
        long stride = stride().get(axis);
        // What a rounded-up window sees may be padding only; nobody needs to know.
        return up && Math.floorMod(room, stride) != 0 ? -1 : Math.floorDiv(room, stride) + 1;
    }
}
