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

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The shipped float network: 32x32 RGB in, ten logits out, batch normalization kept as nodes.
 *
 * <p>Input {@code input} is float {@code [N,3,32,32]}, output {@code logits} is float {@code
 * [N,10]}; the batch axis is free.
 */
public final class ShapesModel {

    /** The name of the model's file, as a resource beside this class and as a copy. */
    public static final String FILE_NAME = "shapes_cnn.onnx";

    /** The name of the model's only input. */
    public static final String INPUT = "input";

    /** The name of the model's only output. */
    public static final String OUTPUT = "logits";

    /** Mean of the normalization, for pixels scaled to [0, 1] and every channel. */
    public static final float MEAN = 0.5f;

    /** Standard deviation of the normalization, for pixels scaled to [0, 1] and every channel. */
    public static final float STD = 0.5f;

    private ShapesModel() {}

    /**
     * Copies the model into a folder, under {@link #FILE_NAME}.
     *
     * @param directory an existing folder without a file of that name
     * @return the copy
     * @throws IOException if the file exists or cannot be written
     */
    public static Path copyTo(Path directory) throws IOException {
        Path copy = directory.resolve(FILE_NAME);
        try (InputStream in = ShapesModel.class.getResourceAsStream(FILE_NAME)) {
            if (in == null) {
                throw new FileNotFoundException(
                        "resource "
                                + FILE_NAME
                                + " is missing beside "
                                + ShapesModel.class.getName()
                                + "; fixtures/demo/README.md tells how to make it");
            }
            Files.copy(in, copy);
        }
        return copy;
    }

    /**
     * Writes one image into a batch as the model expects it: {@code (pixel / 255 - mean) / std},
     * channel first.
     *
     * @param rgb the pixels of {@link ShapeImages.Sample#rgb()}, {@code [32][32][3]}
     * @param batch the input of the model, {@code [N,3,32,32]} flattened
     * @param row which image of the batch to write, 0 to N-1
     */
    public static void normalize(byte[] rgb, float[] batch, int row) {
        int pixels = ShapeImages.SIZE * ShapeImages.SIZE;
        int offset = row * pixels * ShapeImages.CHANNELS;
        for (int channel = 0; channel < ShapeImages.CHANNELS; channel++) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                int value = Byte.toUnsignedInt(rgb[pixel * ShapeImages.CHANNELS + channel]);
                batch[offset + channel * pixels + pixel] = (value / 255f - MEAN) / STD;
            }
        }
    }
}
