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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerSettingsTest {

    private static final String CUT =
            "{\"direction\": \"Right\", \"max_length\": 128, \"strategy\": \"LongestFirst\", \"stride\": 0}";

    @TempDir private Path folder;

    @Test
    void takesLengthAndPaddingFromTheTokenizer() throws IOException {
        String padding =
                """
                {"strategy": "BatchLongest", "direction": "Left", "pad_to_multiple_of": null,
                 "pad_id": 5, "pad_type_id": 1, "pad_token": "x"}""";
        assertThat(TokenizerSettings.read(WordTokenizer.write(folder, CUT, padding)))
                .isEqualTo(new TokenizerSettings(128, 5, 1, true));
    }

    @Test
    void findsThePaddingTokenOfTokenizersThatDoNotPad() throws IOException {
        assertThat(TokenizerSettings.read(WordTokenizer.write(folder, "null", "null")))
                .isEqualTo(new TokenizerSettings(512, WordTokenizer.PAD, 0, false));
    }

    @Test
    void takesTheLengthOfTheModelFromTheFileBeside() throws IOException {
        Path tokenizer = WordTokenizer.write(folder, CUT, "null");
        Path config = folder.resolve("tokenizer_config.json");
        Files.writeString(config, "{\"model_max_length\": 64, \"do_lower_case\": true}");
        assertThat(TokenizerSettings.read(tokenizer).maxLength()).isEqualTo(64);
        Files.writeString(config, "{\"model_max_length\": 1000000000000000019884624838656}");
        assertThat(TokenizerSettings.read(tokenizer).maxLength()).isEqualTo(128);
    }

    @Test
    void refusesOtherFiles() throws IOException {
        Path none = folder.resolve("none.json");
        assertThatThrownBy(() -> TokenizerSettings.read(none))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("there is no tokenizer")
                .hasMessageContaining("none.json");
        for (String text :
                new String[] {"", "[]", "no", "{\"truncation\": {\"max_length\": []}}"}) {
            Path file = Files.writeString(folder.resolve("bad.json"), text);
            assertThatThrownBy(() -> TokenizerSettings.read(file))
                    .as(text)
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageContaining("the tokenizer can't be read")
                    .hasMessageNotContaining("gson")
                    .hasMessageNotContaining("JsonReader");
        }
    }
}
