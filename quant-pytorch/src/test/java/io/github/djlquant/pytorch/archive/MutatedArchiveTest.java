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
package io.github.djlquant.pytorch.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.QuantizationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever bytes an archive holds, it is read and written back the same, or refused with a typed
 * error that names the file; within a time and a memory.
 */
class MutatedArchiveTest {

    /** An archive that takes this long to refuse would stop a server. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** More than the archives need by far, less than a bomb wants. */
    private static final long MEMORY = 8 << 20;

    private static final List<String> SOURCES =
            List.of("values.pt", "traced.pt", "packed.pt", "quantized.pt");

    @TempDir Path folder;
    private int read;
    private int refused;

    @Test
    void damagedFiles() throws Exception {
        damageFiles(150, 1);
        assertThat(refused).isGreaterThan(50);
    }

    @Test
    void damagedPickles() throws Exception {
        damagePickles(450, 1);
        assertThat(read).as("some mutants are still archives").isGreaterThan(50);
        assertThat(refused).as("some are refused").isGreaterThan(100);
    }

    @Test
    void everyTruncatedPickle() throws Exception {
        ZipMaker source = ZipMaker.of(TestArchives.file("quantized.pt"));
        byte[] pickle = source.content("quantized/data.pkl");
        for (int length = 0; length < pickle.length; length++) {
            source.put("quantized/data.pkl", Arrays.copyOf(pickle, length));
            attempt(source.write(fresh()), "cut to " + length + " bytes");
        }
        assertThat(read).isZero();
    }

    @Test
    @Tag("nightly")
    void thousandsOfDamagedFiles() throws Exception {
        damageFiles(3_000, 2);
    }

    @Test
    @Tag("nightly")
    void thousandsOfDamagedPickles() throws Exception {
        damagePickles(7_000, 2);
    }

    private void damageFiles(int count, long firstSeed) throws Exception {
        damage(ArchiveMutations.Kind.FILE, count, firstSeed);
    }

    private void damagePickles(int count, long firstSeed) throws Exception {
        damage(ArchiveMutations.Kind.ENTRY, count, firstSeed);
    }

    private void damage(ArchiveMutations.Kind kind, int count, long firstSeed) throws Exception {
        for (int i = 0; i < count; i++) {
            long seed = firstSeed * 1_000_000 + i;
            Path file = fresh();
            ArchiveMutations.damage(
                    TestArchives.file(SOURCES.get(i % SOURCES.size())), file, kind, seed);
            attempt(file, kind + ", seed " + seed);
        }
    }

    private void attempt(Path file, String what) {
        Assertions.assertTimeoutPreemptively(PATIENCE, () -> attemptNow(file, what), what);
    }

    private void attemptNow(Path file, String what) {
        try {
            TorchArchive archive = ArchiveReader.read(file, new MemoryBudget(MEMORY));
            Path copy = folder.resolve("copy.pt");
            ArchiveWriter.write(archive, copy);
            assertThat(Contents.of(ArchiveReader.read(copy)))
                    .as(what)
                    .isEqualTo(Contents.of(archive));
            read++;
        } catch (QuantizationException expected) {
            assertThat(expected).hasMessageContaining(".pt");
            refused++;
        } catch (RuntimeException | StackOverflowError wrong) {
            throw new AssertionError(what + " fails with " + wrong, wrong);
        }
    }

    private Path fresh() throws Exception {
        Path file = folder.resolve("mutant.pt");
        Files.deleteIfExists(file);
        return file;
    }
}
