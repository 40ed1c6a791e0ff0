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
import io.github.djlquant.backend.Target;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.testkit.real.MiniLmArchive;
import io.github.djlquant.testkit.real.SentenceTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a sentence encoder loses without data. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MiniLmTorchIT {

    private static final Logger LOG = LoggerFactory.getLogger(MiniLmTorchIT.class);

    private final PyTorchBackend backend = new PyTorchBackend();

    @TempDir static Path folder;
    private Path source;
    private SentenceTasks tasks;
    private SentenceTasks.Embeddings original;

    @BeforeAll
    void embed() throws IOException {
        source = MiniLmArchive.make(folder.resolve("minilm.pt"));
        tasks = SentenceTasks.read();
        original = tasks.embed(backend, source);
    }

    private Path quantized(Target.Name target) {
        QuantizedModel made =
                Quantizer.builder()
                        .optRecipe(Recipe.dynamicInt8())
                        .optTarget(target)
                        .optLatency(false)
                        .optOverwrite(true)
                        .build()
                        .quantize(source, folder.resolve(target.text() + ".pt"));
        LOG.warn("MiniLM, {}: {}; {}", target, made.times(), made.execution().summary());
        assertThat(made.plan().quantizedMacShare()).isGreaterThan(0.95);
        return made.file();
    }

    private SentenceTasks.Comparison compared(Path model) {
        SentenceTasks.Comparison result = tasks.compare(original, tasks.embed(backend, model));
        LOG.warn("MiniLM: {}", result);
        assertThat(result.similarityBefore()).as("the judge itself").isBetween(0.8202, 0.8204);
        return result;
    }

    @Test
    void keepsItsAnswersHere() throws IOException {
        Path model = quantized(Target.Name.HERE);
        assertThat(Files.size(model)).isLessThanOrEqualTo(23_500_000);
        SentenceTasks.Comparison result = compared(model);
        assertThat(result.similarityAfter()).isGreaterThanOrEqualTo(0.8185);
        assertThat(result.meanCosine()).isGreaterThanOrEqualTo(0.9925);
        assertThat(result.lowestCosine()).isGreaterThanOrEqualTo(0.965);
        assertThat(result.flips()).isLessThanOrEqualTo(0.022);
    }

    @Test
    void keepsItsAnswersOnAnyCpu() throws IOException {
        Path model = quantized(Target.Name.ANY);
        assertThat(Files.size(model)).isLessThanOrEqualTo(23_500_000);
        SentenceTasks.Comparison result = compared(model);
        assertThat(result.meanCosine()).isGreaterThanOrEqualTo(0.990);
        assertThat(result.lowestCosine()).isGreaterThanOrEqualTo(0.95);
    }
}
