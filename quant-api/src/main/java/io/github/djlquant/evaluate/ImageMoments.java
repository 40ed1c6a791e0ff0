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
package io.github.djlquant.evaluate;

import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.ImagePreprocessing;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import java.util.List;

/**
 * Mean and standard deviation of the images of a batch, both computed in one pass over their
 * numbers. Where it is known how pixels became numbers, they are those of the pixels, from 0 to
 * 255; else those of the numbers that the model is given.
 *
 * <p>Not thread-safe; holds the last batch that it was asked for.
 */
final class ImageMoments {

    private static final String PIXELS = "of 255";
    private static final String INPUT = "as the model gets it";
    private static final float FULL = 255;

    private final String unit;
    private final Normalisation normalisation;
    private PairedBatch batch;
    private double[] means = {};
    private double[] deviations = {};

    /**
     * What made numbers of pixels.
     *
     * @param channels the numbers of a row belong to as many channels
     * @param apart true if a channel's numbers lie together, false if those of a pixel do
     * @param scales by channel, what a number is multiplied with to be a pixel again
     * @param shifts by channel, what is added then
     */
    private record Normalisation(int channels, boolean apart, double[] scales, double[] shifts) {

        static final Normalisation NONE =
                new Normalisation(1, true, new double[] {1}, new double[] {0});

        /** The inverse of (pixel / 255 - mean) / std. */
        static Normalisation of(ImagePreprocessing images, int channels) {
            double[] scales = new double[channels];
            double[] shifts = new double[channels];
            for (int c = 0; c < channels; c++) {
                scales[c] = FULL * channel(images.std(), c);
                shifts[c] = FULL * channel(images.mean(), c);
            }
            boolean apart = images.layout() == ImagePreprocessing.Layout.NCHW;
            return new Normalisation(channels, apart, scales, shifts);
        }

        private static double channel(List<Float> numbers, int channel) {
            return numbers.get(numbers.size() == 1 ? 0 : channel);
        }

        /** How often a channel's numbers come. */
        int step() {
            return apart ? 1 : channels;
        }
    }

    private ImageMoments(String unit, Normalisation normalisation) {
        this.unit = unit;
        this.normalisation = normalisation;
    }

    /** Those of the numbers that the model is given. */
    static ImageMoments ofInput() {
        return new ImageMoments("", Normalisation.NONE);
    }

    /**
     * Those of pixels, where that can be told.
     *
     * @param data where the images come from, or null
     * @param input one batch of them, four axes
     */
    static ImageMoments of(CalibrationData data, Tensor input) {
        if (input.dataType() == DataType.UINT8) {
            return new ImageMoments(PIXELS, Normalisation.NONE);
        }
        if (!(data instanceof CalibrationData.OfPath folder) || folder.imageNames().isEmpty()) {
            return new ImageMoments(INPUT, Normalisation.NONE);
        }
        boolean apart = folder.images().layout() == ImagePreprocessing.Layout.NCHW;
        int channels = Math.toIntExact(input.shape().size(apart ? 1 : 3));
        return new ImageMoments(PIXELS, Normalisation.of(folder.images(), channels));
    }

    /** Divides by the mean: the brightness of images. */
    Slicing brightness() {
        return new Slicing.Numbered(
                "brightness", Slices.Kind.INPUT_PROPERTY, unit, (of, row) -> look(of).means[row]);
    }

    /** Divides by the standard deviation: the contrast of images. */
    Slicing contrast() {
        return new Slicing.Numbered(
                "contrast",
                Slices.Kind.INPUT_PROPERTY,
                unit,
                (of, row) -> look(of).deviations[row]);
    }

    private ImageMoments look(PairedBatch asked) {
        if (batch != asked) {
            batch = asked;
            PairedBatch.Rows input = asked.firstInput();
            means = new double[input.count()];
            deviations = new double[input.count()];
            for (int row = 0; row < means.length; row++) {
                add(input.values(), row, input.width());
            }
        }
        return this;
    }

    private void add(float[] values, int row, int width) {
        int step = normalisation.step();
        int plane = width / normalisation.channels();
        double sum = 0;
        double squares = 0;
        for (int c = 0; c < normalisation.channels(); c++) {
            double scale = normalisation.scales()[c];
            double shift = normalisation.shifts()[c];
            int at = row * width + (normalisation.apart() ? c * plane : c);
            for (int i = 0; i < plane; i++) {
                double value = values[at] * scale + shift;
                sum += value;
                squares += value * value;
                at += step;
            }
        }
        double mean = sum / width;
        means[row] = mean;
        deviations[row] = Math.sqrt(Math.max(0, squares / width - mean * mean));
    }
}
