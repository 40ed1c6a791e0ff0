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

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The 10,000 test images with their labels, normalised as the network wants them. */
final class CifarTestSet {

    private static final int PIXELS = 32 * 32;
    private static final int CLASSES = 10;
    private static final int BATCH = 200;
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] STD = {0.229f, 0.224f, 0.225f};

    private final byte[] images;
    private final byte[] labels;

    CifarTestSet(Path real) throws IOException {
        images = Files.readAllBytes(real.resolve("cifar10").resolve("test_images.bin"));
        labels = Files.readAllBytes(real.resolve("cifar10").resolve("test_labels.bin"));
    }

    int count() {
        return labels.length;
    }

    /** Returns the class scores of all images, one row of ten after the other. */
    float[] scores(Contender model) throws OrtException {
        float[] scores = new float[count() * CLASSES];
        for (int first = 0; first < count(); first += BATCH) {
            int rows = Math.min(BATCH, count() - first);
            float[] out = model.run(batch(first, rows), new long[] {rows, 3, 32, 32});
            System.arraycopy(out, 0, scores, first * CLASSES, out.length);
        }
        return scores;
    }

    /** Returns images one after the other, each in the order channel, row, column. */
    float[] batch(int first, int rows) {
        float[] values = new float[rows * 3 * PIXELS];
        for (int row = 0; row < rows; row++) {
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                for (int channel = 0; channel < 3; channel++) {
                    int level = images[((first + row) * PIXELS + pixel) * 3 + channel] & 0xFF;
                    values[(row * 3 + channel) * PIXELS + pixel] =
                            (level / 255f - MEAN[channel]) / STD[channel];
                }
            }
        }
        return values;
    }

    /** Compares a model's scores with the float model's. */
    Accuracy compare(float[] source, float[] scores) {
        int right = 0;
        int flips = 0;
        double signal = 0;
        double noise = 0;
        for (int row = 0; row < count(); row++) {
            int answer = largest(scores, row);
            right += answer == labels[row] ? 1 : 0;
            flips += answer == largest(source, row) ? 0 : 1;
        }
        for (int i = 0; i < scores.length; i++) {
            double difference = (double) source[i] - scores[i];
            signal += (double) source[i] * source[i];
            noise += difference * difference;
        }
        return new Accuracy(
                right / (double) count(),
                flips / (double) count(),
                noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise));
    }

    private static int largest(float[] scores, int row) {
        int best = 0;
        for (int i = 1; i < CLASSES; i++) {
            best = scores[row * CLASSES + i] > scores[row * CLASSES + best] ? i : best;
        }
        return best;
    }

    /**
     * How good a model is.
     *
     * @param top1 share of right answers
     * @param flips share of answers that differ from the float model's
     * @param sqnr signal to quantization noise ratio of all scores pooled, dB
     */
    record Accuracy(double top1, double flips, double sqnr) {}
}
