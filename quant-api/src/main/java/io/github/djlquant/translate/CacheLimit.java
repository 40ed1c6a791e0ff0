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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

    private static final Logger LOGGER = LoggerFactory.getLogger(CacheLimit.class);

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
        CacheFolder folder = new CacheFolder(cache);
        try {
            List<CacheEntry> entries = folder.entries();
            long all = entries.stream().mapToLong(CacheEntry::bytes).sum();
            Instant safe = Instant.now().minus(grace);
            for (CacheEntry entry : entries) {
                if (all <= bytes || entry.used().isAfter(safe)) {
                    return;
                }
                if (folder.remove(entry)) {
                    all -= entry.bytes();
                }
            }
        } catch (IOException e) {
            LOGGER.warn("the cache {} can't be cleaned: {}", cache, e.getMessage());
        }
    }
}
