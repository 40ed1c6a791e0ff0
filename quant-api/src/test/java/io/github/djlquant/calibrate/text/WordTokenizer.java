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
package io.github.djlquant.calibrate.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A tokenizer of seven words, in the form of Hugging Face's fast tokenizers. */
public final class WordTokenizer {

    public static final int CLS = 2;
    public static final int SEP = 3;
    public static final int PAD = 9;

    private WordTokenizer() {}

    /** The words are a to e; a sample is [CLS] words [SEP] or [CLS] words [SEP] words [SEP]. */
    public static Path write(Path folder, String truncation, String padding) throws IOException {
        String json =
                """
                {
                  "version": "1.0", "truncation": %s, "padding": %s,
                  "added_tokens": [%s, %s, %s],
                  "normalizer": null, "pre_tokenizer": {"type": "Whitespace"},
                  "post_processor": {
                    "type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]
                  },
                  "decoder": null,
                  "model": {
                    "type": "WordLevel", "unk_token": "[UNK]",
                    "vocab": {"[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[PAD]": 9,
                              "a": 10, "b": 11, "c": 12, "d": 13, "e": 14}
                  }
                }
                """
                        .formatted(
                                truncation,
                                padding,
                                special("[CLS]", CLS),
                                special("[SEP]", SEP),
                                special("[PAD]", PAD));
        return Files.writeString(folder.resolve("tokenizer.json"), json);
    }

    private static String special(String content, int id) {
        return """
               {"id": %d, "content": "%s", "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false, "special": true}"""
                .formatted(id, content);
    }
}
