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

import ai.djl.util.Utils;
import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the cache within a size: what was not used for the longest time goes first. What was used
 * within the last minutes stays, because another process may be about to open it, and what another
 * one has locked is left to it.
 *
 * @param bytes the most bytes that all entries together may have
 * @param grace how long an entry is safe after its last use
 */
record CacheLimit(long bytes, Duration grace) {

    /** An environment variable or system property, as DJL's own DJL_CACHE_DIR. */
    static final String VARIABLE = "DJL_QUANT_CACHE_MAX_MB";

    private static final long DEFAULT_MEGABYTES = 8192;

    private static final Duration GRACE = Duration.ofMinutes(10);

    private static final Pattern ENTRY = Pattern.compile("[0-9a-f]{32}");

    private static final Logger LOGGER = LoggerFactory.getLogger(CacheLimit.class);

    /** An entry, as it was found; others may be at work. */
    private record Entry(Path folder, Instant used, long bytes) {}

    /**
     * Reads the limit that the user sets.
     *
     * @return the limit, 8 GB by default
     * @throws RecipeException if it is no number of megabytes
     */
    static CacheLimit ofEnvironment() {
        String text = Utils.getEnvOrSystemProperty(VARIABLE);
        if (text == null || text.isBlank()) {
            return new CacheLimit(DEFAULT_MEGABYTES << 20, GRACE);
        }
        if (!text.strip().matches("\\d{1,9}")) {
            throw new RecipeException(
                    Problem.of("the limit of the cache is no number")
                            .at(VARIABLE)
                            .expected("a whole number of megabytes")
                            .actual(text));
        }
        return new CacheLimit(Long.parseLong(text.strip()) << 20, GRACE);
    }

    /**
     * Removes what is too much. A cache that can't be cleaned is no reason to fail.
     *
     * @param cache the cache's folder
     */
    void apply(Path cache) {
        try {
            List<Entry> entries = entries(cache);
            long all = entries.stream().mapToLong(Entry::bytes).sum();
            Instant safe = Instant.now().minus(grace);
            for (Entry entry : entries) {
                if (all <= bytes || entry.used().isAfter(safe)) {
                    return;
                }
                if (remove(cache, entry)) {
                    all -= entry.bytes();
                }
            }
        } catch (IOException | UncheckedIOException e) {
            LOGGER.warn("the cache {} can't be cleaned: {}", cache, e.getMessage());
        }
    }

    /** The oldest first. */
    private static List<Entry> entries(Path cache) throws IOException {
        try (Stream<Path> folders = Files.list(cache)) {
            return folders.filter(
                            folder ->
                                    ENTRY.matcher(folder.getFileName().toString()).matches()
                                            && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
                    .map(CacheLimit::entry)
                    .sorted(Comparator.comparing(Entry::used))
                    .toList();
        }
    }

    private static Entry entry(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            long bytes = files.mapToLong(file -> file.toFile().length()).sum();
            return new Entry(folder, used(folder), bytes);
        } catch (IOException e) {
            // Somebody else removes it.
            return new Entry(folder, Instant.MAX, 0);
        }
    }

    private static Instant used(Path folder) throws IOException {
        return Files.getLastModifiedTime(folder).toInstant();
    }

    private static boolean remove(Path cache, Entry entry) {
        String key = entry.folder().getFileName().toString();
        try (CacheLock lock = CacheLock.tryTake(cache, key)) {
            if (lock == null || used(entry.folder()).isAfter(entry.used())) {
                return false;
            }
            try (Stream<Path> files = Files.list(entry.folder())) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(entry.folder());
            LOGGER.info("removed from the cache, last used {}: {}", entry.used(), entry.folder());
            return true;
        } catch (IOException e) {
            LOGGER.debug("{} stays in the cache: {}", entry.folder(), e.getMessage());
            return false;
        }
    }
}
