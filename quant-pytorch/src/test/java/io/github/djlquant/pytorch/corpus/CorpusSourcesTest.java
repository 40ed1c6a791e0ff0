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
package io.github.djlquant.pytorch.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.pytorch.archive.ArchiveReader;
import io.github.djlquant.pytorch.script.ScriptFile;
import io.github.djlquant.pytorch.script.ScriptParser;
import io.github.djlquant.pytorch.script.ScriptPrinter;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every source that PyTorch wrote is parsed and printed without loss. */
class CorpusSourcesTest {

    static List<String> names() {
        return Corpus.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void nothingIsLost(String name) {
        ArchiveReader.read(Corpus.archive(name))
                .code()
                .forEach(
                        (path, source) -> {
                            ScriptFile file = ScriptParser.parse(source, path);
                            String printed = ScriptPrinter.print(file);
                            assertThat(ScriptParser.parse(printed, path)).as(path).isEqualTo(file);
                            assertThat(words(printed)).as(path).isEqualTo(words(source));
                        });
    }

    /**
     * The text without what may differ: parentheses, last commas, forms of floats, escaped
     * apostrophes, a list that says nothing, spaces.
     */
    private static String words(String source) {
        return source.replaceAll(",\\s*([)\\]])", "$1")
                .replaceAll("[()]", "")
                .replace("__annotations__ = []", "")
                .replaceAll("\\d+\\.\\d*(e[+-]?\\d+)?|\\d+e[+-]?\\d+", "0.")
                .replace("\\'", "'")
                .replace(", =", " =")
                .replaceAll("\\s+", "");
    }
}
