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

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Renders the images of the demo: 32x32 RGB, one shape each, on a noisy gradient and partly hidden.
 *
 * <p>A sample is a pure function of a seed and an index. Only IEEE arithmetic, {@link StrictMath}
 * and {@link SplittableRandom#nextLong()} take part, so every JVM renders the same bytes. Position,
 * size, rotation, stretch, colours, contrast, occlusion and noise vary so much that a small network
 * gets most but not all images right; only then quantization has something to break.
 */
public final class ShapeImages {

    /** Width and height of an image in pixels. */
    public static final int SIZE = 32;

    /** Colour channels: red, green, blue. */
    public static final int CHANNELS = 3;

    /** The seed of the images the shipped model was trained on. */
    public static final long TRAIN_SEED = 1;

    /** The seed of the images for calibration. */
    public static final long CALIBRATION_SEED = 2;

    /** The seed of the images for evaluation. */
    public static final long TEST_SEED = 3;

    private static final ShapeClass[] CLASSES = ShapeClass.values();

    private ShapeImages() {}

    /**
     * One rendered image.
     *
     * @param rgb the pixels, {@code [32][32][3]} row by row, channel last, unsigned bytes
     * @param label the class, an index into {@link ShapeImages#classNames()}
     */
    public record Sample(byte[] rgb, int label) {}

    /**
     * Returns the names of the classes in the order of the model's outputs.
     *
     * @return the ten names
     */
    public static List<String> classNames() {
        List<String> names = new ArrayList<>();
        for (ShapeClass shape : CLASSES) {
            names.add(shape.label());
        }
        return List.copyOf(names);
    }

    /**
     * Renders one image. The label is the index modulo ten, so any run of ten holds every class.
     *
     * @param seed the set of images, such as {@link #TEST_SEED}
     * @param index the number of the image within the set, at least 0
     * @return the image and its class
     */
    public static Sample render(long seed, int index) {
        if (index < 0) {
            throw new IllegalArgumentException("index must be at least 0, is " + index);
        }
        int label = index % CLASSES.length;
        return new Sample(new Scene(CLASSES[label], randomOf(seed, index)).paint(), label);
    }

    /**
     * The index is spread over the state by the constants of SplitMix64 (Steele, Lea, Flood 2014)
     * and their finalizer: consecutive states would give overlapping streams.
     */
    private static SplittableRandom randomOf(long seed, int index) {
        long z = seed * 0xD1342543DE82EF95L + index * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return new SplittableRandom(z ^ (z >>> 31));
    }
}
