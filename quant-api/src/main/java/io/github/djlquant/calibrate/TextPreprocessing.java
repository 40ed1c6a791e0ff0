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
package io.github.djlquant.calibrate;

import io.github.djlquant.calibrate.text.TextColumn;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * How texts become tensors: a tokenizer cuts them into tokens, and each input of the model gets
 * what its name says: {@code input_ids}, {@code attention_mask}, {@code token_type_ids} and {@code
 * position_ids}, of int32 or int64.
 *
 * <p>It needs {@code ai.djl.huggingface:tokenizers} on the class path.
 *
 * @param tokenizer a {@code tokenizer.json} of Hugging Face's fast tokenizers
 * @param columns the column of the text, or of two texts that the model takes together; none if
 *     each line of the file is a text
 * @param maxTokens the most tokens of a sample, longer ones are cut; 0 leaves it to the tokenizer
 *     and the model
 */
public record TextPreprocessing(Path tokenizer, List<TextColumn> columns, int maxTokens) {

    /** Refuses more than two columns, and negative lengths. */
    public TextPreprocessing {
        Objects.requireNonNull(tokenizer, "tokenizer");
        columns = List.copyOf(columns);
        if (columns.size() > 2) {
            throw new IllegalArgumentException("a model takes one or two texts, not " + columns);
        }
        if (maxTokens < 0) {
            throw new IllegalArgumentException("at most " + maxTokens + " tokens");
        }
    }

    /**
     * Takes each line as a text.
     *
     * @param tokenizer a {@code tokenizer.json}
     * @return the preprocessing
     */
    public static TextPreprocessing of(Path tokenizer) {
        return new TextPreprocessing(tokenizer, List.of(), 0);
    }

    /**
     * Takes columns of a file.
     *
     * @param texts the column of the text, or of two texts that belong together; each a number from
     *     1 on, or a name from the file's first line
     * @return a copy
     */
    public TextPreprocessing withColumns(String... texts) {
        return new TextPreprocessing(
                tokenizer, List.of(texts).stream().map(TextColumn::parse).toList(), maxTokens);
    }

    /**
     * Limits the length.
     *
     * @param most the most tokens of a sample; 0 leaves it to the tokenizer and the model
     * @return a copy
     */
    public TextPreprocessing withMaxTokens(int most) {
        return new TextPreprocessing(tokenizer, columns, most);
    }
}
