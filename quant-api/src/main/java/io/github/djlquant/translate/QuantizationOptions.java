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
 * @param data what it is calibrated on
 * @param block what is said of a Block
 * @param progress who is told how far it is, or null
 * @param force true to take a model below its gate
 * @param engineOptions options of the quantized model's session
 */
record QuantizationOptions(
        List<Recipe> recipes,
        Target.Name target,
        DataChoice data,
        BlockChoice block,
        Progress progress,
        boolean force,
        Map<String, String> engineOptions) {

    private static final Set<String> OF_BLOCKS =
            Set.of(
                    QuantizationArgument.BLOCK_INPUTS.text(),
                    QuantizationArgument.BLOCK_ENGINE.text());

    QuantizationOptions {
        recipes = List.copyOf(recipes);
        engineOptions = Map.copyOf(engineOptions);
    }

    /** Everything but recipe and data is as it is by default. */
    static QuantizationOptions of(Recipe recipe, CalibrationData calibration) {
        return new QuantizationOptions(
                List.of(recipe),
                Target.Name.ANY,
                DataChoice.of(calibration),
                BlockChoice.NONE,
                null,
                false,
                Map.of());
    }

    /** What there is to choose from: static ranges need data. */
    static List<Recipe> candidates(boolean data) {
        return data
                ? List.of(Recipe.staticInt8(), Recipe.dynamicInt8(), Recipe.optimize())
                : List.of(Recipe.dynamicInt8(), Recipe.optimize());
    }

    /**
     * Takes what the arguments of the criteria say of a Block and of the engine's session, for
     * forms of the option that are not handed them: DJL keeps them as the model's properties.
     */
    QuantizationOptions withArgumentsOf(Model model) {
        QuantizationArguments said =
                QuantizationArguments.of(
                        model.getProperties().entrySet().stream()
                                .filter(entry -> isForAllForms(entry.getKey()))
                                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        return new QuantizationOptions(
                        recipes, target, data, said.block(), progress, force, engineOptions)
                .withEngineDefaults(said.engineOptions());
    }

    private static boolean isForAllForms(String argument) {
        return OF_BLOCKS.contains(argument)
                || argument.startsWith(QuantizationArguments.OPTION_PREFIX);
    }

    /** Adds engine options of lower precedence. */
    QuantizationOptions withEngineDefaults(Map<String, String> defaults) {
        Map<String, String> all = new LinkedHashMap<>(defaults);
        all.putAll(engineOptions);
        return new QuantizationOptions(recipes, target, data, block, progress, force, all);
    }

    /** Adds an engine option, in the place of one that was said before. */
    QuantizationOptions withEngineOption(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(engineOptions);
        all.put(name, value);
        return new QuantizationOptions(recipes, target, data, block, progress, force, all);
    }
}
