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
import io.github.djlquant.ModelFormatException;
import io.github.djlquant.Problem;
import io.github.djlquant.Provenance;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.Quantizer;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.calibrate.CalibrationData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Results of earlier runs, under DJL's cache directory by the hash of everything that they depend
 * on. Several threads and processes may ask at once: one quantizes, the others wait for it. What
 * was not used for the longest time goes when there is too much ({@link CacheLimit}); a run that
 * fails leaves nothing behind.
 */
final class QuantizationCache {

    private static final Logger LOGGER = LoggerFactory.getLogger(QuantizationCache.class);

    private QuantizationCache() {}

    static Path artifact(
            Path source,
            Backend backend,
            QuantizationOptions options,
            Supplier<CalibrationData> data) {
        CacheLimit limit = CacheLimit.ofEnvironment();
        CalibrationData calibration = data.get();
        String key = CacheKey.of(source, backend, options, calibration);
        Path cache = Utils.getCacheDir().resolve("djl-quant");
        Path folder = cache.resolve(key);
        Path artifact = folder.resolve(source.getFileName().toString());
        boolean made = false;
        try (CacheLock lock = CacheLock.take(cache, key)) {
            if (isWhole(artifact, backend)) {
                LOGGER.info("quantized before: {} ({})", artifact, lock);
            } else {
                make(source, artifact, options, calibration);
                made = true;
            }
            Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
        } catch (IOException e) {
            throw new QuantizationException(
                    Problem.of("the cache of quantized models can't be used")
                            .in(folder)
                            .actual(e.getMessage())
                            .next(
                                    "Set the system property DJL_CACHE_DIR to a folder that can be written"),
                    e);
        }
        if (made) {
            limit.apply(cache);
        }
        return artifact;
    }

    private static void make(
            Path source, Path artifact, QuantizationOptions options, CalibrationData calibration)
            throws IOException {
        Path folder = artifact.getParent();
        Files.createDirectories(folder);
        boolean done = false;
        try {
            quantize(source, artifact, options, calibration);
            done = true;
        } finally {
            if (!done) {
                removeIfEmpty(folder);
            }
        }
    }

    /** What the failure is about must not be hidden behind a folder that can't be removed. */
    private static void removeIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            LOGGER.debug("{} stays: {}", folder, e.getMessage());
        }
    }

    /** A damaged file must not break every later load: it is made again. */
    private static boolean isWhole(Path artifact, Backend backend) {
        if (!Files.isRegularFile(artifact)) {
            return false;
        }
        try {
            boolean ours =
                    Provenance.in(backend.read(artifact).metadata(), artifact.toString())
                            .isPresent();
            if (!ours) {
                LOGGER.warn("{} was not made here and is made again", artifact);
            }
            return ours;
        } catch (ModelFormatException e) {
            LOGGER.warn("a damaged file in the cache is made again: {}", e.getMessage());
            return false;
        }
    }

    private static void quantize(
            Path source, Path artifact, QuantizationOptions options, CalibrationData calibration) {
        LOGGER.info("quantizing {} for the first time with this recipe and data", source);
        Quantizer.Builder quantizer =
                Quantizer.builder()
                        .optRecipe(options.recipe())
                        .optTarget(options.target())
                        .optThreads(options.threads())
                        .optOverwrite(true)
                        .optIgnoreGate(options.force());
        if (calibration != null) {
            quantizer.optCalibration(calibration);
        }
        if (options.samples() > 0) {
            quantizer.optSamples(options.samples());
        }
        if (options.progress() != null) {
            quantizer.optProgress(options.progress());
        }
        LOGGER.info("{}", quantizer.build().quantize(source, artifact));
    }
}
