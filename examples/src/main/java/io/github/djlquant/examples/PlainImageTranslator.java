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

import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An image becomes a float array [1, 3, height, width] of (pixel / 255 - 0.5) / 0.5, scores become
 * probabilities. All in plain Java, because ONNX Runtime alone computes nothing on NDArrays.
 */
final class PlainImageTranslator implements NoBatchifyTranslator<Image, Classifications> {

    private final int height;
    private final int width;
    private final List<String> classes;

    PlainImageTranslator(int height, int width, List<String> classes) {
        this.height = height;
        this.width = width;
        this.classes = List.copyOf(classes);
    }

    @Override
    public NDList processInput(TranslatorContext context, Image image) {
        BufferedImage scaled = scaled((java.awt.Image) image.getWrappedImage());
        int plane = height * width;
        float[] input = new float[3 * plane];
        for (int pixel = 0; pixel < plane; pixel++) {
            int rgb = scaled.getRGB(pixel % width, pixel / width);
            for (int channel = 0; channel < 3; channel++) {
                int value = rgb >> 16 - 8 * channel & 0xff;
                input[channel * plane + pixel] = (value / 255f - 0.5f) / 0.5f;
            }
        }
        Shape shape = new Shape(1, 3, height, width);
        return new NDList(context.getNDManager().create(FloatBuffer.wrap(input), shape));
    }

    private BufferedImage scaled(java.awt.Image image) {
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = scaled.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return scaled;
    }

    @Override
    public Classifications processOutput(TranslatorContext context, NDList outputs) {
        float[] scores = outputs.singletonOrThrow().toFloatArray();
        float largest = scores[0];
        for (float score : scores) {
            largest = Math.max(largest, score);
        }
        List<Double> probabilities = new ArrayList<>();
        double sum = 0;
        for (float score : scores) {
            double weight = Math.exp((double) score - largest);
            probabilities.add(weight);
            sum += weight;
        }
        double total = sum;
        probabilities.replaceAll(weight -> weight / total);
        return new Classifications(classes, probabilities);
    }
}
