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

import ai.djl.Model;
import ai.djl.util.Progress;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.trace.TraceInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What all forms of the Criteria option know.
 *
 * @param recipes what to do; of several, the one whose result is the best is kept
 * @param target where the quantized model is to run
 * @param calibration the data, or null
 * @param cacheKey stands for the data in the cache's key, or null to look at the data itself
 * @param samples the largest number of calibration rows, 0 for all
 * @param threads threads inside one calibration run, 0 for the engine's choice
 * @param progress who is told how far it is, or null
 * @param force true to take a model below its gate
 * @param blockInputs what a Block takes, none for the shapes that it was initialized with
 * @param blockEngine the engine that is to run a quantized Block, null for that of its model
 * @param engineOptions options of the quantized model's session
 */
record QuantizationOptions(
        List<Recipe> recipes,
        Target.Name target,
        CalibrationData calibration,
        String cacheKey,
        long samples,
        int threads,
        Progress progress,
        boolean force,
        List<TraceInput> blockInputs,
        String blockEngine,
        Map<String, String> engineOptions) {

    private static final Set<String> OF_BLOCKS =
            Set.of(
                    QuantizationArgument.BLOCK_INPUTS.text(),
                    QuantizationArgument.BLOCK_ENGINE.text());

    QuantizationOptions {
        recipes = List.copyOf(recipes);
        blockInputs = List.copyOf(blockInputs);
        engineOptions = Map.copyOf(engineOptions);
    }

    /** Everything but recipe and data is as it is by default. */
    static QuantizationOptions of(Recipe recipe, CalibrationData calibration) {
        return new QuantizationOptions(
                List.of(recipe),
                Target.Name.ANY,
                calibration,
                null,
                0,
                0,
                null,
                false,
                List.of(),
                null,
                Map.of());
    }

    /** What there is to choose from: static ranges need data. */
    static List<Recipe> candidates(boolean data) {
        return data
                ? List.of(Recipe.staticInt8(), Recipe.dynamicInt8(), Recipe.optimize())
                : List.of(Recipe.dynamicInt8(), Recipe.optimize());
    }

    /**
     * Takes what is said of a Block from the arguments of the criteria that loaded it, for forms of
     * the option that are not handed them: DJL keeps them as the model's properties.
     */
    QuantizationOptions withBlockArgumentsOf(Model model) {
        QuantizationArguments said =
                QuantizationArguments.of(
                        model.getProperties().entrySet().stream()
                                .filter(entry -> OF_BLOCKS.contains(entry.getKey()))
                                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        return new QuantizationOptions(
                recipes,
                target,
                calibration,
                cacheKey,
                samples,
                threads,
                progress,
                force,
                said.blockInputs(),
                said.blockEngine(),
                engineOptions);
    }

    /** Adds engine options of lower precedence. */
    QuantizationOptions withEngineDefaults(Map<String, String> defaults) {
        Map<String, String> all = new LinkedHashMap<>(defaults);
        all.putAll(engineOptions);
        return new QuantizationOptions(
                recipes,
                target,
                calibration,
                cacheKey,
                samples,
                threads,
                progress,
                force,
                blockInputs,
                blockEngine,
                all);
    }
}
