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

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.github.djlquant.pytorch.archive.ArchiveReader;
import io.github.djlquant.pytorch.archive.ArchiveWriter;
import io.github.djlquant.pytorch.archive.TorchArchive;
import io.github.djlquant.pytorch.script.ScriptParser;
import io.github.djlquant.pytorch.script.ScriptPrinter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives read, printed and written anew compute in the engine what they computed before. */
class CorpusIT {

    /** Views are written as plain tensors, for which another kernel adds in another order. */
    private static final Set<String> STRIDED =
            Set.of("weights_as_views_scripted", "weights_as_views_traced");

    @TempDir Path folder;

    static List<String> names() {
        return Corpus.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void printedSourcesComputeTheSame(String name) throws Exception {
        TorchArchive archive = ArchiveReader.read(Corpus.archive(name));
        Map<String, String> printed = new LinkedHashMap<>();
        archive.code()
                .forEach(
                        (path, source) ->
                                printed.put(
                                        path,
                                        ScriptPrinter.print(ScriptParser.parse(source, path))));
        Path copy = folder.resolve("copy.pt");
        ArchiveWriter.write(
                new TorchArchive(
                        archive.name(),
                        archive.version(),
                        archive.data(),
                        archive.constants(),
                        printed,
                        archive.extra()),
                copy);

        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList source = Corpus.run(Corpus.archive(name), name, manager);
            NDList rewritten = Corpus.run(copy, name, manager);
            if (STRIDED.contains(name)) {
                OutputAssert.assertClose(rewritten, source);
            } else {
                OutputAssert.assertSame(rewritten, source);
            }
            OutputAssert.assertClose(rewritten, Corpus.expected(name, manager));
        }
    }
}
