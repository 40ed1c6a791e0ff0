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

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.graph.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputTrialsTest {

    private static final int CHANNELS = 3;
    private static final int PIXELS = 4;

    /** Weighs channels and pixels differently, after a preparation of its own. */
    private record Weighing(UnaryOperator<float[]> preparation) implements GraphRunner {

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> feeds) {
            Tensor x = feeds.get("x");
            int rows = (int) x.shape().size(0);
            float[] all = x.toFloats();
            float[] answers = new float[2 * rows];
            int width = CHANNELS * PIXELS;
            for (int row = 0; row < rows; row++) {
                float[] image = java.util.Arrays.copyOfRange(all, row * width, (row + 1) * width);
                float[] prepared = preparation.apply(image);
                for (int i = 0; i < width; i++) {
                    answers[2 * row] += (1 + i / PIXELS * i / PIXELS) * prepared[i];
                    answers[2 * row + 1] += (i % PIXELS - 3f * (i / PIXELS)) * prepared[i];
                }
            }
            return Map.of("y", Tensor.ofFloats(answers, rows, 2));
        }

        @Override
        public void close() {}
    }

    private static Map<String, Tensor> images() {
        Random random = new Random(6);
        float[] numbers = new float[8 * CHANNELS * PIXELS];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat() + i / PIXELS % CHANNELS;
        }
        return Map.of("x", Tensor.ofFloats(numbers, 8, CHANNELS, 2, 2));
    }

    private static Optional<InputTrial> find(UnaryOperator<float[]> preparation) {
        return new InputTrials(new Weighing(image -> image), new Weighing(preparation))
                .find(images());
    }

    private static float[] reordered(float[] image, int... order) {
        float[] moved = new float[image.length];
        for (int i = 0; i < image.length; i++) {
            moved[i] = image[order[i / PIXELS] * PIXELS + i % PIXELS];
        }
        return moved;
    }

    private static float[] scaled(float[] image, float factor) {
        float[] scaled = image.clone();
        for (int i = 0; i < image.length; i++) {
            scaled[i] *= factor;
        }
        return scaled;
    }

    /** What undoes a rotation is the other rotation. */
    @ParameterizedTest
    @CsvSource({"2, 1, 0, '2, 1, 0'", "2, 0, 1, '1, 2, 0'", "1, 2, 0, '2, 0, 1'"})
    void findsTheOrderOfChannels(int first, int second, int third, String undone) {
        InputTrial trial = find(image -> reordered(image, first, second, third)).orElseThrow();
        assertThat(trial.input()).isEqualTo("x");
        assertThat(trial.change()).isEqualTo("channels in the order " + undone);
        assertThat(trial.changedSqnr()).isGreaterThan(100);
    }

    @Test
    void findsTheScale() {
        assertThat(find(image -> scaled(image, 255)).orElseThrow().change())
                .isEqualTo("numbers divided by 255");
        assertThat(find(image -> scaled(image, 1 / 255f)).orElseThrow().change())
                .isEqualTo("numbers 255 times as large");
    }

    @Test
    void modelsThatAgreeAreNotTried() {
        assertThat(find(image -> scaled(image, 1.001f))).isEmpty();
    }

    /** Noise of its own is no preparation. */
    @Test
    void whatNoChangeExplainsIsNotNamed() {
        Random random = new Random(9);
        assertThat(
                        find(
                                image -> {
                                    float[] noisy = image.clone();
                                    for (int i = 0; i < noisy.length; i++) {
                                        noisy[i] = (float) (noisy[i] + 9 * random.nextGaussian());
                                    }
                                    return noisy;
                                }))
                .isEmpty();
    }

    /** As detectors do, whose images nobody prepared otherwise. */
    @Test
    void outputsOfOtherShapesExplainNothing() {
        GraphRunner fewer =
                new GraphRunner() {
                    @Override
                    public Map<String, Tensor> run(Map<String, Tensor> feeds) {
                        return Map.of("y", Tensor.ofFloats(new float[2], 1, 2));
                    }

                    @Override
                    public void close() {}
                };
        assertThat(new InputTrials(new Weighing(image -> image), fewer).find(images())).isEmpty();
    }
}
