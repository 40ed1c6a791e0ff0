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

import io.github.djlquant.QuantizationException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphChecker;
import io.github.djlquant.pytorch.PyTorchBackend;
import io.github.djlquant.pytorch.archive.ArchiveMutations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever an archive holds, reading it as a model gives a legal graph that can be written, or a
 * typed error that names the file.
 */
class MutatedModelTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path folder;
    private final PyTorchBackend backend = new PyTorchBackend();
    private int read;
    private int refused;

    @Test
    void damagedSources() throws Exception {
        damage(ArchiveMutations.Kind.SOURCE, 400, 1);
        assertThat(read).as("some mutants are still models").isGreaterThan(20);
        assertThat(refused).as("some are refused").isGreaterThan(100);
    }

    @Test
    void damagedEntries() throws Exception {
        damage(ArchiveMutations.Kind.ENTRY, 300, 2);
        assertThat(read).as("some mutants are still models").isGreaterThan(20);
        assertThat(refused).as("some are refused").isGreaterThan(100);
    }

    @Test
    @Tag("nightly")
    void thousandsOfDamagedSources() throws Exception {
        damage(ArchiveMutations.Kind.SOURCE, 6_000, 3);
    }

    @Test
    @Tag("nightly")
    void thousandsOfDamagedEntries() throws Exception {
        damage(ArchiveMutations.Kind.ENTRY, 4_000, 4);
    }

    private void damage(ArchiveMutations.Kind kind, int count, long firstSeed) throws Exception {
        List<Path> sources;
        Path corpus = Path.of(MutatedModelTest.class.getResource("../corpus").toURI());
        try (Stream<Path> files = Files.list(corpus)) {
            sources = files.filter(file -> file.toString().endsWith(".pt")).sorted().toList();
        }
        assertThat(sources).hasSizeGreaterThan(50);
        for (int i = 0; i < count; i++) {
            long seed = firstSeed * 1_000_000 + i;
            Path source = sources.get((int) Math.floorMod(seed * 31, (long) sources.size()));
            Path mutant = folder.resolve("mutant.pt");
            Files.deleteIfExists(mutant);
            ArchiveMutations.damage(source, mutant, kind, seed);
            String what = kind + " of " + source.getFileName() + ", seed " + seed;
            Assertions.assertTimeoutPreemptively(PATIENCE, () -> attempt(mutant, what), what);
        }
    }

    private void attempt(Path mutant, String what) {
        try {
            Graph graph = backend.read(mutant);
            assertThat(GraphChecker.problems(graph, what)).isEmpty();
            Path copy = folder.resolve("copy.pt");
            backend.write(graph, backend.target(Target.Name.ANY), copy);
            readAgain(copy, what);
            read++;
        } catch (QuantizationException expected) {
            assertThat(expected).as(what).hasMessageMatching("(?s).*(mutant|copy)\\.pt.*");
            refused++;
        } catch (RuntimeException | StackOverflowError wrong) {
            throw new AssertionError(what + " fails with " + wrong, wrong);
        }
    }

    private void readAgain(Path copy, String what) {
        try {
            GraphChecker.check(backend.read(copy), what);
        } catch (QuantizationException wrong) {
            throw new AssertionError("what is written of " + what + " can't be read", wrong);
        }
    }
}
