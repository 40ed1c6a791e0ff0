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
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FastTokenizerTest {

    @TempDir private Path folder;

    private static List<TextRow> rows(String... texts) {
        List<TextRow> rows = new ArrayList<>();
        for (String text : texts) {
            rows.add(new TextRow(rows.size() + 1, List.of(text)));
        }
        return rows;
    }

    @Test
    void neitherPadsNorLeavesLongTexts() throws IOException {
        String padding =
                """
                {"strategy": {"Fixed": 12}, "direction": "Right", "pad_to_multiple_of": null,
                 "pad_id": 9, "pad_type_id": 0, "pad_token": "[PAD]"}""";
        Path file = WordTokenizer.write(folder, "null", padding);
        try (FastTokenizer tokenizer = FastTokenizer.open(file, 5)) {
            List<Tokens> tokens = tokenizer.encode(rows("a b", "a b c d e"));
            assertThat(tokens.get(0).ids()).containsExactly(2, 10, 11, 3);
            assertThat(tokens.get(1).ids()).containsExactly(2, 10, 11, 12, 3);
        }
    }

    @Test
    void pairsHaveTypes() throws IOException {
        Path file = WordTokenizer.write(folder, "null", "null");
        try (FastTokenizer tokenizer = FastTokenizer.open(file, 64)) {
            Tokens tokens = tokenizer.encode(List.of(new TextRow(1, List.of("a b", "c")))).get(0);
            assertThat(tokens.ids()).containsExactly(2, 10, 11, 3, 12, 3);
            assertThat(tokens.types()).containsExactly(0, 0, 0, 0, 1, 1);
        }
    }

    @Test
    void whatIsNoTokenizerIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": {}}");
        assertThatThrownBy(() -> FastTokenizer.open(file, 8))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("tokenizer.json: the tokenizer can't be read");
    }

    @Test
    void withoutTheLibraryItSaysWhatToAdd() throws Exception {
        Path file = WordTokenizer.write(folder, "null", "null");
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!Path.of(entry).getFileName().toString().startsWith("tokenizers-")) {
                path.add(Path.of(entry).toUri().toURL());
            }
        }
        ClassLoader platform = ClassLoader.getPlatformClassLoader();
        try (URLClassLoader loader = new URLClassLoader(path.toArray(URL[]::new), platform)) {
            Method open =
                    loader.loadClass(FastTokenizer.class.getName())
                            .getMethod("open", Path.class, int.class);
            assertThatThrownBy(() -> open.invoke(null, file, 8))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessageContaining("texts need a library that is not on the class path")
                    .hasMessageContaining("ai.djl.huggingface:tokenizers");
        }
    }
}
