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
package io.github.djlquant.calibrate;

import java.util.List;
import java.util.Objects;

/**
 * How an image becomes a tensor: scaled so that it covers height x width, cropped at the centre,
 * and each channel (pixel / 255 - mean) / std. A graph that takes uint8 gets the pixels as they
 * are; means and deviations other than those of {@link #IMAGENET} or 0 and 1 are refused then.
 *
 * @param height rows of pixels; 0 takes them from the graph's input
 * @param width pixels of a row; 0 takes them from the graph's input
 * @param mean one mean per channel, in units of full brightness; or one for all
 * @param std one divisor per channel, positive; or one for all
 * @param layout the order of the axes
 */
public record ImagePreprocessing(
        int height, int width, List<Float> mean, List<Float> std, Layout layout) {

    /** The order of the axes of a batch of images. */
    public enum Layout {
        /** Batch, channel, row, column. */
        NCHW,
        /** Batch, row, column, channel. */
        NHWC
    }

    /** The means and deviations of ImageNet, size from the graph, channels first. */
    public static final ImagePreprocessing IMAGENET =
            new ImagePreprocessing(
                    0,
                    0,
                    List.of(0.485f, 0.456f, 0.406f),
                    List.of(0.229f, 0.224f, 0.225f),
                    Layout.NCHW);

    /** Refuses sizes that are negative or too large, and divisors that are not positive. */
    public ImagePreprocessing {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        Objects.requireNonNull(layout, "layout");
        if (height < 0 || width < 0 || height > 1 << 14 || width > 1 << 14) {
            throw new IllegalArgumentException("images of " + height + " x " + width);
        }
        if (mean.isEmpty() || std.isEmpty()) {
            throw new IllegalArgumentException("at least one mean and one std are needed");
        }
        for (float middle : mean) {
            if (!(Math.abs(middle) <= 1)) {
                throw new IllegalArgumentException(
                        "a mean of "
                                + middle
                                + ": pixels are scaled to [0, 1] first, so divide"
                                + " means and stds of 0 to 255 by 255");
            }
        }
        for (float divisor : std) {
            if (!(divisor > 0)) {
                throw new IllegalArgumentException("std must be positive, not " + divisor);
            }
        }
    }

    /**
     * Changes the size.
     *
     * @param newHeight rows of pixels; 0 takes them from the graph's input
     * @param newWidth pixels of a row; 0 takes them from the graph's input
     * @return a copy
     */
    public ImagePreprocessing withSize(int newHeight, int newWidth) {
        return new ImagePreprocessing(newHeight, newWidth, mean, std, layout);
    }

    /**
     * Changes the normalisation.
     *
     * @param newMean one mean per channel, or one for all
     * @param newStd one divisor per channel, or one for all
     * @return a copy
     */
    public ImagePreprocessing withNormalisation(List<Float> newMean, List<Float> newStd) {
        return new ImagePreprocessing(height, width, newMean, newStd, layout);
    }

    /**
     * Changes the order of the axes.
     *
     * @param newLayout the order
     * @return a copy
     */
    public ImagePreprocessing withLayout(Layout newLayout) {
        return new ImagePreprocessing(height, width, mean, std, newLayout);
    }

    /**
     * Tells whether nobody asked for a normalisation of another kind than the usual one or none.
     */
    boolean leavesPixels() {
        boolean none = mean.stream().allMatch(m -> m == 0) && std.stream().allMatch(d -> d == 1);
        return none || mean.equals(IMAGENET.mean) && std.equals(IMAGENET.std);
    }
}
