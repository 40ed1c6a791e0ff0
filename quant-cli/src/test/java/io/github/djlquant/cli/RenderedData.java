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
package io.github.djlquant.cli;

import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.cli.demo.ShapeImages;
import io.github.djlquant.cli.demo.ShapesModel;
import io.github.djlquant.graph.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;

/** Rendered images as a user would have prepared them for the shipped network. */
final class RenderedData {

    private RenderedData() {}

    /** Writes images for calibration. */
    static void write(Path file, int first, int count) {
        write(file, ShapeImages.CALIBRATION_SEED, first, count, new ArrayList<>());
    }

    /** Writes images for testing, and their classes. */
    static Path writeLabelled(Path file, Path labelFile, int count) throws IOException {
        List<String> labels = new ArrayList<>();
        write(file, ShapeImages.TEST_SEED, 0, count, labels);
        return Files.write(labelFile, labels);
    }

    /** Writes images for calibration as files. */
    static Path writeImages(Path folder, int count) throws IOException {
        writeImages(folder, ShapeImages.CALIBRATION_SEED, count, new ArrayList<>());
        return folder;
    }

    /** Writes images for testing as files, and their classes in the order of the sorted names. */
    static Path writeLabelledImages(Path folder, Path labelFile, int count) throws IOException {
        List<String> labels = new ArrayList<>();
        writeImages(folder, ShapeImages.TEST_SEED, count, labels);
        return Files.write(labelFile, labels);
    }

    private static void writeImages(Path folder, long seed, int count, List<String> labels)
            throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < count; i++) {
            ShapeImages.Sample sample = ShapeImages.render(seed, i);
            labels.add(Integer.toString(sample.label()));
            byte[] rgb = sample.rgb();
            BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
            for (int pixel = 0; pixel < 32 * 32; pixel++) {
                int red = Byte.toUnsignedInt(rgb[3 * pixel]);
                int green = Byte.toUnsignedInt(rgb[3 * pixel + 1]);
                int blue = Byte.toUnsignedInt(rgb[3 * pixel + 2]);
                image.setRGB(pixel % 32, pixel / 32, red << 16 | green << 8 | blue);
            }
            String name = String.format(Locale.ROOT, "%04d.png", i);
            ImageIO.write(image, "png", folder.resolve(name).toFile());
        }
    }

    private static void write(Path file, long seed, int first, int count, List<String> labels) {
        float[] values = new float[count * 3 * 32 * 32];
        for (int row = 0; row < count; row++) {
            ShapeImages.Sample sample = ShapeImages.render(seed, first + row);
            ShapesModel.normalize(sample.rgb(), values, row);
            labels.add(Integer.toString(sample.label()));
        }
        NpzWriter.write(file, Map.of(ShapesModel.INPUT, Tensor.ofFloats(values, count, 3, 32, 32)));
    }
}
