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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What plain strings can say, as arguments of a {@code Criteria}, in the query of a model's URL or
 * in a serving.properties.
 */
enum QuantizationArgument {
    QUANTIZATION("quantization"),
    CALIBRATION("calibration"),
    CALIBRATION_SIZE("calibrationSize"),
    CALIBRATION_MEAN("calibrationMean"),
    CALIBRATION_STD("calibrationStd"),
    CALIBRATION_LAYOUT("calibrationLayout"),
    CALIBRATION_TOKENIZER("calibrationTokenizer"),
    CALIBRATION_TEXT_COLUMN("calibrationTextColumn"),
    CALIBRATION_MAX_TOKENS("calibrationMaxTokens"),
    CALIBRATION_KEY("calibrationKey"),
    CALIBRATION_THREADS("calibrationThreads"),
    SAMPLES("samples"),
    TARGET("target"),
    IGNORE_GATE("ignoreGate"),
    BLOCK_INPUTS("blockInputs"),
    BLOCK_ENGINE("blockEngine"),
    USER_TRANSLATOR_FACTORY("userTranslatorFactory");

    private static final List<String> PREFIXES = List.of("quantiz", "quantis", "calibrat");

    private static final int LONG = 8;

    private final String text;

    QuantizationArgument(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /**
     * Finds the argument of a name. The other arguments of a criteria belong to the translator, so
     * a misspelt name can only be told where it looks like one of these.
     *
     * @throws RecipeException if the name looks like one of these and is none
     */
    static Optional<QuantizationArgument> named(String name) {
        String plain = plain(name);
        for (QuantizationArgument argument : values()) {
            if (argument.text.equals(name)) {
                return Optional.of(argument);
            }
            if (isMisspelt(plain, plain(argument.text))) {
                throw unknown(name);
            }
        }
        if (PREFIXES.stream().anyMatch(plain::startsWith)) {
            throw unknown(name);
        }
        return Optional.empty();
    }

    /** One letter is wrong, missing or too many, or two in a long name; or only case and dashes. */
    private static boolean isMisspelt(String name, String right) {
        int[] row = new int[right.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= name.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int same = diagonal + (name.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(same, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()] <= (right.length() < LONG ? 1 : 2);
    }

    private static RecipeException unknown(String name) {
        return new RecipeException(
                Problem.of("no such argument of quantization")
                        .at(name)
                        .expected("one of " + names()));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
    }

    private static String names() {
        return Arrays.stream(values())
                .map(QuantizationArgument::text)
                .collect(Collectors.joining(", "));
    }
}
