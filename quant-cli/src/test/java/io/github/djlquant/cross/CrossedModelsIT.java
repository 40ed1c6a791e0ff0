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
package io.github.djlquant.cross;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.RealFiles;
import io.github.djlquant.testkit.real.Cifar;
import io.github.djlquant.testkit.real.SentenceTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real ONNX models as integers in TorchScript: as good as what starts from TorchScript. */
class CrossedModelsIT {

    private static final Logger LOG = LoggerFactory.getLogger(CrossedModelsIT.class);
    private static final int IMAGES = 2_000;
    private static final int ROWS = 100;

    private final OnnxBackend onnx = new OnnxBackend();
    private final PyTorchBackend torch = new PyTorchBackend();

    @TempDir Path folder;

    @Test
    void resNet20KeepsItsClasses() {
        Cifar cifar = Cifar.orSkip();
        Path source = cifar.model(".onnx");
        QuantizedModel made =
                Quantizer.builder()
                        .optTarget(Target.Name.HERE)
                        .optLatency(false)
                        .optCalibration(
                                CalibrationData.ofFeeds(
                                        IntStream.range(0, 10)
                                                .mapToObj(i -> cifar.trainBatch(i * 50, 50))
                                                .toList()))
                        .build()
                        .quantize(source, folder.resolve("int8.pt"));
        LOG.warn("ResNet-20: {}; {}", made.times(), made.execution().summary());
        assertThat(made.provenance().engine()).isEqualTo("PyTorch");
        assertThat(made.plan().quantizedMacShare()).isGreaterThan(0.95);
        assertThat(made.execution().kernels())
                .filteredOn(kernel -> kernel.op().contains("conv"))
                .hasSize(19)
                .allMatch(kernel -> kernel.int8());
        Score score = score(cifar, source, made.file());
        LOG.warn("ResNet-20: {}", score);
        assertThat(score.decibels()).isGreaterThanOrEqualTo(28.3);
        assertThat(score.flips()).isLessThanOrEqualTo(1.7);
    }

    private record Score(double decibels, double flips) {}

    private Score score(Cifar cifar, Path source, Path made) {
        double signal = 0;
        double noise = 0;
        int changed = 0;
        try (GraphRunner before = onnx.open(source, RunOptions.DEFAULT);
                GraphRunner after = torch.open(made, RunOptions.DEFAULT)) {
            for (int start = 0; start < IMAGES; start += ROWS) {
                Map<String, Tensor> batch = cifar.testBatch(start, ROWS);
                Map<String, Tensor> expected = before.run(batch);
                Map<String, Tensor> actual = after.run(batch);
                assertThat(actual.keySet()).isEqualTo(expected.keySet());
                float[] wanted = expected.values().iterator().next().toFloats();
                float[] found = actual.values().iterator().next().toFloats();
                for (int i = 0; i < wanted.length; i++) {
                    signal += (double) wanted[i] * wanted[i];
                    noise += Math.pow((double) wanted[i] - found[i], 2);
                }
                for (int row = 0; row < ROWS; row++) {
                    changed += best(found, row) == best(wanted, row) ? 0 : 1;
                }
            }
        }
        return new Score(10 * Math.log10(signal / noise), 100.0 * changed / IMAGES);
    }

    private static int best(float[] logits, int row) {
        int classes = logits.length / ROWS;
        int best = 0;
        for (int i = 1; i < classes; i++) {
            best = logits[row * classes + i] > logits[row * classes + best] ? i : best;
        }
        return best;
    }

    @Tag("nightly")
    @Test
    void miniLmKeepsItsEmbeddings() throws IOException {
        Path source = RealFiles.find("minilm/minilm_l6_v2.onnx");
        QuantizedModel made =
                Quantizer.builder()
                        .optRecipe(Recipe.dynamicInt8())
                        .optTarget(Target.Name.HERE)
                        .optLatency(false)
                        .build()
                        .quantize(source, folder.resolve("minilm.pt"));
        LOG.warn("MiniLM: {}; {}", made.times(), made.execution().summary());
        assertThat(made.plan().quantizedMacShare()).isGreaterThan(0.95);
        assertThat(Files.size(made.file())).isLessThanOrEqualTo(23_500_000);
        SentenceTasks tasks = SentenceTasks.read();
        SentenceTasks.Comparison result =
                tasks.compare(tasks.embed(onnx, source), tasks.embed(torch, made.file()));
        LOG.warn("MiniLM: {}", result);
        assertThat(result.similarityAfter()).isGreaterThanOrEqualTo(0.8185);
        assertThat(result.meanCosine()).isGreaterThanOrEqualTo(0.9925);
        assertThat(result.lowestCosine()).isGreaterThanOrEqualTo(0.965);
    }
}
