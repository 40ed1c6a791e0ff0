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

import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import java.nio.file.Path;
import java.util.List;

/**
 * Which engine runs a quantized model. A file runs in the engine that loaded it. A Block runs in
 * the engine that is asked for, in that of its model, or in another one if there is no backend for
 * that: arrays cross over as inputs and outputs do.
 */
final class QuantizedEngine {

    private QuantizedEngine() {}

    /**
     * Chooses.
     *
     * @param file whether DJL loads the model from a file of the engine's own format
     * @param place the model's folder or name, for messages
     * @param engine the engine that loads the float model
     * @param asked the engine that is asked for, or null
     * @throws RecipeException if a file is asked to move
     * @throws io.github.djlquant.UnsupportedModelException if there is no backend for the engine
     */
    static Backend of(boolean file, Path place, String engine, String asked) {
        if (asked != null) {
            requireBlock(file, place, engine, asked);
            return Backends.forEngine(asked);
        }
        List<Backend> all = Backends.all();
        if (file || all.isEmpty()) {
            return Backends.forEngine(engine);
        }
        return all.stream()
                .filter(backend -> backend.getEngineName().equals(engine))
                .findFirst()
                .orElse(all.get(0));
    }

    private static void requireBlock(boolean file, Path place, String engine, String asked) {
        if (file && !asked.equals(engine)) {
            throw new RecipeException(
                    Problem.of("a model file runs in the engine that loads it, only Blocks move")
                            .in(place)
                            .at(QuantizationArgument.BLOCK_ENGINE.text())
                            .expected(engine)
                            .actual(asked)
                            .next(
                                    "Write the other engine's file once with"
                                            + " Quantizer.quantize(source, output), and load that"));
        }
    }
}
