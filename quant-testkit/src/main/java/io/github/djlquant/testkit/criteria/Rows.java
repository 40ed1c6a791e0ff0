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
package io.github.djlquant.testkit.criteria;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An application's own translator: pixels in, scores out. As many translators, it looks for its
 * classes beside the model.
 */
public final class Rows implements NoBatchifyTranslator<float[], float[]> {

    private final long[] shape;
    private String classes;

    /**
     * Creates a translator.
     *
     * @param shape of one row
     */
    public Rows(long... shape) {
        this.shape = shape.clone();
    }

    @Override
    public void prepare(TranslatorContext context) throws IOException {
        Path file = context.getModel().getModelPath().resolve("synset.txt");
        if (Files.exists(file)) {
            classes =
                    context.getModel()
                            .getArtifact(
                                    "synset.txt",
                                    stream -> {
                                        try (stream) {
                                            return new String(
                                                    stream.readAllBytes(), StandardCharsets.UTF_8);
                                        } catch (IOException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    });
        }
    }

    /**
     * Returns what stands in synset.txt beside the model.
     *
     * @return null if there is no such file
     */
    public String classes() {
        return classes;
    }

    @Override
    public NDList processInput(TranslatorContext context, float[] row) {
        NDManager manager = context.getNDManager();
        return new NDList(manager.create(FloatBuffer.wrap(row), new Shape(shape)));
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList outputs) {
        return outputs.singletonOrThrow().toFloatArray();
    }
}
