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
package io.github.djlquant.transform.fuse;

/**
 * One axis of a transposed convolution, as a convolution computes it.
 *
 * <p>Position i of the input adds {@code w[k]} times itself to position {@code stride i + k} of the
 * whole output, of which {@code padding} is cut off at both ends. With {@code k = stride a + r},
 * the positions {@code stride t + r} of one phase r are a convolution's: the sum over a of {@code
 * w[stride a + r] x[t - a]}. All phases share the kernel's {@code taps = ceil(kernel / stride)}
 * positions; the last ones of some phases are 0 where the stride does not divide the kernel.
 *
 * @param phases the stride: positions that one position of the convolution makes
 * @param taps positions of the convolution's kernel
 * @param dilation their distance; only where there is one phase
 * @param padding zeros at both ends of the input
 * @param before positions of the interleaved result to cut off at its start
 * @param behind positions to cut off at its end
 */
public record PhaseAxis(
        long phases, long taps, long dilation, long padding, long before, long behind) {

    /**
     * Tells whether an axis falls into phases: positions of a kernel that lie apart would have to
     * be filled up with zeros.
     *
     * @param kernel positions of the kernel
     * @param stride distance of what two neighbours of the input make
     * @param dilation distance of the kernel's positions
     * @return true unless both stride and dilation are there
     */
    public static boolean fits(long kernel, long stride, long dilation) {
        return stride == 1 || dilation == 1 || kernel == 1;
    }

    /**
     * Computes an axis that {@link #fits}.
     *
     * @param kernel positions of the kernel
     * @param stride distance of what two neighbours of the input make
     * @param start positions that are cut off at the start
     * @param end positions that are cut off at the end
     * @param dilation distance of the kernel's positions
     * @param more positions that are kept at the end nonetheless ({@code output_padding})
     * @return the axis
     */
    public static PhaseAxis of(
            long kernel, long stride, long start, long end, long dilation, long more) {
        long taps = (kernel + stride - 1) / stride;
        long distance = stride == 1 ? dilation : 1;
        long pad = distance * (taps - 1);
        long before = start;
        // What the last phases have no weights for lies at the end.
        long behind = stride * taps - kernel + end - more;
        // One zero less at both ends of the input is a whole stride less at both ends of the
        // result.
        long blocks = Math.min(pad, Math.floorDiv(Math.min(before, behind), stride));
        return new PhaseAxis(
                stride,
                taps,
                distance,
                pad - blocks,
                before - stride * blocks,
                behind - stride * blocks);
    }

    /**
     * Computes the positions of the convolution's result, before they are interleaved.
     *
     * @param input positions of the input
     * @return their number
     */
    public long positions(long input) {
        return input + 2 * padding - dilation * (taps - 1);
    }

    /**
     * Tells whether something of the interleaved result is cut off.
     *
     * @return true if so
     */
    public boolean isCut() {
        return before > 0 || behind > 0;
    }
}
