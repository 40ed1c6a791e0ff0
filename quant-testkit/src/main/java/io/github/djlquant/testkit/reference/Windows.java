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

import io.github.djlquant.graph.Node;
import java.util.List;

/** Convolution, its transpose and sliding-window pooling, by their definition. */
final class Windows {

    private Windows() {}

    private static int attribute(List<Long> values, int index, int absent) {
        return values.isEmpty() ? absent : Math.toIntExact(values.get(index));
    }

    static Array convolution(Node node, Array x, Array w, Array b) {
        int axes = x.rank() - 2;
        int groups = (int) node.intAttribute("group", 1);
        Geometry geometry = Geometry.of(node, x.shape, spatial(w.shape));
        int[] made = geometry.made(x.shape[0], w.shape[0]);
        double[] out = new double[Array.count(made)];
        int perGroup = w.shape[0] / groups;
        int[] xi = new int[axes + 2];
        int[] wi = new int[axes + 2];
        for (int p = 0; p < out.length; p++) {
            int[] o = Array.indices(p, made);
            double sum = b == null ? 0 : b.data[o[1]];
            for (int c = 0; c < w.shape[1]; c++) {
                for (int k = 0; k < geometry.windowSize(); k++) {
                    int[] offset = Array.indices(k, geometry.kernel());
                    if (geometry.source(o, offset, xi)) {
                        xi[0] = o[0];
                        xi[1] = o[1] / perGroup * w.shape[1] + c;
                        wi[0] = o[1];
                        wi[1] = c;
                        System.arraycopy(offset, 0, wi, 2, axes);
                        sum +=
                                x.data[Array.position(xi, x.shape)]
                                        * w.data[Array.position(wi, w.shape)];
                    }
                }
            }
            out[p] = sum;
        }
        return Array.floats(made, out);
    }

    /** Scatters each input element through the kernel; padding cuts the border off. */
    static Array transposedConvolution(Node node, Array x, Array w, Array b) {
        int axes = x.rank() - 2;
        int groups = (int) node.intAttribute("group", 1);
        int[] kernel = spatial(w.shape);
        List<Long> strides = node.intsAttribute("strides");
        List<Long> pads = node.intsAttribute("pads");
        List<Long> dilations = node.intsAttribute("dilations");
        List<Long> more = node.intsAttribute("output_padding");
        int[] made = new int[axes + 2];
        made[0] = x.shape[0];
        made[1] = w.shape[1] * groups;
        for (int i = 0; i < axes; i++) {
            made[i + 2] =
                    attribute(strides, i, 1) * (x.shape[i + 2] - 1)
                            + attribute(more, i, 0)
                            + (kernel[i] - 1) * attribute(dilations, i, 1)
                            + 1
                            - attribute(pads, i, 0)
                            - attribute(pads, i + axes, 0);
        }
        double[] out = new double[Array.count(made)];
        for (int p = 0; b != null && p < out.length; p++) {
            out[p] = b.data[Array.indices(p, made)[1]];
        }
        int inPerGroup = x.shape[1] / groups;
        for (int p = 0; p < x.data.length; p++) {
            int[] xi = Array.indices(p, x.shape);
            int group = xi[1] / inPerGroup;
            for (int k = 0; k < w.data.length / w.shape[0]; k++) {
                int[] rest = Array.indices(k, tail(w.shape));
                int[] oi = new int[axes + 2];
                oi[0] = xi[0];
                oi[1] = group * w.shape[1] + rest[0];
                boolean inside = true;
                for (int i = 0; i < axes; i++) {
                    oi[i + 2] =
                            xi[i + 2] * attribute(strides, i, 1)
                                    + rest[i + 1] * attribute(dilations, i, 1)
                                    - attribute(pads, i, 0);
                    inside &= oi[i + 2] >= 0 && oi[i + 2] < made[i + 2];
                }
                if (inside) {
                    out[Array.position(oi, made)] +=
                            x.data[p] * w.data[xi[1] * (w.data.length / w.shape[0]) + k];
                }
            }
        }
        return Array.floats(made, out);
    }

    static Array pool(Node node, Array x, boolean max) {
        List<Long> sizes = node.intsAttribute("kernel_shape");
        int[] kernel = sizes.stream().mapToInt(Math::toIntExact).toArray();
        Geometry geometry = Geometry.of(node, x.shape, kernel);
        boolean countPads = node.intAttribute("count_include_pad", 0) != 0;
        int[] made = geometry.made(x.shape[0], x.shape[1]);
        double[] out = new double[Array.count(made)];
        int[] xi = new int[x.rank()];
        for (int p = 0; p < out.length; p++) {
            int[] o = Array.indices(p, made);
            double best = Double.NEGATIVE_INFINITY;
            double sum = 0;
            int count = 0;
            for (int k = 0; k < geometry.windowSize(); k++) {
                if (geometry.source(o, Array.indices(k, kernel), xi)) {
                    xi[0] = o[0];
                    xi[1] = o[1];
                    double value = x.data[Array.position(xi, x.shape)];
                    best = Math.max(best, value);
                    sum += value;
                    count++;
                }
            }
            out[p] = max ? best : sum / (countPads ? geometry.windowSize() : count);
        }
        return new Array(x.type, made, out);
    }

    static int[] spatial(int[] shape) {
        return java.util.Arrays.copyOfRange(shape, 2, shape.length);
    }

    private static int[] tail(int[] shape) {
        return java.util.Arrays.copyOfRange(shape, 1, shape.length);
    }

    /** Where a window stands. */
    private record Geometry(
            int[] extents, int[] kernel, int[] strides, int[] dilations, int[] begins, int[] ends) {

        static Geometry of(Node node, int[] shape, int[] kernel) {
            int axes = kernel.length;
            Geometry geometry =
                    new Geometry(
                            spatial(shape),
                            kernel,
                            new int[axes],
                            new int[axes],
                            new int[axes],
                            new int[axes]);
            for (int i = 0; i < axes; i++) {
                geometry.strides[i] = attribute(node.intsAttribute("strides"), i, 1);
                geometry.dilations[i] = attribute(node.intsAttribute("dilations"), i, 1);
                geometry.begins[i] = attribute(node.intsAttribute("pads"), i, 0);
                geometry.ends[i] = attribute(node.intsAttribute("pads"), i + axes, 0);
            }
            return geometry;
        }

        int windowSize() {
            return Array.count(kernel);
        }

        int[] made(int batch, int channels) {
            int[] made = new int[kernel.length + 2];
            made[0] = batch;
            made[1] = channels;
            for (int i = 0; i < kernel.length; i++) {
                int reach = dilations[i] * (kernel[i] - 1) + 1;
                made[i + 2] = (extents[i] + begins[i] + ends[i] - reach) / strides[i] + 1;
            }
            return made;
        }

        /** The input element under a window element; false in the padding. */
        boolean source(int[] out, int[] offset, int[] in) {
            boolean inside = true;
            for (int i = 0; i < kernel.length; i++) {
                in[i + 2] = out[i + 2] * strides[i] + offset[i] * dilations[i] - begins[i];
                inside &= in[i + 2] >= 0 && in[i + 2] < extents[i];
            }
            return inside;
        }
    }
}
