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
package io.github.djlquant.evaluate;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The model to compare with, opened. It may be one that the engine's own optimizations fail on, as
 * they do on some that were trained with fake quantization; then it runs without them, which gives
 * the same answers in another time.
 *
 * @param runner runs it
 * @param remark why it runs without optimizations, and its times would mislead; empty if it runs
 *     with them
 */
public record SourceModel(GraphRunner runner, Optional<String> remark) implements AutoCloseable {

    /**
     * Opens a model.
     *
     * @param backend its engine
     * @param file the model
     * @param options how to run it
     * @return the model, to be closed
     * @throws ModelFormatException if the engine does not open it without optimizations either
     */
    public static SourceModel open(Backend backend, Path file, RunOptions options) {
        try {
            return new SourceModel(backend.open(file, options), Optional.empty());
        } catch (ModelFormatException e) {
            return new SourceModel(
                    backend.open(file, new RunOptions(options.threads(), false, options.atOnce())),
                    Optional.of(
                            "the engine does not open the source with its optimizations, so it was"
                                    + " compared without, and not timed: "
                                    + e.getMessage()));
        }
    }

    @Override
    public void close() {
        runner.close();
    }
}
