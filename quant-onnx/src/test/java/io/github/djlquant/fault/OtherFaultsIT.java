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
package io.github.djlquant.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.Quantizer;
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Gate;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.Latency;
import io.github.djlquant.evaluate.OutputError;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.fault.Fault;
import io.github.djlquant.testkit.real.Cifar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Failures of a recurrent state, of the machine and of speed. */
class OtherFaultsIT {

    private static final Backend BACKEND = new OnnxBackend();

    @TempDir private Path folder;

    @Test
    void theStateOfAnLstmSaturates() {
        Graph graph =
                GraphBuilder.onnx(17)
                        .input("x", 20, 8, 16)
                        .random("w", 1, 128, 16)
                        .random("r", 1, 128, 32)
                        .node("LSTM", "y", "x", "w", "r")
                        .with("hidden_size", 32)
                        .random("m", 32, 10)
                        .node("MatMul", "out", "y", "m")
                        .output("out")
                        .build();
        Path file = folder.resolve("lstm.onnx");
        BACKEND.write(graph, BACKEND.target(Target.Name.ANY), file);
        Random random = new Random(2);
        List<Map<String, Tensor>> data = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            data.add(Map.of("x", GraphBuilder.random(random, 20, 8, 16)));
        }
        FaultTrial trial =
                new FaultTrial(file, folder, CalibrationData.ofFeeds(data), null, List.of());
        trial.assertRefused(file, Fault.STATE_SATURATED);
    }

    /** What would saturate without VNNI does not even open there. */
    @Test
    void productsSaturateWithoutVnni() {
        Cifar cifar = Cifar.orSkip();
        Path file = folder.resolve("vnni.onnx");
        Quantizer.builder()
                .optRecipe(Recipe.staticInt8())
                .optTarget(Target.Name.X86_VNNI)
                .optLatency(false)
                .optCalibration(CalibrationData.ofFeeds(List.of(cifar.trainBatch(0, 50))))
                .build()
                .quantize(cifar.model(".onnx"), file);
        System.setProperty("djlquant.cpu", CpuClass.X86_AVX2.text());
        try {
            assertThatThrownBy(() -> BACKEND.open(file, RunOptions.DEFAULT))
                    .isInstanceOf(UnsupportedModelException.class)
                    .hasMessageContaining("vnni.onnx")
                    .hasMessageContaining("quantize again with the target any");
        } finally {
            System.clearProperty("djlquant.cpu");
        }
    }

    /** The float model in the place of the quantized one is right, and half as fast. */
    @Test
    void slowerThanTheSource() {
        Cifar cifar = Cifar.orSkip();
        Path file = folder.resolve("int8.onnx");
        Quantizer.builder()
                .optRecipe(Recipe.staticInt8())
                .optLatency(false)
                .optCalibration(CalibrationData.ofFeeds(List.of(cifar.trainBatch(0, 50))))
                .build()
                .quantize(cifar.model(".onnx"), file);
        try (GraphRunner fast = BACKEND.open(file, RunOptions.DEFAULT);
                GraphRunner slow = BACKEND.open(cifar.model(".onnx"), RunOptions.DEFAULT)) {
            Evaluation evaluation =
                    new Evaluation(
                            List.of(OUTPUT),
                            1000,
                            true,
                            Optional.empty(),
                            Optional.of(
                                    Latency.measure(fast, slow, cifar.testBatch(0, 1), 1, 1500)));
            GateResult result =
                    Gate.judge(
                            evaluation,
                            new GateThresholds(
                                    0.05,
                                    0.98,
                                    0.01,
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of(1.0)));
            assertThat(result.passed()).isFalse();
            assertThat(result.toString()).contains("as fast as the source, below 1.00x");
            assertThat(Gate.judge(evaluation, GateThresholds.DEFAULT).warnings())
                    .anySatisfy(warning -> assertThat(warning).contains("SLOWER"));
        }
    }

    private static final OutputError OUTPUT =
            new OutputError("logits", 1000, 30, 0.999, 0.1, true, 0.01, 0);
}
