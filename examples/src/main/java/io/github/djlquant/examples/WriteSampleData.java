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
package io.github.djlquant.examples;

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
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * Writes a small trained float network and images that it knows, for the other examples: {@code
 * WriteSampleData FOLDER}.
 *
 * <p>In the folder are then {@code shapes_cnn.onnx}, {@code classes.txt}, the folder {@code
 * calibration} of PNG images, and {@code test.npz} with {@code test-labels.txt}.
 */
public final class WriteSampleData {

    private static final int CALIBRATION_IMAGES = 300;
    private static final int TEST_IMAGES = 500;

    private WriteSampleData() {}

    /**
     * Writes.
     *
     * @param args the folder, made if it does not exist
     * @throws IOException if a file can't be written
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("usage: WriteSampleData FOLDER");
            System.exit(2);
        }
        Path folder = Files.createDirectories(Path.of(args[0]));
        Files.deleteIfExists(folder.resolve(ShapesModel.FILE_NAME));
        ShapesModel.copyTo(folder);
        Files.write(folder.resolve("classes.txt"), ShapeImages.classNames());

        Path calibration = Files.createDirectories(folder.resolve("calibration"));
        for (int i = 0; i < CALIBRATION_IMAGES; i++) {
            byte[] rgb = ShapeImages.render(ShapeImages.CALIBRATION_SEED, i).rgb();
            Path file = calibration.resolve(String.format("%04d.png", i));
            ImageIO.write(image(rgb), "png", file.toFile());
        }

        int size = ShapeImages.SIZE;
        float[] batch = new float[TEST_IMAGES * ShapeImages.CHANNELS * size * size];
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < TEST_IMAGES; i++) {
            ShapeImages.Sample sample = ShapeImages.render(ShapeImages.TEST_SEED, i);
            ShapesModel.normalize(sample.rgb(), batch, i);
            labels.add(Integer.toString(sample.label()));
        }
        Tensor images = Tensor.ofFloats(batch, TEST_IMAGES, ShapeImages.CHANNELS, size, size);
        NpzWriter.write(folder.resolve("test.npz"), Map.of(ShapesModel.INPUT, images));
        Files.write(folder.resolve("test-labels.txt"), labels);
        System.out.println("A float model and images for it are in " + folder);
    }

    private static BufferedImage image(byte[] rgb) {
        int size = ShapeImages.SIZE;
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < size * size; pixel++) {
            int red = Byte.toUnsignedInt(rgb[3 * pixel]);
            int green = Byte.toUnsignedInt(rgb[3 * pixel + 1]);
            int blue = Byte.toUnsignedInt(rgb[3 * pixel + 2]);
            image.setRGB(pixel % size, pixel / size, red << 16 | green << 8 | blue);
        }
        return image;
    }
}
