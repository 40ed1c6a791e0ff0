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
import io.github.djlquant.FileDigest;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.QuantizedModel;
import io.github.djlquant.Quantizer;
import io.github.djlquant.RecipeTrials;
import io.github.djlquant.TemporaryFolder;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.recipe.Recipe;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Results of earlier runs, under DJL's cache directory by the hash of everything that they depend
 * on. Several threads and processes may ask at once: one quantizes, the others wait for it. What
 * was not used for the longest time goes when there is too much ({@value CacheLimit#VARIABLE}, in
 * megabytes, 8192 by default); a run that fails leaves nothing behind, and what is damaged is made
 * anew: it lacks a record that fits, or can't be opened and has another digest.
 */
public final class QuantizationCache {

    private static final String ADVICE =
            "Set the system property DJL_CACHE_DIR to a folder that can be written";

    private static final Logger LOGGER = LoggerFactory.getLogger(QuantizationCache.class);

    private QuantizationCache() {}

    /**
     * An artifact that was found or made.
     *
     * @param file the artifact
     * @param entry what is known of it
     * @param made false if it was found
     */
    record Artifact(Path file, CacheRecord entry, boolean made) {}

    /**
     * Returns where the cache is.
     *
     * @return a folder, which need not exist
     */
    public static Path folder() {
        return Utils.getCacheDir().resolve("djl-quant");
    }

    /**
     * Lists what is in the cache.
     *
     * @return what was not used for the longest time comes first
     * @throws QuantizationException if the cache can't be read
     */
    public static List<CacheEntry> entries() {
        try {
            return new CacheFolder(folder()).entries();
        } catch (IOException e) {
            throw unusable(folder(), e);
        }
    }

    /**
     * Empties the cache. What somebody makes or opens at this moment stays.
     *
     * @return what was removed
     * @throws QuantizationException if the cache can't be read
     */
    public static List<CacheEntry> clear() {
        List<CacheEntry> removed =
                entries().stream().filter(new CacheFolder(folder())::remove).toList();
        try {
            new SourceDigests(folder()).clear();
        } catch (IOException e) {
            throw unusable(folder(), e);
        }
        return removed;
    }

    /** Finds an artifact, without making it. */
    static Optional<Artifact> find(
            CacheSource source,
            Backend backend,
            QuantizationOptions options,
            CalibrationData data) {
        Path folder = folder().resolve(CacheKey.of(source, backend, options, data));
        try {
            return find(folder, source);
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    private static Optional<Artifact> find(Path folder, CacheSource source) throws IOException {
        Path file = folder.resolve(source.fileName());
        Optional<CacheRecord> entry = CacheRecord.in(folder);
        if (entry.isPresent() && entry.get().describes(file)) {
            return Optional.of(new Artifact(file, entry.get(), false));
        }
        return Optional.empty();
    }

    /**
     * Finds or makes an artifact and opens it before anybody may remove it.
     *
     * @param opening what opens the artifact, while its entry is locked
     * @return what was opened
     */
    static <T> T open(
            CacheSource source,
            Backend backend,
            QuantizationOptions options,
            Supplier<CalibrationData> data,
            Function<Artifact, T> opening) {
        CacheLimit limit = CacheLimit.ofEnvironment();
        CalibrationData calibration = data.get();
        String key = CacheKey.of(source, backend, options, calibration);
        Path cache = folder();
        Path folder = cache.resolve(key);
        T opened;
        try (CacheLock lock = CacheLock.take(cache, key)) {
            Optional<Artifact> found = find(folder, source);
            if (found.isPresent()) {
                LOGGER.info("quantized before: {} ({})", found.get().file(), lock);
                touch(folder);
                Optional<T> again = reopen(found.get(), opening);
                if (again.isPresent()) {
                    return again.get();
                }
            }
            Artifact made = make(folder, source, options, calibration);
            touch(folder);
            opened = opening.apply(made);
        } catch (InterruptedIOException e) {
            throw new QuantizationCancelledException(
                    Problem.of(e.getMessage()).in(folder).next("Load the model again"));
        } catch (IOException e) {
            throw unusable(folder, e);
        }
        limit.apply(cache);
        return opened;
    }

    private static void touch(Path folder) throws IOException {
        Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
    }

    /** Empty if it can't be opened because it is not what was written. */
    private static <T> Optional<T> reopen(Artifact found, Function<Artifact, T> opening) {
        try {
            return Optional.of(opening.apply(found));
        } catch (QuantizationException e) {
            if (found.entry().isWhole(found.file())) {
                throw e;
            }
            LOGGER.debug("{} is damaged: {}", found.file(), e.getMessage());
            return Optional.empty();
        }
    }

    private static QuantizationException unusable(Path folder, IOException cause) {
        return new QuantizationException(
                Problem.of("the cache of quantized models can't be used")
                        .in(folder)
                        .actual(cause.getMessage())
                        .next(ADVICE),
                cause);
    }

    /** Whatever an earlier run left is no use: it has no record, or one that does not fit. */
    private static Artifact make(
            Path folder,
            CacheSource source,
            QuantizationOptions options,
            CalibrationData calibration)
            throws IOException {
        if (Files.exists(folder)) {
            LOGGER.warn("a damaged entry of the cache is made again: {}", folder);
            new TemporaryFolder(folder).close();
        }
        Files.createDirectories(folder);
        boolean done = false;
        try {
            Path file = folder.resolve(source.fileName());
            LOGGER.info(
                    "quantizing {} for the first time with this recipe and data", source.origin());
            CacheRecord entry =
                    options.recipes().size() == 1
                            ? byRecipe(source, file, options, calibration)
                            : byTrial(source, file, options, calibration);
            entry.write(folder);
            done = true;
            return new Artifact(file, entry, true);
        } finally {
            if (!done) {
                discard(folder);
            }
        }
    }

    /** What the failure is about must not be hidden behind a folder that can't be removed. */
    private static void discard(Path folder) {
        try {
            new TemporaryFolder(folder).close();
        } catch (IOException e) {
            LOGGER.debug("{} stays: {}", folder, e.getMessage());
        }
    }

    private static CacheRecord byRecipe(
            CacheSource source, Path file, QuantizationOptions options, CalibrationData calibration)
            throws IOException {
        return describe(
                source,
                quantize(options.recipes().get(0), source, file, options, calibration),
                file,
                null);
    }

    private static CacheRecord byTrial(
            CacheSource source, Path file, QuantizationOptions options, CalibrationData calibration)
            throws IOException {
        Path trials = Files.createDirectories(file.resolveSibling("trials"));
        RecipeTrials.Choice choice =
                RecipeTrials.choose(
                        options.recipes(),
                        recipe ->
                                quantize(
                                        recipe,
                                        source,
                                        folderFor(trials, recipe).resolve(file.getFileName()),
                                        options,
                                        calibration));
        LOGGER.info("{}: {}", source.origin(), choice.reason());
        move(choice.model().file().getParent(), file.getParent());
        new TemporaryFolder(trials).close();
        return describe(source, choice.model(), file, choice.reason());
    }

    private static Path folderFor(Path trials, Recipe recipe) {
        try {
            return Files.createDirectories(trials.resolve(recipe.name()));
        } catch (IOException e) {
            throw unusable(trials, e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.move(
                        file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static CacheRecord describe(
            CacheSource source, QuantizedModel model, Path file, String decision)
            throws IOException {
        // Nobody holds the result: its warnings are seen here or nowhere.
        model.warnings().forEach(warning -> LOGGER.warn("{}: {}", source.origin(), warning));
        return new CacheRecord(
                file.getFileName().toString(),
                Files.size(file),
                Files.getLastModifiedTime(file).toMillis(),
                FileDigest.sha256(List.of(file)),
                source.origin().toString(),
                model.provenance().recipe().name(),
                model.provenance().target().name(),
                model.provenance().engine(),
                decision);
    }

    private static QuantizedModel quantize(
            Recipe recipe,
            CacheSource source,
            Path file,
            QuantizationOptions options,
            CalibrationData calibration) {
        Quantizer.Builder quantizer =
                Quantizer.builder()
                        .optRecipe(recipe)
                        .optTarget(options.target())
                        .optThreads(options.data().threads())
                        .optOverwrite(true)
                        .optIgnoreGate(options.force());
        if (calibration != null) {
            quantizer.optCalibration(calibration);
        }
        if (options.data().samples() > 0) {
            quantizer.optSamples(options.data().samples());
        }
        if (options.progress() != null) {
            quantizer.optProgress(options.progress());
        }
        QuantizedModel model = quantizer.build().quantize(source.file(), file);
        LOGGER.info("{}", model);
        return model;
    }
}
