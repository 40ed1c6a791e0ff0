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
import io.github.djlquant.UnsupportedModelException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.pytorch.read.TorchScriptReader;
import io.github.djlquant.pytorch.write.TorchScriptWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was written is an archive as any other: read and written once more, it computes the same.
 */
class WrittenAgainIT {

    private static final Target ANY = new Target("any", null, true, "2.7.1");

    @TempDir Path folder;

    static List<String> names() {
        return Corpus.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void writtenArchivesAreReadAgain(String name) throws Exception {
        Path archive = Corpus.archive(name);
        Path written = folder.resolve("written.pt");
        TorchScriptWriter.write(readIfSupported(archive), ANY, written);
        Path again = folder.resolve("again.pt");
        TorchScriptWriter.write(TorchScriptReader.read(written), ANY, again);

        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList source = Corpus.run(archive, name, manager);
            OutputAssert.assertClose(Corpus.run(again, name, manager), source);
        }
    }

    /** Which archives are refused, and why, is what CorpusReadingIT holds. */
    private static Graph readIfSupported(Path archive) {
        try {
            return TorchScriptReader.read(archive);
        } catch (UnsupportedModelException e) {
            return Assumptions.abort(e.getMessage());
        }
    }
}
