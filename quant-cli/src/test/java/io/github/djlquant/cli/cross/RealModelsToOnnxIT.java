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
package io.github.djlquant.cli.cross;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.onnx.OnnxBackend;
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.AnswerComparison;
import io.github.djlquant.testkit.real.Cifar;
import io.github.djlquant.testkit.real.MiniLmArchive;
import io.github.djlquant.testkit.real.SentenceTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TorchScript archive as integers in ONNX Runtime, against its floats in libtorch. */
class RealModelsToOnnxIT {

    private static final Logger LOG = LoggerFactory.getLogger(RealModelsToOnnxIT.class);
    private static final int IMAGES = 2_000;

    private final OnnxBackend runtime = new OnnxBackend();
    private final PyTorchBackend libtorch = new PyTorchBackend();

    @TempDir private Path folder;

    private Path crossed(Path archive) {
        Graph graph = runtime.adopt(libtorch.read(archive));
        Path file = folder.resolve("float.onnx");
        runtime.write(graph, runtime.target(Target.Name.ANY), file);
        return file;
    }

    @Test
    void resnetKeepsItsAnswers() {
        Cifar found = Cifar.orSkip();
        Path archive = found.model(".pt");
        Cifar cifar = found.named(libtorch.read(archive).inputs().get(0).name());
        QuantizedModel made =
                Quantizer.builder()
                        .optTarget(Target.Name.HERE)
                        .optLatency(false)
                        .optCalibration(cifar.calibration(500))
                        .build()
                        .quantize(crossed(archive), folder.resolve("int8.onnx"));
        assertThat(made.plan().quantizedMacShare()).isGreaterThan(0.95);

        AnswerComparison answers;
        try (GraphRunner source = libtorch.open(archive, RunOptions.DEFAULT);
                GraphRunner quantized = runtime.open(made.file(), RunOptions.DEFAULT)) {
            answers = cifar.compare(source, quantized, IMAGES);
        }
        LOG.warn("ResNet-20 .pt as int8 .onnx: {}", answers);
        assertThat(answers.sqnr()).isGreaterThanOrEqualTo(29);
        assertThat(answers.flips()).isLessThanOrEqualTo(1.5);
    }

    @Test
    void miniLmKeepsItsEmbeddings() throws IOException {
        Path archive = MiniLmArchive.make(folder.resolve("minilm.pt"));
        QuantizedModel made =
                Quantizer.builder()
                        .optRecipe(Recipe.dynamicInt8())
                        .optTarget(Target.Name.HERE)
                        .optLatency(false)
                        .build()
                        .quantize(archive, folder.resolve("minilm.onnx"));
        LOG.warn("MiniLM: {}; {}", made.times(), made.execution().summary());
        assertThat(made.provenance().engine()).isEqualTo("OnnxRuntime");
        assertThat(made.plan().quantizedMacShare()).isGreaterThan(0.95);
        assertThat(Files.size(made.file())).isLessThanOrEqualTo(23_300_000);
        SentenceTasks tasks = SentenceTasks.read();
        SentenceTasks.Comparison result =
                tasks.compare(tasks.embed(libtorch, archive), tasks.embed(runtime, made.file()));
        LOG.warn("MiniLM .pt as int8 .onnx: {}", result);
        assertThat(result.similarityBefore()).as("the judge itself").isBetween(0.8202, 0.8204);
        assertThat(result.similarityAfter()).isGreaterThanOrEqualTo(0.8185);
        assertThat(result.meanCosine()).isGreaterThanOrEqualTo(0.9925);
        assertThat(result.lowestCosine()).isGreaterThanOrEqualTo(0.965);
        assertThat(result.flips()).isLessThanOrEqualTo(0.022);
    }
}
