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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Decodes an image file and brings it to a size: scaled to cover it, cropped at the centre. */
final class ImageDecoder {

    /** A file of some bytes may claim to be an image of any size. */
    private static final long MOST_PIXELS = 100_000_000;

    private final int height;
    private final int width;

    ImageDecoder(int height, int width) {
        this.height = height;
        this.width = width;
    }

    /** Decodes to {@code height * width} pixels 0xRRGGBB. */
    int[] decode(Path file) {
        BufferedImage image = fit(read(file));
        int left = (image.getWidth() - width) / 2;
        int top = (image.getHeight() - height) / 2;
        return image.getRGB(left, top, width, height, null, 0, width);
    }

    private static BufferedImage read(Path file) {
        try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = stream == null ? null : ImageIO.getImageReaders(stream);
            if (readers == null || !readers.hasNext()) {
                throw new IOException("no known image format");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MOST_PIXELS) {
                    throw new IOException("an image of " + pixels + " pixels");
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) {
            // The JDK's decoders answer damaged files with unchecked exceptions of many kinds.
            throw new CalibrationException(
                    Problem.of("the image can't be decoded: " + e.getMessage()).in(file), e);
        }
    }

    private BufferedImage fit(BufferedImage image) {
        double scale =
                Math.max(width / (double) image.getWidth(), height / (double) image.getHeight());
        int targetWidth = Math.max(width, (int) Math.round(image.getWidth() * scale));
        int targetHeight = Math.max(height, (int) Math.round(image.getHeight() * scale));
        BufferedImage current = image;
        // Halving first averages all pixels; one large step would skip most of them.
        while (current.getWidth() >= 2 * targetWidth && current.getHeight() >= 2 * targetHeight) {
            current = scaled(current, current.getWidth() / 2, current.getHeight() / 2);
        }
        return current.getWidth() == targetWidth && current.getHeight() == targetHeight
                ? current
                : scaled(current, targetWidth, targetHeight);
    }

    private static BufferedImage scaled(BufferedImage image, int width, int height) {
        BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = result.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return result;
    }
}
