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
package io.github.djlquant.op;

import java.util.List;
import java.util.Optional;

/**
 * How a kernel slides over the positions of its input. Lists have one number per position axis, or
 * are empty where the dialect's default holds: stride and dilation 1, no padding.
 *
 * @param kernel the extents of the kernel; empty where only the weight tells
 * @param strides steps from one output to the next
 * @param pads zeros before each axis, then zeros behind each: twice as many numbers as axes
 * @param dilations steps from one element of the kernel to the next
 * @param groups into how many parts the channels fall
 * @param keepsExtents true if padding is whatever makes the output ceil(input / stride)
 * @param roundsUp true if a window may reach over the end of the padded input
 */
public record Window(
        List<Long> kernel,
        List<Long> strides,
        List<Long> pads,
        List<Long> dilations,
        long groups,
        boolean keepsExtents,
        boolean roundsUp) {

    /** Copies the lists. */
    public Window {
        kernel = List.copyOf(kernel);
        strides = List.copyOf(strides);
        pads = List.copyOf(pads);
        dilations = List.copyOf(dilations);
    }

    /**
     * Returns the stride along an axis.
     *
     * @param axis the number of the position axis, from 0
     * @return the stride
     */
    public long stride(int axis) {
        return strides.isEmpty() ? 1 : strides.get(axis);
    }

    /**
     * Returns the dilation along an axis.
     *
     * @param axis the number of the position axis, from 0
     * @return the dilation
     */
    public long dilation(int axis) {
        return dilations.isEmpty() ? 1 : dilations.get(axis);
    }

    /**
     * Returns the zeros before the first element along an axis.
     *
     * @param axis the number of the position axis, from 0
     * @return their number
     */
    public long before(int axis) {
        return pads.isEmpty() ? 0 : pads.get(axis);
    }

    /**
     * Returns the zeros behind the last element along an axis.
     *
     * @param axis the number of the position axis, from 0
     * @return their number
     */
    public long behind(int axis) {
        return pads.isEmpty() ? 0 : pads.get(axis + pads.size() / 2);
    }

    /**
     * Tells whether all lists are empty or fit a number of axes. Files may hold anything.
     *
     * @param axes the number of position axes
     * @return true if so
     */
    public boolean fits(int axes) {
        return (kernel.isEmpty() || kernel.size() == axes)
                && (strides.isEmpty() || strides.size() == axes)
                && (dilations.isEmpty() || dilations.size() == axes)
                && (pads.isEmpty() || pads.size() == 2 * axes);
    }

    /**
     * Computes what a transposed convolution makes: along each axis {@code stride (size - 1) +
     * dilation (kernel - 1) + 1 - pads + more}, as the ONNX specification and PyTorch's
     * documentation define it.
     *
     * @param data the extents of its input, -1 for those that are open
     * @param weight the extents of its weight: [in, out / groups, kernel ...]
     * @param more elements added behind each axis; none if empty
     * @return the extents of the output, -1 for those that are open; empty if the window does not
     *     fit the input, which the engine has to refuse
     */
    public Optional<long[]> transposed(long[] data, long[] weight, List<Long> more) {
        int axes = data.length - 2;
        if (axes < 1
                || weight.length != axes + 2
                || !fits(axes)
                || !more.isEmpty() && more.size() != axes) {
            return Optional.empty();
        }
        long[] made = data.clone();
        made[1] = weight[1] * groups;
        for (int i = 0; i < axes; i++) {
            long size = data[i + 2];
            long reach = dilation(i) * (weight[i + 2] - 1) + 1;
            long added = more.isEmpty() ? 0 : more.get(i);
            if (size < 0) {
                made[i + 2] = -1;
            } else if (keepsExtents) {
                made[i + 2] = size * stride(i);
            } else {
                long whole = stride(i) * (size - 1) + reach + added;
                made[i + 2] = Math.max(0, whole - before(i) - behind(i));
            }
        }
        return Optional.of(made);
    }

    /**
     * Replaces the groups.
     *
     * @param count into how many parts the channels fall
     * @return a copy
     */
    public Window withGroups(long count) {
        return new Window(kernel, strides, pads, dilations, count, keepsExtents, roundsUp);
    }
}
