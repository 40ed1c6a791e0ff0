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
package io.github.djlquant.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** CIFAR-10 images at twice their size (bilinear), normalised as the networks of ImageNet are. */
final class LargeCifarImages {

    static final int SIZE = 64;

    private static final int SMALL = 32;
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] STD = {0.229f, 0.224f, 0.225f};

    private final byte[] pixels;
    private final byte[] classes;

    /**
     * Reads images.
     *
     * @param real the folder of the real models
     * @param set {@code train} or {@code test}
     */
    LargeCifarImages(Path real, String set) throws IOException {
        pixels = Files.readAllBytes(real.resolve("cifar10").resolve(set + "_images.bin"));
        classes = Files.readAllBytes(real.resolve("cifar10").resolve(set + "_labels.bin"));
    }

    /** Returns the classes of images first to first + count - 1, [count]. */
    NDArray labels(NDManager manager, int first, int count) {
        float[] labels = new float[count];
        for (int i = 0; i < count; i++) {
            labels[i] = classes[first + i];
        }
        return manager.create(labels);
    }

    /** Returns images first to first + count - 1, [count, 3, 64, 64]. */
    NDArray batch(NDManager manager, int first, int count) {
        FloatBuffer values = FloatBuffer.allocate(count * 3 * SIZE * SIZE);
        for (int image = first; image < first + count; image++) {
            for (int channel = 0; channel < 3; channel++) {
                for (int row = 0; row < SIZE; row++) {
                    for (int column = 0; column < SIZE; column++) {
                        double level = level(image, channel, row, column) / 255;
                        values.put((float) ((level - MEAN[channel]) / STD[channel]));
                    }
                }
            }
        }
        return manager.create(values.flip(), new Shape(count, 3, SIZE, SIZE));
    }

    /** Between the four nearest pixels' centres. */
    private double level(int image, int channel, int row, int column) {
        double y = Math.min(SMALL - 1, Math.max(0, (row + 0.5) / 2 - 0.5));
        double x = Math.min(SMALL - 1, Math.max(0, (column + 0.5) / 2 - 0.5));
        int top = (int) y;
        int left = (int) x;
        int bottom = Math.min(SMALL - 1, top + 1);
        int right = Math.min(SMALL - 1, left + 1);
        double upper = mix(pixel(image, channel, top, left), pixel(image, channel, top, right), x);
        double lower =
                mix(pixel(image, channel, bottom, left), pixel(image, channel, bottom, right), x);
        return mix(upper, lower, y);
    }

    private static double mix(double from, double to, double at) {
        return from + (to - from) * (at - Math.floor(at));
    }

    private double pixel(int image, int channel, int row, int column) {
        return pixels[((image * SMALL + row) * SMALL + column) * 3 + channel] & 0xff;
    }
}
