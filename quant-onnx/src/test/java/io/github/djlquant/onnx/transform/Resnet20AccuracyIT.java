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
package io.github.djlquant.onnx.transform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.testkit.RealFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bars for ResNet-20 on CIFAR-10: 500 calibration images, all 10,000 test images. */
class Resnet20AccuracyIT {

    private static final Logger LOG = LoggerFactory.getLogger(Resnet20AccuracyIT.class);
    private static final int PIXELS = 32 * 32;
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
    private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"HERE, 29.0, 1.5, 81.0", "ANY, 28.3, 1.7, 81.0"})
    void reachesItsBars(Target.Name target, double decibels, double flips, double topOne)
            throws IOException {
        Path data = data();
        Path model = data.resolve("resnet20_cifar10.onnx");
        Path output = folder.resolve("int8.onnx");
        QuantizedModel made =
                Quantizer.builder()
                        .optTarget(target)
                        .optCalibration(CalibrationData.ofFeeds(images(data, "train", 500, 50)))
                        .optThreads(1)
                        .build()
                        .quantize(model, output);
        assertThat(made.plan().quantizedMacShare()).isGreaterThan(0.95);
        assertThat(made.plan().nodes()).allMatch(node -> !node.reason().isBlank());
        assertThat(made.plan().values()).allMatch(value -> !value.reason().isBlank());
        assertThat(made.execution().kernels())
                .as("what the engine makes of the file's 19 convolutions")
                .filteredOn(kernel -> kernel.op().contains("Conv"))
                .hasSize(19)
                .allMatch(kernel -> kernel.op().equals("QLinearConv") && kernel.int8());

        byte[] labels = Files.readAllBytes(data.resolve("test_labels.bin"));
        OnnxBackend backend = new OnnxBackend();
        double signal = 0;
        double noise = 0;
        int changed = 0;
        int right = 0;
        int at = 0;
        try (GraphRunner source = backend.open(model, RunOptions.DEFAULT);
                GraphRunner quantized = backend.open(output, RunOptions.DEFAULT)) {
            for (Map<String, Tensor> batch : images(data, "test", labels.length, 100)) {
                float[] wanted = source.run(batch).values().iterator().next().toFloats();
                float[] found = quantized.run(batch).values().iterator().next().toFloats();
                for (int i = 0; i < wanted.length; i++) {
                    signal += (double) wanted[i] * wanted[i];
                    noise += Math.pow((double) wanted[i] - found[i], 2);
                }
                for (int row = 0; row < wanted.length / 10; row++, at++) {
                    int best = best(found, row);
                    changed += best == best(wanted, row) ? 0 : 1;
                    right += best == labels[at] ? 1 : 0;
                }
            }
        }
        double sqnr = 10 * Math.log10(signal / noise);
        LOG.warn(
                "ResNet-20, target {}: {} dB, {} % flips, {} % top-1",
                target, sqnr, 100.0 * changed / labels.length, 100.0 * right / labels.length);
        assertThat(sqnr).isGreaterThanOrEqualTo(decibels);
        assertThat(100.0 * changed / labels.length).isLessThanOrEqualTo(flips);
        assertThat(100.0 * right / labels.length).isGreaterThanOrEqualTo(topOne);
    }

    private static Path data() {
        return RealFiles.find("cifar10");
    }

    private static int best(float[] logits, int row) {
        int best = 0;
        for (int i = 1; i < 10; i++) {
            best = logits[row * 10 + i] > logits[row * 10 + best] ? i : best;
        }
        return best;
    }

    private static List<Map<String, Tensor>> images(Path data, String set, int count, int rows)
            throws IOException {
        byte[] bytes = Files.readAllBytes(data.resolve(set + "_images.bin"));
        List<Map<String, Tensor>> batches = new ArrayList<>();
        for (int start = 0; start < count; start += rows) {
            float[] batch = new float[rows * 3 * PIXELS];
            for (int i = 0; i < batch.length; i++) {
                int image = start + i / (3 * PIXELS);
                int channel = i / PIXELS % 3;
                int value = bytes[image * 3 * PIXELS + i % PIXELS * 3 + channel] & 0xff;
                batch[i] = (value / 255f - MEAN[channel]) / DEVIATION[channel];
            }
            batches.add(Map.of("input", Tensor.ofFloats(batch, rows, 3, 32, 32)));
        }
        return batches;
    }
}
