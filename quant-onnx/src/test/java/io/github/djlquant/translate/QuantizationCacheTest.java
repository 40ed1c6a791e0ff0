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
package io.github.djlquant.translate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.Target;
import io.github.djlquant.onnx.proto.GraphProto;
import io.github.djlquant.onnx.read.Models;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody removes an artifact between making and opening it. */
class QuantizationCacheTest {

    @TempDir Path folder;

    @Test
    void whatIsBeingOpenedStays() throws Exception {
        float[] weights = new float[512 * 512];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) Math.sin(i);
        }
        GraphProto.Builder product =
                GraphProto.newBuilder()
                        .setName("product")
                        .addInput(Models.value("x", 1, 512))
                        .addOutput(Models.value("y", 1, 512))
                        .addInitializer(
                                Models.floats("w", weights).clearDims().addDims(512).addDims(512))
                        .addNode(Models.node("MatMul", List.of("x", "w"), "y"));
        Path model = Models.write(Models.model(product), folder.resolve("model.onnx"));
        QuantizationOptions options =
                new QuantizationOptions(
                        List.of(Recipe.dynamicInt8()),
                        Target.Name.ANY,
                        null,
                        null,
                        0,
                        0,
                        null,
                        true,
                        List.of(),
                        null,
                        Map.of());
        boolean there =
                QuantizationCache.open(
                        model,
                        Backends.forEngine("OnnxRuntime"),
                        options,
                        () -> null,
                        () -> {},
                        artifact -> {
                            CompletableFuture.runAsync(QuantizationCache::clear).join();
                            return Files.exists(artifact.file());
                        });
        assertThat(there).isTrue();
    }
}
