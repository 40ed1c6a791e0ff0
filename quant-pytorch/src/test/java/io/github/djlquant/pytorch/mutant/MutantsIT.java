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
package io.github.djlquant.pytorch.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.pytorch.archive.ArchiveMutations;
import io.github.djlquant.testkit.mutant.MutantRuns;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever an archive holds, quantizing it gives an artifact or a typed error; never another
 * exception, a dead JVM, an output or a leftover. The engine sees the mutants too, and native code
 * may crash, so they run in a JVM of their own that is started again behind the mutant that killed
 * it.
 */
class MutantsIT {

    @TempDir Path folder;

    @Test
    void damagedSources() throws Exception {
        MutantRuns runs = run(ArchiveMutations.Kind.SOURCE, 1_000, 60);
        assertThat(runs.refused()).as("some are refused").isPositive();
    }

    @Test
    void damagedEntries() throws Exception {
        MutantRuns runs = run(ArchiveMutations.Kind.ENTRY, 2_000, 60);
        assertThat(runs.made()).as("some are still models").isPositive();
        assertThat(runs.refused()).as("some are refused").isPositive();
    }

    @Test
    @Tag("nightly")
    void thousandsOfMutants() throws Exception {
        run(ArchiveMutations.Kind.FILE, 100_000, 1_000);
        run(ArchiveMutations.Kind.SOURCE, 200_000, 5_000);
        run(ArchiveMutations.Kind.ENTRY, 300_000, 4_000);
    }

    private MutantRuns run(ArchiveMutations.Kind kind, int first, int count) throws Exception {
        Path archive =
                Path.of(MutantsIT.class.getResource("../corpus/residual_cnn_traced.pt").toURI());
        return MutantRuns.of(MutantMain.class, folder, kind, archive.toString(), first, count);
    }
}
