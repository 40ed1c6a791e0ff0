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

import io.github.djlquant.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of a cache. Others may be at work on them.
 *
 * @param root the cache's folder, which need not exist
 */
record CacheFolder(Path root) {

    private static final Pattern ENTRY = Pattern.compile("[0-9a-f]{32}");

    private static final Logger LOGGER = LoggerFactory.getLogger(CacheFolder.class);

    /** What was not used for the longest time comes first. */
    List<CacheEntry> entries() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(CacheFolder::isEntry)
                    .map(CacheFolder::entry)
                    .flatMap(Optional::stream)
                    .sorted(Comparator.comparing(CacheEntry::used))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static boolean isEntry(Path folder) {
        return ENTRY.matcher(folder.getFileName().toString()).matches()
                && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    }

    /** Empty if somebody else removes it at this moment. */
    private static Optional<CacheEntry> entry(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            long bytes =
                    files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
            Optional<CacheRecord> found = CacheRecord.in(folder);
            return Optional.of(
                    new CacheEntry(
                            folder,
                            bytes,
                            used(folder),
                            found.isPresent(),
                            found.map(entry -> folder.resolve(entry.file())).orElse(null),
                            found.map(entry -> Path.of(entry.source())).orElse(null),
                            found.map(CacheRecord::recipe).orElse(null),
                            found.map(CacheRecord::target).orElse(null),
                            found.map(CacheRecord::engine).orElse(null)));
        } catch (IOException | UncheckedIOException e) {
            LOGGER.debug("{} is left alone: {}", folder, e.getMessage());
            return Optional.empty();
        }
    }

    private static Instant used(Path folder) throws IOException {
        return Files.getLastModifiedTime(folder).toInstant();
    }

    /**
     * Removes an entry, unless it was used since it was listed, or somebody works on it.
     *
     * @return true if it is gone
     */
    boolean remove(CacheEntry entry) {
        try (CacheLock lock = CacheLock.tryTake(root, entry.key())) {
            if (lock == null || used(entry.folder()).isAfter(entry.used())) {
                return false;
            }
            new TemporaryFolder(entry.folder()).close();
            LOGGER.info("removed from the cache, last used {}: {}", entry.used(), entry.folder());
            return true;
        } catch (IOException e) {
            LOGGER.debug("{} stays in the cache: {}", entry.folder(), e.getMessage());
            return false;
        }
    }
}
