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
import java.util.Random;
import java.util.zip.ZipEntry;
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
        for (int i = 0; i < count; i++) {
            long seed = firstSeed * 1_000_000 + i;
            byte[] whole = Files.readAllBytes(TestArchives.file(SOURCES.get(i % SOURCES.size())));
            Path file = fresh();
            Files.write(file, mutate(whole, random(seed)));
            attempt(file, "file, seed " + seed);
        }
    }

    /** Entries with right check sums and wrong content, stored or deflated. */
    private void damagePickles(int count, long firstSeed) throws Exception {
        for (int i = 0; i < count; i++) {
            long seed = firstSeed * 1_000_000 + i;
            Random random = random(seed);
            ZipMaker maker = ZipMaker.of(TestArchives.file(SOURCES.get(i % SOURCES.size())));
            List<String> names = maker.names();
            String entry =
                    random.nextInt(4) > 0
                            ? names.stream().filter(n -> n.endsWith("/data.pkl")).findFirst().get()
                            : names.get(random.nextInt(names.size()));
            maker.put(
                    entry,
                    mutate(maker.content(entry), random),
                    random.nextBoolean() ? ZipEntry.STORED : ZipEntry.DEFLATED);
            attempt(maker.write(fresh()), "pickle, seed " + seed);
        }
    }

    /** Neighbouring seeds of {@link Random} begin alike. */
    private static Random random(long seed) {
        return new Random(seed * 0x9E3779B97F4A7C15L);
    }

    /** Flips, inserts, removes, copies or overwrites some bytes at one to three places. */
    private static byte[] mutate(byte[] source, Random random) {
        byte[] bytes = source;
        if (random.nextInt(3) > 0 && bytes.length > 0) {
            // One byte a little larger or smaller: another size, number, letter or instruction.
            int at = random.nextInt(bytes.length);
            int step = random.nextInt(1, 5) * (random.nextBoolean() ? 1 : -1);
            return splice(bytes, at, 1, new byte[] {(byte) (bytes[at] + step)});
        }
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            int at = random.nextInt(bytes.length + 1);
            int length = Math.min(bytes.length - at, 1 + random.nextInt(9));
            byte[] piece = new byte[1 + random.nextInt(8)];
            random.nextBytes(piece);
            switch (random.nextInt(6)) {
                case 0 -> bytes = splice(bytes, at, Math.min(length, 1), new byte[] {piece[0]});
                case 1 -> bytes = splice(bytes, at, 0, piece);
                case 2 -> bytes = splice(bytes, at, length, new byte[0]);
                case 3 -> bytes = splice(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
                case 4 -> {
                    Arrays.fill(piece, (byte) (random.nextBoolean() ? 0xff : 0));
                    bytes = splice(bytes, at, Math.min(length, piece.length), piece);
                }
                default -> {
                    int from = random.nextInt(bytes.length + 1);
                    int end = Math.min(bytes.length, from + 1 + random.nextInt(60));
                    bytes = splice(bytes, at, 0, Arrays.copyOfRange(bytes, from, end));
                }
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int at, int removed, byte[] added) {
        byte[] result = new byte[bytes.length - removed + added.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(added, 0, result, at, added.length);
        System.arraycopy(
                bytes, at + removed, result, at + added.length, bytes.length - at - removed);
        return result;
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
