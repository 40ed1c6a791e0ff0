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
package io.github.djlquant.testkit.real;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.testkit.RealFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * ResNet-20 and the CIFAR-10 images, preprocessed as their manifest says: x/255, minus the mean,
 * divided by the deviation, RGB, NCHW.
 *
 * @param folder the folder {@code cifar10} of the real models
 * @param input what the model calls its input
 */
public record Cifar(Path folder, String input) {

    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] STD = {0.229f, 0.224f, 0.225f};
    private static final int PIXELS = 32 * 32;
    private static final int CALIBRATION_ROWS = 50;
    private static final int TEST_ROWS = 100;

    /**
     * Finds the folder, or skips the test, loudly, where there is none.
     *
     * @return the models and images
     */
    public static Cifar orSkip() {
        return new Cifar(RealFiles.find("cifar10/test_images.bin").getParent(), "input");
    }

    /**
     * Names the input otherwise, as TorchScript models do.
     *
     * @param name what the model calls its input
     * @return the same models and images
     */
    public Cifar named(String name) {
        return new Cifar(folder, name);
    }

    /**
     * Returns the model.
     *
     * @param extension of its file, such as {@code .onnx}
     * @return the file
     */
    public Path model(String extension) {
        return folder.resolve("resnet20_cifar10" + extension);
    }

    /**
     * Reads images to calibrate with.
     *
     * @param first the number of the first image
     * @param count the number of images
     * @return a batch for the model's input
     */
    public Map<String, Tensor> trainBatch(int first, int count) {
        return Map.of(input, images("train", first, count));
    }

    /**
     * Reads images to judge with.
     *
     * @param first the number of the first image
     * @param count the number of images
     * @return a batch for the model's input
     */
    public Map<String, Tensor> testBatch(int first, int count) {
        return Map.of(input, images("test", first, count));
    }

    /**
     * Reads what the images to judge with show.
     *
     * @param first the number of the first image
     * @param count the number of images
     * @return a class for each image, from 0 to 9
     */
    public int[] testLabels(int first, int count) {
        byte[] bytes = read("test_labels.bin", first, count);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = bytes[i];
        }
        return labels;
    }

    /**
     * Makes data of the first images to calibrate with.
     *
     * @param images a multiple of 50
     * @return batches of 50
     */
    public CalibrationData calibration(int images) {
        return CalibrationData.ofFeeds(
                IntStream.range(0, images / CALIBRATION_ROWS)
                        .mapToObj(i -> trainBatch(i * CALIBRATION_ROWS, CALIBRATION_ROWS))
                        .toList());
    }

    /**
     * Compares two models' answers to the first images to judge with.
     *
     * @param source the model to stand for
     * @param quantized the one that is judged
     * @param images a multiple of 100
     * @return how far apart they are
     */
    public AnswerComparison compare(GraphRunner source, GraphRunner quantized, int images) {
        AnswerComparison comparison = new AnswerComparison();
        for (int start = 0; start < images; start += TEST_ROWS) {
            Map<String, Tensor> batch = testBatch(start, TEST_ROWS);
            comparison.add(
                    source.run(batch).values().iterator().next(),
                    quantized.run(batch).values().iterator().next(),
                    testLabels(start, TEST_ROWS));
        }
        return comparison;
    }

    private Tensor images(String set, int first, int count) {
        byte[] bytes = read(set + "_images.bin", (long) first * PIXELS * 3, count * PIXELS * 3);
        float[] values = new float[bytes.length];
        for (int image = 0; image < count; image++) {
            for (int channel = 0; channel < 3; channel++) {
                for (int pixel = 0; pixel < PIXELS; pixel++) {
                    int value = bytes[(image * PIXELS + pixel) * 3 + channel] & 0xff;
                    values[(image * 3 + channel) * PIXELS + pixel] =
                            (value / 255f - MEAN[channel]) / STD[channel];
                }
            }
        }
        return Tensor.ofFloats(values, count, 3, 32, 32);
    }

    private byte[] read(String name, long offset, int length) {
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "r")) {
            byte[] bytes = new byte[length];
            file.seek(offset);
            file.readFully(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
