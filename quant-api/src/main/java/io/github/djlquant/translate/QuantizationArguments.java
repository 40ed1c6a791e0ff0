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
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.recipe.RecipeJson;
import io.github.djlquant.trace.TraceInput;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The arguments of a criteria, sorted by whom they are for.
 *
 * @param given what is said to us
 * @param engineOptions options of the engine's session: {@code option.NAME}, as serving.properties
 *     spells them
 * @param others what is left for the translator
 */
record QuantizationArguments(
        Map<QuantizationArgument, String> given,
        Map<String, String> engineOptions,
        Map<String, Object> others) {

    private static final Logger LOGGER = LoggerFactory.getLogger(QuantizationArguments.class);

    /** The name under which DJL, and serving.properties, look for a factory. */
    static final String TRANSLATOR_FACTORY = "translatorFactory";

    static final String OPTION_PREFIX = "option.";

    /** The value of {@link QuantizationArgument#QUANTIZATION} that leaves the choice to us. */
    static final String AUTO = "auto";

    static QuantizationArguments of(Map<String, ?> arguments) {
        Map<QuantizationArgument, String> given = new EnumMap<>(QuantizationArgument.class);
        Map<String, String> options = new LinkedHashMap<>();
        Map<String, Object> others = new LinkedHashMap<>();
        arguments.forEach(
                (name, value) -> {
                    var known = QuantizationArgument.named(name);
                    if (known.isPresent()) {
                        given.put(known.get(), said(known.get(), text(name, value)));
                    } else if (name.startsWith(OPTION_PREFIX)) {
                        options.put(name.substring(OPTION_PREFIX.length()), text(name, value));
                    } else {
                        others.put(name, value);
                    }
                });
        return new QuantizationArguments(given, options, others);
    }

    /** An empty path would be the working folder, and what lies there the data. */
    private static String said(QuantizationArgument argument, String text) {
        if (text.isEmpty()) {
            throw invalid(argument, "a value, or that the argument is left out", "an empty text");
        }
        return text;
    }

    private static String text(String name, Object value) {
        if (value instanceof CharSequence
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Path) {
            return value.toString().strip();
        }
        throw new RecipeException(
                Problem.of("an argument of quantization is no plain value")
                        .at(name)
                        .expected("text, a number or a path")
                        .actual(value == null ? "null" : value.getClass().getName())
                        .next(
                                "Objects go to QuantizationTranslatorFactory.builder() and"
                                        + " optTranslatorFactory"));
    }

    /**
     * Reads what is said to us.
     *
     * @param folder the model's folder, where relative paths are looked for too; may be null
     */
    QuantizationOptions options(Path folder) {
        CalibrationData data = new CalibrationArguments(given, folder).data();
        return new QuantizationOptions(
                recipes(data != null, folder),
                target(),
                new DataChoice(
                        data,
                        given.get(QuantizationArgument.CALIBRATION_KEY),
                        count(QuantizationArgument.SAMPLES),
                        Math.toIntExact(count(QuantizationArgument.CALIBRATION_THREADS))),
                block(),
                null,
                ignoreGate(),
                engineOptions);
    }

    /**
     * What was built in the program is not overruled by what is said beside a model, but for the
     * engine's options that were not built.
     */
    QuantizationOptions beside(QuantizationOptions built) {
        List<String> ignored =
                given.keySet().stream()
                        .filter(name -> name != QuantizationArgument.USER_TRANSLATOR_FACTORY)
                        .map(QuantizationArgument::text)
                        .toList();
        if (!ignored.isEmpty()) {
            LOGGER.warn(
                    "ignored, because the factory was built with options of its own: {}", ignored);
        }
        return built.withEngineDefaults(engineOptions);
    }

    /** As on the command line: what the data allows, unless it is said. */
    private List<Recipe> recipes(boolean data, Path folder) {
        String text = given.get(QuantizationArgument.QUANTIZATION);
        if (text == null) {
            return List.of(data ? Recipe.staticInt8() : Recipe.dynamicInt8());
        }
        if (text.equals(AUTO)) {
            return QuantizationOptions.candidates(data);
        }
        return List.of(
                Recipe.named(text)
                        .orElseGet(
                                () -> {
                                    if (!text.endsWith(".json")) {
                                        throw invalid(
                                                QuantizationArgument.QUANTIZATION,
                                                "static-int8, dynamic-int8, optimize, auto, x86,"
                                                        + " fbgemm, onednn, qnnpack or the name of"
                                                        + " a .json file",
                                                text);
                                    }
                                    return RecipeJson.load(
                                            ArgumentPath.of(
                                                    QuantizationArgument.QUANTIZATION,
                                                    text,
                                                    folder));
                                }));
    }

    private Target.Name target() {
        String text = given.get(QuantizationArgument.TARGET);
        if (text == null) {
            return Target.Name.ANY;
        }
        return Arrays.stream(Target.Name.values())
                .filter(name -> name.text().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                invalid(
                                        QuantizationArgument.TARGET,
                                        Arrays.stream(Target.Name.values())
                                                .map(Target.Name::text)
                                                .collect(Collectors.joining(", ")),
                                        text));
    }

    private boolean ignoreGate() {
        String text = given.getOrDefault(QuantizationArgument.IGNORE_GATE, "false");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(QuantizationArgument.IGNORE_GATE, "true or false", text);
        };
    }

    BlockChoice block() {
        return new BlockChoice(blockInputs(), given.get(QuantizationArgument.BLOCK_ENGINE));
    }

    private List<TraceInput> blockInputs() {
        String text = given.get(QuantizationArgument.BLOCK_INPUTS);
        if (text == null) {
            return List.of();
        }
        try {
            return Arrays.stream(text.split(","))
                    .map(String::strip)
                    .map(TraceInput::parse)
                    .toList();
        } catch (IllegalArgumentException e) {
            throw invalid(
                    QuantizationArgument.BLOCK_INPUTS,
                    "NAME:TYPE:SHAPE for each input, such as tokens:int64:?x128,mask:int64:?x128",
                    e.getMessage());
        }
    }

    private long count(QuantizationArgument argument) {
        return count(argument, given);
    }

    /** Returns 0 for what is not said. */
    static long count(QuantizationArgument argument, Map<QuantizationArgument, String> given) {
        String text = given.get(argument);
        if (text == null) {
            return 0;
        }
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw invalid(argument, "a whole number of at least 1", text);
        }
        return Long.parseLong(text);
    }

    static RecipeException invalid(QuantizationArgument argument, String expected, String actual) {
        return new RecipeException(
                Problem.of("an argument of quantization has no such value")
                        .at(argument.text())
                        .expected(expected)
                        .actual(actual));
    }
}
