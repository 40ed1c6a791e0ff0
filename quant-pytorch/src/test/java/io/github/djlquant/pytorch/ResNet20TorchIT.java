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
package io.github.djlquant.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.testkit.real.Cifar;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bars for ResNet-20 on CIFAR-10: 500 calibration images, all 10,000 test images. */
class ResNet20TorchIT {

    private static final Logger LOG = LoggerFactory.getLogger(ResNet20TorchIT.class);
    private static final int IMAGES = 10_000;
    private static final int ROWS = 100;
    private static final int CLASSES = 10;

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"HERE, 28.3, 1.7, 81.0", "ANY, 28.3, 1.7, 81.0"})
    void reachesItsBars(Target.Name target, double decibels, double flips, double topOne) {
        Cifar cifar = Cifar.orSkip();
        Path model = cifar.model(".pt");
        Path output = folder.resolve("int8.pt");
        String input = new PyTorchBackend().read(model).inputs().get(0).name();
        QuantizedModel made =
                Quantizer.builder()
                        .optTarget(target)
                        .optLatency(false)
                        .optThreads(1)
                        .optCalibration(
                                CalibrationData.ofFeeds(
                                        IntStream.range(0, 10)
                                                .mapToObj(i -> cifar.trainBatch(i * 50, 50))
                                                .map(batch -> renamed(batch, input))
                                                .toList()))
                        .build()
                        .quantize(model, output);
        LOG.warn("ResNet-20, {}: {}; {}", target, made.times(), made.execution().summary());
        assertThat(made.plan().quantizedMacShare()).isGreaterThan(0.95);
        assertThat(made.plan().nodes()).allMatch(node -> !node.reason().isBlank());
        assertThat(made.plan().values()).allMatch(value -> !value.reason().isBlank());
        assertThat(made.execution().kernels())
                .as("the 19 convolutions")
                .filteredOn(kernel -> kernel.op().contains("conv"))
                .hasSize(19)
                .allMatch(kernel -> kernel.int8());

        Score score = score(cifar, input, model, output);
        LOG.warn("ResNet-20, target {}: {}", target, score);
        assertThat(score.decibels()).isGreaterThanOrEqualTo(decibels);
        assertThat(score.flips()).isLessThanOrEqualTo(flips);
        assertThat(score.topOne()).isGreaterThanOrEqualTo(topOne);
    }

    private record Score(double decibels, double flips, double topOne) {}

    private static Score score(Cifar cifar, String input, Path model, Path output) {
        PyTorchBackend backend = new PyTorchBackend();
        double signal = 0;
        double noise = 0;
        int changed = 0;
        int right = 0;
        try (GraphRunner source = backend.open(model, RunOptions.DEFAULT);
                GraphRunner quantized = backend.open(output, RunOptions.DEFAULT)) {
            for (int start = 0; start < IMAGES; start += ROWS) {
                Map<String, Tensor> batch = renamed(cifar.testBatch(start, ROWS), input);
                int[] labels = cifar.testLabels(start, ROWS);
                float[] wanted = source.run(batch).values().iterator().next().toFloats();
                float[] found = quantized.run(batch).values().iterator().next().toFloats();
                for (int i = 0; i < wanted.length; i++) {
                    signal += (double) wanted[i] * wanted[i];
                    noise += Math.pow((double) wanted[i] - found[i], 2);
                }
                for (int row = 0; row < ROWS; row++) {
                    int best = best(found, row);
                    changed += best == best(wanted, row) ? 0 : 1;
                    right += best == labels[row] ? 1 : 0;
                }
            }
        }
        return new Score(
                10 * Math.log10(signal / noise), 100.0 * changed / IMAGES, 100.0 * right / IMAGES);
    }

    private static Map<String, Tensor> renamed(Map<String, Tensor> batch, String input) {
        return Map.of(input, batch.values().iterator().next());
    }

    private static int best(float[] logits, int row) {
        int best = 0;
        for (int i = 1; i < CLASSES; i++) {
            best = logits[row * CLASSES + i] > logits[row * CLASSES + best] ? i : best;
        }
        return best;
    }
}
