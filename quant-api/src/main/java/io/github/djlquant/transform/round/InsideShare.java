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
package io.github.djlquant.transform.round;

import io.github.djlquant.op.Window;
import java.util.Arrays;

/**
 * How often each position of a convolution's kernel reads an element of its input rather than a
 * zero of the padding. On small planes that counts: a 3 x 3 kernel with a border of one reads zeros
 * at five of nine positions where the plane has 2 x 2 points.
 */
final class InsideShare {

    private InsideShare() {}

    /**
     * Computes the shares.
     *
     * @param window how the kernel slides
     * @param kernel the kernel's extents
     * @param plane the extents of the input behind batch and channels, -1 where they are open
     * @return one number from 0 to 1 per position of the kernel, the last axis fastest; 1 along
     *     axes of open extent
     */
    static double[] of(Window window, long[] kernel, long[] plane) {
        double[] shares = {1};
        for (int axis = 0; axis < kernel.length; axis++) {
            double[] along = along(window, axis, (int) kernel[axis], plane[axis]);
            double[] product = new double[shares.length * along.length];
            for (int i = 0; i < product.length; i++) {
                product[i] = shares[i / along.length] * along[i % along.length];
            }
            shares = product;
        }
        return shares;
    }

    private static double[] along(Window window, int axis, int kernel, long extent) {
        double[] shares = new double[kernel];
        Arrays.fill(shares, 1);
        long stride = window.stride(axis);
        long dilation = window.dilation(axis);
        long reach = dilation * (kernel - 1) + 1;
        if (extent <= 0 || stride <= 0) {
            return shares;
        }
        long before = window.before(axis);
        long outputs = Math.floorDiv(extent + before + window.behind(axis) - reach, stride) + 1;
        if (window.keepsExtents()) {
            outputs = (extent + stride - 1) / stride;
            before = Math.max(0, (outputs - 1) * stride + reach - extent) / 2;
        }
        if (outputs <= 0) {
            return shares;
        }
        for (int k = 0; k < kernel; k++) {
            // 0 <= i * stride + first < extent, for i of 0 to outputs - 1
            long first = k * dilation - before;
            long from = first >= 0 ? 0 : (stride - 1 - first) / stride;
            long to = Math.min(outputs, Math.floorDiv(extent - first + stride - 1, stride));
            shares[k] = Math.max(0, to - from) / (double) outputs;
        }
        return shares;
    }
}
