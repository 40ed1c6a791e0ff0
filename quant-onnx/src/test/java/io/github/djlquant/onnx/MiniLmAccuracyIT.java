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
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.TextPreprocessing;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.onnx.foreign.ForeignRuntime;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.RealFiles;
import io.github.djlquant.testkit.real.SentenceTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a sentence encoder loses; with the bars that it is held to. */
class MiniLmAccuracyIT {

    private static final Logger LOG = LoggerFactory.getLogger(MiniLmAccuracyIT.class);

    private static Path source;
    private static SentenceTasks tasks;
    private static SentenceTasks.Embeddings original;

    @TempDir private Path folder;

    @BeforeAll
    static void embed() throws IOException {
        source = RealFiles.find("minilm/minilm_l6_v2.onnx");
        tasks = SentenceTasks.read();
        original = tasks.embed(new OnnxBackend(), source);
    }

    private Path quantized(Target.Name target) {
        Path output = folder.resolve("int8.onnx");
        Quantizer.builder()
                .optRecipe(Recipe.dynamicInt8())
                .optTarget(target)
                .optLatency(false)
                .build()
                .quantize(source, output);
        return output;
    }

    private static SentenceTasks.Comparison compared(Path model) {
        SentenceTasks.Comparison result =
                tasks.compare(original, tasks.embed(new OnnxBackend(), model));
        LOG.warn("MiniLM: {}", result);
        assertThat(result.similarityBefore()).as("the judge itself").isBetween(0.8202, 0.8204);
        return result;
    }

    @Test
    void keepsItsAnswersHere() throws IOException {
        Path model = quantized(Target.Name.HERE);
        assertThat(Files.size(model)).isLessThanOrEqualTo(23_300_000);
        SentenceTasks.Comparison result = compared(model);
        assertThat(result.similarityAfter()).isGreaterThanOrEqualTo(0.8185);
        assertThat(result.meanCosine()).isGreaterThanOrEqualTo(0.9925);
        assertThat(result.lowestCosine()).isGreaterThanOrEqualTo(0.965);
        assertThat(result.flips()).isLessThanOrEqualTo(0.022);
    }

    @Test
    void keepsItsAnswersOnAnyCpu() {
        Path model = quantized(Target.Name.ANY);
        SentenceTasks.Comparison result = compared(model);
        assertThat(result.meanCosine()).isGreaterThanOrEqualTo(0.990);
        assertThat(result.lowestCosine()).isGreaterThanOrEqualTo(0.95);
        Map<String, Tensor> feeds = tasks.feeds(0);
        float[] here = states(ForeignRuntime.PLAIN, model, feeds);
        float[] there = states(ForeignRuntime.WITHOUT_VNNI, model, feeds);
        assertThat(there).hasSameSizeAs(here);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < here.length; i++) {
            largest = Math.max(largest, Math.abs(here[i]));
            difference = Math.max(difference, Math.abs(here[i] - there[i]));
        }
        LOG.warn("MiniLM without VNNI: {} of {}", difference, largest);
        assertThat(difference / largest).isLessThan(1e-3);
    }

    @Test
    void keepsItsAnswersWithScalesFromTexts() throws IOException {
        Path texts = folder.resolve("texts.txt");
        Files.write(texts, SentenceTasks.unlabelled());
        Path output = folder.resolve("int8.onnx");
        Quantizer.builder()
                .optRecipe(Recipe.staticInt8())
                .optTarget(Target.Name.HERE)
                .optCalibration(
                        CalibrationData.ofText(
                                texts,
                                TextPreprocessing.of(RealFiles.find("minilm/tokenizer.json"))))
                .optLatency(false)
                .build()
                .quantize(source, output);
        assertThat(Files.size(output)).isLessThanOrEqualTo(23_300_000);
        SentenceTasks.Comparison result = compared(output);
        assertThat(result.meanCosine()).isGreaterThanOrEqualTo(0.99);
        assertThat(result.similarityAfter()).isGreaterThanOrEqualTo(0.8185);
    }

    private static float[] states(ForeignRuntime runtime, Path model, Map<String, Tensor> feeds) {
        return runtime.run(model, feeds).get("last_hidden_state").toFloats();
    }
}
