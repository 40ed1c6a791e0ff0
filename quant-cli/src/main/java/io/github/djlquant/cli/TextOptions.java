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
package io.github.djlquant.cli;

import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.TextPreprocessing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How a file of texts becomes inputs; other data needs none of this. */
final class TextOptions {

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description =
                    "The model's tokenizer.json (Hugging Face's fast tokenizers). DATA is then a"
                            + " file of texts: a line each, .tsv or .csv.")
    private Path tokenizer;

    @Option(
            names = "--text-column",
            paramLabel = "COLUMN",
            split = ",",
            description =
                    "The column of the text: its number, from 1 on, or its name in the first line;"
                            + " two of them, as in 6,7, for a model that takes two texts together.")
    private List<String> columns = List.of();

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            converter = PositiveCount.class,
            description = "Cut texts after N tokens. Default: what tokenizer and model say.")
    private int maxTokens;

    /**
     * Tells whether the data is texts.
     *
     * @return true if there is a tokenizer
     */
    boolean areGiven() {
        return tokenizer != null;
    }

    /**
     * Tells which of these options the user gave.
     *
     * @return their names
     */
    List<String> given() {
        List<String> names = new ArrayList<>();
        if (tokenizer != null) {
            names.add("--tokenizer");
        }
        if (!columns.isEmpty()) {
            names.add("--text-column");
        }
        if (maxTokens > 0) {
            names.add("--max-tokens");
        }
        return names;
    }

    /**
     * Finds the data.
     *
     * @param path what the user named
     * @return the data, not opened yet
     * @throws RecipeException if a column can't be one
     */
    CalibrationData data(Path path) {
        try {
            return CalibrationData.ofText(
                    path,
                    TextPreprocessing.of(tokenizer)
                            .withColumns(columns.toArray(String[]::new))
                            .withMaxTokens(maxTokens));
        } catch (IllegalArgumentException e) {
            throw new RecipeException(Problem.of(e.getMessage()).at("--text-column"), e);
        }
    }
}
