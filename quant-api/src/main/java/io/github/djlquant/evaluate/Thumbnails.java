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
package io.github.djlquant.evaluate;

import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * Shows samples that look like images: the first input has rank 4 and 1 or 3 channels, in the order
 * NCHW or NHWC. Each image is stretched from its least to its largest number, because nobody tells
 * how it was normalised, and shrunk to at most {@value #SIDE} pixels a side by taking every n-th.
 */
final class Thumbnails implements InputViewer {

    private static final int SIDE = 64;

    @Override
    public Optional<InputView> view(PairedBatch batch, int row) {
        Tensor first = batch.feed().tensors().values().iterator().next();
        Shape shape = first.shape();
        if (shape.rank() != 4 || shape.size(0) != batch.rows()) {
            return Optional.empty();
        }
        boolean channelsFirst = isChannels(shape.size(1));
        if (!channelsFirst && !isChannels(shape.size(3))) {
            return Optional.empty();
        }
        int channels = (int) shape.size(channelsFirst ? 1 : 3);
        int height = (int) shape.size(channelsFirst ? 2 : 1);
        int width = (int) shape.size(channelsFirst ? 3 : 2);
        return Optional.of(
                InputView.ofPng(
                        png(batch.firstInput(), row, channels, height, width, channelsFirst)));
    }

    private static boolean isChannels(long size) {
        return size == 1 || size == 3;
    }

    private static byte[] png(
            PairedBatch.Rows input,
            int row,
            int channels,
            int height,
            int width,
            boolean channelsFirst) {
        int step = Math.max(1, (Math.max(height, width) + SIDE - 1) / SIDE);
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < input.width(); i++) {
            low = Math.min(low, input.get(row, i));
            high = Math.max(high, input.get(row, i));
        }
        float scale = high > low ? 255 / (high - low) : 0;
        BufferedImage image =
                new BufferedImage(
                        (width + step - 1) / step,
                        (height + step - 1) / step,
                        BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y += step) {
            for (int x = 0; x < width; x += step) {
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    int from = channels == 1 ? 0 : channel;
                    int index =
                            channelsFirst
                                    ? (from * height + y) * width + x
                                    : (y * width + x) * channels + from;
                    int level = Math.round((input.get(row, index) - low) * scale);
                    rgb = rgb << 8 | Math.max(0, Math.min(255, level));
                }
                image.setRGB(x / step, y / step, rgb);
            }
        }
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
