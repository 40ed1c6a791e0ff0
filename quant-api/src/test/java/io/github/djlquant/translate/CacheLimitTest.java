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
package io.github.djlquant.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.RecipeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheLimitTest {

    @TempDir private Path cache;

    private Path entry(char digit, int bytes, Duration age) throws IOException {
        Path folder = Files.createDirectory(cache.resolve(String.valueOf(digit).repeat(32)));
        Files.write(folder.resolve("model.onnx"), new byte[bytes]);
        Files.write(folder.resolve("model.onnx.quant.json"), new byte[10]);
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(age)));
        return folder;
    }

    private static Duration days(int days) {
        return Duration.ofDays(days);
    }

    private static CacheLimit limit(long bytes) {
        return new CacheLimit(bytes, Duration.ofMinutes(10));
    }

    @Test
    void whatWasNotUsedForTheLongestTimeGoesFirst() throws IOException {
        Path newest = entry('a', 1000, days(1));
        Path oldest = entry('b', 1000, days(3));
        Path between = entry('c', 1000, days(2));
        limit(2100).apply(cache);
        assertThat(oldest).doesNotExist();
        assertThat(between).exists();
        assertThat(newest).exists();
        limit(1200).apply(cache);
        assertThat(between).doesNotExist();
        assertThat(newest.resolve("model.onnx")).exists();
    }

    @Test
    void whatFitsStays() throws IOException {
        Path entry = entry('a', 1000, days(1));
        limit(1010).apply(cache);
        assertThat(entry).exists();
    }

    @Test
    void whatWasJustUsedStaysWhateverItsSize() throws IOException {
        Path entry = entry('a', 1000, Duration.ofMinutes(1));
        limit(0).apply(cache);
        assertThat(entry).exists();
    }

    @Test
    void whatAnotherOneHasLockedStays() throws Exception {
        Path locked = entry('a', 1000, days(2));
        Path free = entry('b', 1000, days(1));
        try (OtherProcess other = OtherProcess.locking(cache, locked.getFileName().toString())) {
            limit(0).apply(cache);
            assertThat(locked).as("process %d has it", other.id()).exists();
            assertThat(free).doesNotExist();
        }
        limit(0).apply(cache);
        assertThat(locked).doesNotExist();
    }

    @Test
    void otherFoldersAreLeftAlone() throws IOException {
        Path other = Files.createDirectory(cache.resolve("notes"));
        Files.write(other.resolve("x"), new byte[100]);
        Path real = Files.createDirectory(cache.resolveSibling("real" + System.nanoTime()));
        Files.write(real.resolve("x"), new byte[100]);
        Path link = Files.createSymbolicLink(cache.resolve("d".repeat(32)), real);
        limit(0).apply(cache);
        assertThat(other.resolve("x")).exists();
        assertThat(link.resolve("x")).exists();
        Files.delete(real.resolve("x"));
        Files.delete(real);
    }

    @Test
    void theLimitIsSetInMegabytes() {
        assertThat(CacheLimit.ofEnvironment().bytes()).isEqualTo(8192L << 20);
        System.setProperty(CacheLimit.VARIABLE, "3");
        try {
            assertThat(CacheLimit.ofEnvironment().bytes()).isEqualTo(3L << 20);
            System.setProperty(CacheLimit.VARIABLE, "3g");
            assertThatThrownBy(CacheLimit::ofEnvironment)
                    .isInstanceOf(RecipeException.class)
                    .hasMessageContaining(CacheLimit.VARIABLE)
                    .hasMessageContaining("3g");
        } finally {
            System.clearProperty(CacheLimit.VARIABLE);
        }
    }
}
