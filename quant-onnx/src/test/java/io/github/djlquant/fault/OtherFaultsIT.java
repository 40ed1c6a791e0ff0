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
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Gate;
import io.github.djlquant.evaluate.HardwareCheck;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.ModelEvaluator;
import io.github.djlquant.evaluate.PairedComparison;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.onnx.foreign.ForeignRuntime;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.GraphBuilder;
import io.github.djlquant.testkit.LoudSkip;
import io.github.djlquant.testkit.fault.Fault;
import io.github.djlquant.testkit.real.Cifar;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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
        trial.assertRefused(file, Fault.STATE_SATURATED, "cosine");
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

    /** Where nothing refuses to open it, its answers do: an artifact for VNNI on an older CPU. */
    @Test
    void theAnswersOfAnotherCpuAreWrong() {
        Cifar cifar = Cifar.orSkip();
        LoudSkip.unless(CpuClass.here() == CpuClass.X86_VNNI, "this CPU has no VNNI");
        Path file = folder.resolve("tuned.onnx");
        Quantizer.builder()
                .optRecipe(Recipe.staticInt8())
                .optTarget(Target.Name.X86_VNNI)
                .optLatency(false)
                .optCalibration(CalibrationData.ofFeeds(List.of(cifar.trainBatch(0, 200))))
                .build()
                .quantize(cifar.model(".onnx"), file);
        Map<String, Tensor> images = cifar.testBatch(0, 100);
        System.setProperty("djlquant.cpu", CpuClass.X86_AVX2.text());
        try (GraphRunner source = BACKEND.open(cifar.model(".onnx"), RunOptions.DEFAULT);
                GraphRunner there = new OtherCpu(file)) {
            Evaluation evaluation =
                    PairedComparison.builder()
                            .optLabels(Labels.of(cifar.testLabels(0, 100)))
                            .build()
                            .compare(source, there, List.of(new Feed(images, 100, 0)).iterator())
                            .with()
                            .optHardware(HardwareCheck.of(file))
                            .build();
            FaultTrial.assertRefused(
                    judged(evaluation, GateThresholds.DEFAULT),
                    "flips",
                    "x86-avx2: the artifact is made for x86-vnni and its weights overflow");
        } finally {
            System.clearProperty("djlquant.cpu");
        }
    }

    /** Runs on an emulated CPU. */
    private record OtherCpu(Path file) implements GraphRunner {

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> feeds) {
            return ForeignRuntime.WITHOUT_VNNI.run(file, feeds);
        }

        @Override
        public void close() {}
    }

    private static Evaluation judged(Evaluation evaluation, GateThresholds thresholds) {
        return evaluation.with().optGate(Gate.judge(evaluation, thresholds)).build();
    }

    /** As other tools make convolutions dynamic: right, and slower than in float. */
    @Test
    void slowerThanTheSource() {
        Path source = folder.resolve("float.onnx");
        Path slow = folder.resolve("slow.onnx");
        BACKEND.write(convolutions(false), BACKEND.target(Target.Name.ANY), source);
        BACKEND.write(convolutions(true), BACKEND.target(Target.Name.ANY), slow);
        Evaluation evaluation =
                ModelEvaluator.builder()
                        .setModels(source, slow)
                        .setData(GraphBuilder.randomBatches(4, "x", 1, 16, 32, 32))
                        .optParts(Set.of(ModelEvaluator.Part.PERFORMANCE))
                        .optGate(GateThresholds.DEFAULT.withMinSpeedup(1))
                        .build()
                        .evaluate();
        FaultTrial.assertRefused(evaluation, "speedup", "as fast as the source, below 1.00x");
        FaultTrial.assertRefused(evaluation, "speedup", "ConvInteger: 4 of them take");
        assertThat(evaluation.gate().orElseThrow().failures()).hasSize(1);
        assertThat(Gate.judge(evaluation, GateThresholds.DEFAULT).toString())
                .startsWith("passed")
                .contains("SLOWER than the float model on this machine")
                .contains("ConvInteger");
    }

    private static Graph convolutions(boolean integers) {
        GraphBuilder graph = GraphBuilder.onnx(17).input("x", 1, 16, 32, 32);
        Random random = new Random(5);
        String from = "x";
        for (int layer = 0; layer < 4; layer++) {
            Tensor weights = GraphBuilder.random(random, 16, 16, 3, 3);
            String to = layer == 3 ? "y" : "c" + layer;
            if (integers) {
                integers(graph, layer, from, to, weights);
            } else {
                graph.constant("w" + layer, weights)
                        .node("Conv", to, from, "w" + layer)
                        .with("pads", 1, 1, 1, 1);
            }
            from = to;
        }
        return graph.output("y").build();
    }

    private static void integers(
            GraphBuilder graph, int layer, String from, String to, Tensor weights) {
        float[] floats = weights.toFloats();
        float largest = 0;
        for (float weight : floats) {
            largest = Math.max(largest, Math.abs(weight));
        }
        int[] steps = new int[floats.length];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = 128 + Math.round(floats[i] * 127 / largest);
        }
        String q = "q" + layer;
        graph.constant("w" + layer, Tensor.ofInts(DataType.UINT8, steps, 16, 16, 3, 3))
                .constant("wz" + layer, Tensor.ofInts(DataType.UINT8, new int[] {128}))
                .constant("ws" + layer, Tensor.ofFloat(largest / 127))
                .node(
                        new Node(
                                q,
                                OpType.onnx("DynamicQuantizeLinear"),
                                List.of(from),
                                List.of(q, q + "s", q + "z"),
                                Map.of()))
                .node("ConvInteger", q + "i", q, "w" + layer, q + "z", "wz" + layer)
                .with("pads", 1, 1, 1, 1)
                .node("Cast", q + "f", q + "i")
                .with("to", 1)
                .node("Mul", q + "m", q + "f", q + "s")
                .node("Mul", to, q + "m", "ws" + layer);
    }
}
