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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.foreign.ForeignRuntime;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.testkit.LoudSkip;
import io.github.djlquant.testkit.real.Cifar;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the target {@code any} promises: a model quantized here answers the same on a CPU without
 * 8-bit dot products and on the lowest runtime.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnyCpuIT {

    private static final int IMAGES = 100;
    private static final int CLASSES = 10;

    @TempDir static Path folder;

    private Map<String, Tensor> images;
    private Path any;
    private float[] expected;

    @BeforeAll
    void quantize() {
        images = Cifar.orSkip().testBatch(0, IMAGES);
        any = quantized(Target.Name.ANY);
        expected = ForeignRuntime.PLAIN.run(any, images).get("logits").toFloats();
    }

    private static Path quantized(Target.Name target) {
        Cifar cifar = Cifar.orSkip();
        return Quantizer.builder()
                .optTarget(target)
                .optLatency(false)
                .optCalibration(
                        CalibrationData.ofFeeds(
                                IntStream.range(0, 10)
                                        .mapToObj(i -> cifar.trainBatch(i * 50, 50))
                                        .toList()))
                .build()
                .quantize(cifar.model(".onnx"), folder.resolve(target.text() + ".onnx"))
                .file();
    }

    @Test
    void answersTheSameWithoutVnni() {
        assertSameAnswers(ForeignRuntime.WITHOUT_VNNI);
    }

    @Test
    void answersTheSameOnTheLowestRuntime() {
        assertSameAnswers(ForeignRuntime.LOWEST_RUNTIME);
    }

    @Test
    void answersTheSameOnTheLowestRuntimeWithoutVnni() {
        assertSameAnswers(ForeignRuntime.LOWEST_RUNTIME_WITHOUT_VNNI);
    }

    private void assertSameAnswers(ForeignRuntime runtime) {
        float[] there = runtime.run(any, images).get("logits").toFloats();
        assertThat(there).hasSameSizeAs(expected).hasSize(IMAGES * CLASSES);
        assertThat(largestDifference(there)).as("relative difference").isLessThan(1e-3);
        assertThat(changedAnswers(there)).as("changed answers").isZero();
    }

    /** The reason for the target: full-range weights overflow on the older CPU. */
    @Test
    void aModelForVnniDoesNotAnswerTheSameWithoutIt() {
        LoudSkip.unless(CpuClass.here() == CpuClass.X86_VNNI, "this CPU has no VNNI");
        Path tuned = quantized(Target.Name.X86_VNNI);
        float[] here = ForeignRuntime.PLAIN.run(tuned, images).get("logits").toFloats();
        float[] there = ForeignRuntime.WITHOUT_VNNI.run(tuned, images).get("logits").toFloats();

        assertThat(AnswerComparison.sqnr(here, there)).as("SQNR between the CPUs").isLessThan(20);
        assertThat(AnswerComparison.sqnr(here, expected))
                .as("SQNR between the targets")
                .isGreaterThan(25);
    }

    /** The largest difference, each relative to the largest score of its image. */
    private double largestDifference(float[] there) {
        double largest = 0;
        for (int image = 0; image < IMAGES; image++) {
            double scale = 0;
            double difference = 0;
            for (int i = image * CLASSES; i < (image + 1) * CLASSES; i++) {
                scale = Math.max(scale, Math.abs(expected[i]));
                difference = Math.max(difference, Math.abs(expected[i] - there[i]));
            }
            largest = Math.max(largest, difference / scale);
        }
        return largest;
    }

    private long changedAnswers(float[] there) {
        return IntStream.range(0, IMAGES)
                .filter(image -> answer(expected, image) != answer(there, image))
                .count();
    }

    private static int answer(float[] scores, int image) {
        int first = image * CLASSES;
        return IntStream.range(first, first + CLASSES)
                .reduce((a, b) -> scores[b] > scores[a] ? b : a)
                .orElseThrow();
    }
}
