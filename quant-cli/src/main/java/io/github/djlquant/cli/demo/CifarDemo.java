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
package io.github.djlquant.cli.demo;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The demo on real data: a ResNet-20 and CIFAR-10 images from a folder.
 *
 * <p>The folder holds {@code resnet20_cifar10.onnx} (input {@code input}, float {@code
 * [N,3,32,32]}) and, for {@code train} and {@code test}, the images as {@code *_images.bin} (bytes
 * {@code [N,32,32,3]}, RGB) and the classes as {@code *_labels.bin} (one byte each). Pixels are
 * scaled to [0, 1] and normalised per channel as in the model's training. {@code classes.txt},
 * where there is one, names the classes, one a line.
 */
public final class CifarDemo {

    private static final String MODEL = "resnet20_cifar10.onnx";
    private static final int CALIBRATION_IMAGES = 500;
    private static final int PIXELS = ShapeImages.SIZE * ShapeImages.SIZE;
    private static final int BYTES = PIXELS * ShapeImages.CHANNELS;
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] STD = {0.229f, 0.224f, 0.225f};

    private CifarDemo() {}

    /**
     * Opens the folder.
     *
     * @param folder the folder, or the one above it
     * @return the model with its images
     * @throws CalibrationException if a file is missing or has a wrong size
     */
    public static DemoCase in(Path folder) {
        Path inner = folder.resolve("cifar10");
        Path home = Files.isDirectory(inner) ? inner : folder;
        Path model = home.resolve(MODEL);
        if (!Files.isRegularFile(model)) {
            throw new CalibrationException(
                    Problem.of("the folder has no model for the demo").in(home).expected(MODEL));
        }
        DemoCase.ImageSet train = images(home, "train");
        return new DemoCase(
                "ResNet-20 on CIFAR-10",
                model,
                new DemoCase.ImageSet(
                        train.input(), Math.min(CALIBRATION_IMAGES, train.count()), train.source()),
                images(home, "test"),
                classNames(home.resolve("classes.txt")));
    }

    private static List<String> classNames(Path file) {
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static DemoCase.ImageSet images(Path folder, String part) {
        Path file = folder.resolve(part + "_images.bin");
        byte[] pixels = read(file);
        byte[] labels = read(folder.resolve(part + "_labels.bin"));
        if (labels.length == 0 || pixels.length != (long) labels.length * BYTES) {
            throw new CalibrationException(
                    Problem.of("the images don't fit their labels")
                            .in(file)
                            .expected(labels.length + " images of " + BYTES + " bytes")
                            .actual(pixels.length + " bytes"));
        }
        return new DemoCase.ImageSet(
                "input",
                labels.length,
                (index, batch, row) -> {
                    normalize(pixels, index * BYTES, batch, row * BYTES);
                    return Byte.toUnsignedInt(labels[index]);
                });
    }

    private static void normalize(byte[] pixels, int from, float[] batch, int to) {
        for (int channel = 0; channel < ShapeImages.CHANNELS; channel++) {
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                int value =
                        Byte.toUnsignedInt(pixels[from + pixel * ShapeImages.CHANNELS + channel]);
                batch[to + channel * PIXELS + pixel] =
                        (value / 255f - MEAN[channel]) / STD[channel];
            }
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static CalibrationException unreadable(Path file, IOException failure) {
        return new CalibrationException(
                Problem.of("the demo's data can't be read")
                        .in(file)
                        .actual(failure.getClass().getSimpleName()),
                failure);
    }
}
