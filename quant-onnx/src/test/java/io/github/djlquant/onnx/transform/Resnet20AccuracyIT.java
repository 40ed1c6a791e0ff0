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
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.testkit.real.Cifar;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bars for ResNet-20 on CIFAR-10: 500 calibration images, all 10,000 test images. */
class Resnet20AccuracyIT {

    private static final Logger LOG = LoggerFactory.getLogger(Resnet20AccuracyIT.class);
    private static final int IMAGES = 10_000;

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({"HERE, 29.0, 1.5, 81.0", "ANY, 28.3, 1.7, 81.0"})
    void reachesItsBars(Target.Name target, double decibels, double flips, double topOne) {
        Cifar cifar = Cifar.orSkip();
        Path model = cifar.model(".onnx");
        Path output = folder.resolve("int8.onnx");
        QuantizedModel made =
                Quantizer.builder()
                        .optTarget(target)
                        .optCalibration(cifar.calibration(500))
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

        OnnxBackend backend = new OnnxBackend();
        AnswerComparison answers;
        try (GraphRunner source = backend.open(model, RunOptions.DEFAULT);
                GraphRunner quantized = backend.open(output, RunOptions.DEFAULT)) {
            answers = cifar.compare(source, quantized, IMAGES);
        }
        LOG.warn("ResNet-20, target {}: {}", target, answers);
        assertThat(answers.sqnr()).isGreaterThanOrEqualTo(decibels);
        assertThat(answers.flips()).isLessThanOrEqualTo(flips);
        assertThat(answers.topOne()).isGreaterThanOrEqualTo(topOne);
    }
}
