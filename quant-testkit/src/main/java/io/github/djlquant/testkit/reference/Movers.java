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
package io.github.djlquant.testkit.reference;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Node;
import java.util.Arrays;
import java.util.List;

/** Operators that move elements: by their definition, index by index. */
final class Movers {

    private Movers() {}

    static Array transpose(Node node, Array x) {
        int rank = x.rank();
        List<Long> given = node.intsAttribute("perm");
        int[] made = new int[rank];
        int[] from = new int[rank];
        for (int i = 0; i < rank; i++) {
            from[i] = given.isEmpty() ? rank - 1 - i : Math.toIntExact(given.get(i));
            made[i] = x.shape[from[i]];
        }
        double[] out = new double[x.data.length];
        int[] source = new int[rank];
        for (int p = 0; p < out.length; p++) {
            int[] o = Array.indices(p, made);
            for (int i = 0; i < rank; i++) {
                source[from[i]] = o[i];
            }
            out[p] = x.data[Array.position(source, x.shape)];
        }
        return new Array(x.type, made, out);
    }

    static Array reshape(Array x, Array target) {
        int[] made = new int[target.data.length];
        int known = 1;
        int open = -1;
        for (int i = 0; i < made.length; i++) {
            made[i] = (int) target.data[i];
            made[i] = made[i] == 0 ? x.shape[i] : made[i];
            open = made[i] < 0 ? i : open;
            known *= made[i] < 0 ? 1 : made[i];
        }
        if (open >= 0) {
            made[open] = x.data.length / known;
        }
        return x.withShape(made);
    }

    static Array flatten(Node node, Array x) {
        int axis = x.axis(node.intAttribute("axis", 1));
        int rows = Array.count(Arrays.copyOf(x.shape, axis));
        return x.withShape(rows, x.data.length / rows);
    }

    static Array concat(Node node, List<Array> parts) {
        Array first = parts.get(0);
        int axis = first.axis(node.intAttribute("axis", 0));
        int[] made = first.shape.clone();
        made[axis] = parts.stream().mapToInt(p -> p.shape[axis]).sum();
        double[] out = new double[Array.count(made)];
        int start = 0;
        for (Array part : parts) {
            for (int p = 0; p < part.data.length; p++) {
                int[] o = Array.indices(p, part.shape);
                o[axis] += start;
                out[Array.position(o, made)] = part.data[p];
            }
            start += part.shape[axis];
        }
        return new Array(first.type, made, out);
    }

    static Array pad(Array x, Array pads, double fill) {
        int rank = x.rank();
        int[] made = x.shape.clone();
        for (int i = 0; i < rank; i++) {
            made[i] += (int) (pads.data[i] + pads.data[i + rank]);
        }
        double[] out = new double[Array.count(made)];
        Arrays.fill(out, fill);
        for (int p = 0; p < x.data.length; p++) {
            int[] o = Array.indices(p, x.shape);
            for (int i = 0; i < rank; i++) {
                o[i] += (int) pads.data[i];
            }
            out[Array.position(o, made)] = x.data[p];
        }
        return new Array(x.type, made, out);
    }

    /** Slices with inputs as ONNX has them since opset 10, forward steps only. */
    static Array slice(Array x, Array starts, Array ends, Array axes, Array steps) {
        int[] first = new int[x.rank()];
        int[] step = new int[x.rank()];
        Arrays.fill(step, 1);
        int[] made = x.shape.clone();
        for (int i = 0; i < starts.data.length; i++) {
            int axis = axes == null ? i : x.axis((long) axes.data[i]);
            step[axis] = steps == null ? 1 : (int) steps.data[i];
            first[axis] = bound(starts.data[i], x.shape[axis]);
            int last = bound(ends.data[i], x.shape[axis]);
            made[axis] = Math.max(0, (last - first[axis] + step[axis] - 1) / step[axis]);
        }
        double[] out = new double[Array.count(made)];
        for (int p = 0; p < out.length; p++) {
            int[] o = Array.indices(p, made);
            for (int i = 0; i < o.length; i++) {
                o[i] = first[i] + o[i] * step[i];
            }
            out[p] = x.data[Array.position(o, x.shape)];
        }
        return new Array(x.type, made, out);
    }

    private static int bound(double bound, int size) {
        return (int) Math.max(0, Math.min(size, bound < 0 ? bound + size : bound));
    }

    /** q = saturate(round_half_even(x / scale) + zero point). */
    static Array quantize(Node node, Array x, Array scale, Array zeroPoint) {
        DataType type = zeroPoint == null ? DataType.UINT8 : zeroPoint.type;
        double low = type == DataType.UINT8 ? 0 : type == DataType.INT8 ? -128 : -0x1p31;
        double high = type == DataType.UINT8 ? 255 : type == DataType.INT8 ? 127 : 0x1p31 - 1;
        double[] out = new double[x.data.length];
        for (int p = 0; p < out.length; p++) {
            int c = channel(node, x, scale, p);
            double zero = zeroPoint == null ? 0 : zeroPoint.data[c];
            double steps = Math.rint((float) x.data[p] / (float) scale.data[c]) + zero;
            out[p] = Math.max(low, Math.min(high, steps));
        }
        return new Array(type, x.shape, out);
    }

    static Array dequantize(Node node, Array x, Array scale, Array zeroPoint) {
        double[] out = new double[x.data.length];
        for (int p = 0; p < out.length; p++) {
            int c = channel(node, x, scale, p);
            out[p] = (x.data[p] - (zeroPoint == null ? 0 : zeroPoint.data[c])) * scale.data[c];
        }
        return Array.floats(x.shape, out);
    }

    private static int channel(Node node, Array x, Array scale, int position) {
        return scale.data.length == 1
                ? 0
                : Array.indices(position, x.shape)[x.axis(node.intAttribute("axis", 1))];
    }
}
