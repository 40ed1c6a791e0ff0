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
package io.github.djlquant.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.real.Cifar;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Drift of real images: none where there is none, and soon where there is some. */
class InputDriftIT {

    private static final int DIGIT = 8 * 8;
    private static final int IMAGE = 3 * 32 * 32;
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] STD = {0.229f, 0.224f, 0.225f};

    private static DriftBaseline baseline;
    private static float[] test;
    private static int[] labels;
    private static byte[] digits;

    @BeforeAll
    static void read() throws IOException {
        Cifar cifar = Cifar.orSkip();
        baseline = DriftBaseline.builder(List.of("input")).add(cifar.trainBatch(0, 500)).build();
        test = cifar.testBatch(0, 10_000).get("input").toFloats();
        labels = cifar.testLabels(0, 10_000);
        try (InputStream pgm = InputDriftIT.class.getResourceAsStream("/digits.pgm")) {
            byte[] whole = pgm.readAllBytes();
            digits = java.util.Arrays.copyOfRange(whole, whole.length - 500 * DIGIT, whole.length);
        }
    }

    @Test
    void resampledTestImagesRaiseNoAlarm() {
        List<DriftMonitor> monitors =
                List.of(
                        DriftMonitor.builder().build(baseline),
                        DriftMonitor.builder().optWindow(50).build(baseline),
                        DriftMonitor.builder().optWindow(1000).optSlide(200).build(baseline));
        Random random = new Random(1);
        for (int batch = 0; batch < 10_000; batch++) {
            Map<String, Tensor> images = images(random, 10, UnaryOperator.identity());
            for (DriftMonitor monitor : monitors) {
                monitor.observe(images);
                assertThat(monitor.alarms()).isEmpty();
            }
        }
        assertThat(monitors)
                .extracting(monitor -> monitor.latest().orElseThrow().window())
                .containsExactly(3328L, 2000L, 496L);
    }

    static Map<String, UnaryOperator<float[]>> drifts() {
        Random random = new Random(4);
        return Map.of(
                "brightness x 1.5",
                image -> pixels(image, x -> Math.min(1, 1.5f * x)),
                "noise that the camera clips",
                image -> pixels(image, x -> Math.max(0, Math.min(1, x + 0.1f * gaussian(random)))),
                "a little noise",
                image -> pixels(image, x -> Math.max(0, Math.min(1, x + 0.03f * gaussian(random)))),
                "blur",
                InputDriftIT::blurred,
                "another data set: handwritten digits",
                image -> digit(random),
                "another mix of the same: airplanes and ships",
                image -> labelled(random, 0, 8),
                "noise behind the preprocessing",
                image -> pixels(image, x -> x + 0.1f * gaussian(random)),
                "negatives",
                image -> pixels(image, x -> 1 - x),
                "not divided by 255",
                image -> pixels(image, x -> 255 * x));
    }

    private static float gaussian(Random random) {
        return (float) random.nextGaussian();
    }

    @TestFactory
    Stream<DynamicTest> driftRaisesAnAlarmWithin500Samples() {
        return drifts().entrySet().stream()
                .map(
                        drift ->
                                DynamicTest.dynamicTest(
                                        drift.getKey(), () -> detect(drift.getValue())));
    }

    private void detect(UnaryOperator<float[]> change) {
        int onset = 100;
        for (int size : new int[] {1, 64, 256}) {
            DriftMonitor monitor = DriftMonitor.builder().build(baseline);
            Random random = new Random(2);
            AtomicInteger row = new AtomicInteger();
            while (row.get() + size <= onset + 500) {
                monitor.observe(
                        images(
                                random,
                                size,
                                image ->
                                        row.getAndIncrement() < onset
                                                ? image
                                                : change.apply(image)));
            }
            assertThat(monitor.recommendation().action())
                    .as("batches of " + size)
                    .isEqualTo(Recommendation.Action.RECALIBRATE);
            assertThat(monitor.recommendation().toString())
                    .contains("%input", "windows of 180 rows");
        }
    }

    private interface Pixel {
        float of(float x);
    }

    private static float[] pixels(float[] image, Pixel change) {
        float[] changed = new float[IMAGE];
        for (int i = 0; i < IMAGE; i++) {
            int channel = i / 1024;
            float x = image[i] * STD[channel] + MEAN[channel];
            changed[i] = (change.of(x) - MEAN[channel]) / STD[channel];
        }
        return changed;
    }

    /** The mean of three pixels side by side. */
    private static float[] blurred(float[] image) {
        float[] changed = image.clone();
        for (int i = 1; i < IMAGE - 1; i++) {
            changed[i] = (image[i - 1] + image[i] + image[i + 1]) / 3;
        }
        return changed;
    }

    /** An image made pixel by pixel, from 0 to 1, preprocessed as the others are. */
    private static float[] made(Pattern pattern) {
        float[] image = new float[IMAGE];
        for (int i = 0; i < IMAGE; i++) {
            int channel = i / 1024;
            float x = pattern.of(i / 32 % 32, i % 32);
            image[i] = (x - MEAN[channel]) / STD[channel];
        }
        return image;
    }

    private interface Pattern {
        float of(int row, int column);
    }

    /** A handwritten digit, white on black, four times as wide and high. */
    private static float[] digit(Random random) {
        int first = random.nextInt(digits.length / DIGIT) * DIGIT;
        return made((row, column) -> digits[first + row / 4 * 8 + column / 4] / 16f);
    }

    /** An image of what two of the ten labels stand for, such as those before the sky. */
    private static float[] labelled(Random random, int... wanted) {
        int image;
        do {
            image = random.nextInt(10_000);
        } while (labels[image] != wanted[0] && labels[image] != wanted[1]);
        return java.util.Arrays.copyOfRange(test, image * IMAGE, (image + 1) * IMAGE);
    }

    private static Map<String, Tensor> images(
            Random random, int count, UnaryOperator<float[]> change) {
        float[] batch = new float[count * IMAGE];
        for (int i = 0; i < count; i++) {
            float[] image = new float[IMAGE];
            System.arraycopy(test, random.nextInt(10_000) * IMAGE, image, 0, IMAGE);
            System.arraycopy(change.apply(image), 0, batch, i * IMAGE, IMAGE);
        }
        return Map.of("input", Tensor.ofFloats(batch, count, 3, 32, 32));
    }
}
