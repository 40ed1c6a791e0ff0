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

import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes rendered images for training: {@code RenderShapes OUT.npz --count N --seed S}.
 *
 * <p>The file holds {@code images}, unsigned bytes {@code [N,32,32,3]}, and {@code labels},
 * unsigned bytes {@code [N]}.
 */
public final class RenderShapes {

    private static final String USAGE = "usage: RenderShapes OUT.npz --count N --seed S";
    private static final int MAX_COUNT = 500_000;

    private RenderShapes() {}

    /**
     * Renders and writes.
     *
     * @param args the file, the number of images and the seed
     */
    public static void main(String[] args) {
        if (args.length != 5 || !args[1].equals("--count") || !args[3].equals("--seed")) {
            throw new IllegalArgumentException(USAGE);
        }
        write(Path.of(args[0]), Integer.parseInt(args[2]), Long.parseLong(args[4]));
    }

    /**
     * Renders the first images of a set into a file.
     *
     * @param target the {@code .npz} file, replaced if it exists
     * @param count how many images, 1 to 500,000
     * @param seed the set, such as {@link ShapeImages#TRAIN_SEED}
     */
    static void write(Path target, int count, long seed) {
        if (count < 1 || count > MAX_COUNT) {
            throw new IllegalArgumentException(
                    "--count must be 1 to " + MAX_COUNT + ", is " + count + "; " + USAGE);
        }
        int size = ShapeImages.SIZE;
        int length = size * size * ShapeImages.CHANNELS;
        byte[] images = new byte[count * length];
        byte[] labels = new byte[count];
        for (int i = 0; i < count; i++) {
            ShapeImages.Sample sample = ShapeImages.render(seed, i);
            System.arraycopy(sample.rgb(), 0, images, i * length, length);
            labels[i] = (byte) sample.label();
        }
        Map<String, Tensor> arrays = new LinkedHashMap<>();
        arrays.put("images", bytes(images, count, size, size, ShapeImages.CHANNELS));
        arrays.put("labels", bytes(labels, count));
        NpzWriter.write(target, arrays);
    }

    private static Tensor bytes(byte[] values, long... sizes) {
        return new Tensor(
                DataType.UINT8, Shape.of(sizes), TensorStorage.of(ByteBuffer.wrap(values)));
    }
}
