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
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.testkit.RealFiles;
import io.github.djlquant.testkit.real.Cifar;
import io.github.djlquant.testkit.real.SentenceTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real ONNX models as integers in TorchScript: as good as what starts from TorchScript. */
class CrossedModelsIT {

    private static final Logger LOG = LoggerFactory.getLogger(CrossedModelsIT.class);
    private static final int IMAGES = 2_000;

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
                        .optCalibration(cifar.calibration(500))
                        .build()
                        .quantize(source, folder.resolve("int8.pt"));
        LOG.warn("ResNet-20: {}; {}", made.times(), made.execution().summary());
        assertThat(made.provenance().engine()).isEqualTo("PyTorch");
        assertThat(made.plan().quantizedMacShare()).isGreaterThan(0.95);
        assertThat(made.execution().kernels())
                .filteredOn(kernel -> kernel.op().contains("conv"))
                .hasSize(19)
                .allMatch(kernel -> kernel.int8());
        AnswerComparison answers;
        try (GraphRunner before = onnx.open(source, RunOptions.DEFAULT);
                GraphRunner after = torch.open(made.file(), RunOptions.DEFAULT)) {
            Map<String, Tensor> row = cifar.testBatch(0, 1);
            assertThat(after.run(row).keySet()).isEqualTo(before.run(row).keySet());
            answers = cifar.compare(before, after, IMAGES);
        }
        LOG.warn("ResNet-20: {}", answers);
        assertThat(answers.sqnr()).isGreaterThanOrEqualTo(28.3);
        assertThat(answers.flips()).isLessThanOrEqualTo(1.7);
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
