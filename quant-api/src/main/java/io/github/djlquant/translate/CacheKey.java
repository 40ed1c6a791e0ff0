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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.Provenance;
import io.github.djlquant.Version;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.graph.Sha256;
import io.github.djlquant.graph.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The hash of everything that a quantized model depends on: the source with its external weights
 * and its file's name, which the artifact bears too, the recipe, whether the gate binds, the target
 * as resolved on this machine (with its CPU class), the versions, the transforms, rows and kernels
 * that jars contribute with all the code of these jars, and the data:
 *
 * <ul>
 *   <li>the user's own key, if there is one;
 *   <li>of a path, the names, sizes and times of all its files;
 *   <li>of other data, the first {@value #ROWS} rows. What differs only later has the same key
 *       (hashing all would cost as much as calibrating), and a data set that is shuffled anew each
 *       time never has the same key twice: it needs a stable order or a key of its own.
 * </ul>
 */
final class CacheKey {

    private static final int ROWS = 64;

    private CacheKey() {}

    static String of(
            CacheSource source,
            Backend backend,
            QuantizationOptions options,
            CalibrationData data) {
        MessageDigest digest = Sha256.begin();
        Target target = backend.target(options.target());
        add(digest, Provenance.METADATA_KEY, Version.current());
        SourceDigests digests = new SourceDigests(QuantizationCache.folder());
        add(digest, source.fileName(), source.digest(digests));
        KeyParts parts = KeyParts.take(options.recipes());
        add(digest, parts.recipes());
        add(digest, RecordText.of(target));
        add(
                digest,
                backend.getEngineName(),
                backend.runtimeVersion(),
                Long.toString(options.data().samples()),
                Boolean.toString(options.force()));
        add(digest, parts.code());
        ExtensionCode code = new ExtensionCode(digests);
        for (Class<?> type : backend.extensions()) {
            add(digest, "extension", code.of(type));
        }
        if (data == null) {
            add(digest, "no data");
        } else if (options.data().key() != null) {
            add(digest, "data by key", options.data().key());
        } else if (data instanceof CalibrationData.OfPath place) {
            add(digest, "data by files", place.images().toString());
            addFiles(digest, place.path());
        } else if (data instanceof CalibrationData.OfText texts) {
            add(digest, "data by files", texts.text().toString());
            addFiles(digest, texts.file());
            addFiles(digest, texts.text().tokenizer());
        } else {
            add(digest, "data by rows");
            addRows(digest, data, source.rows(ROWS));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    /** The SHA-256 of bytes, hexadecimal. */
    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(Sha256.begin().digest(bytes));
    }

    private static void addRows(MessageDigest digest, CalibrationData data, FeedSpec spec) {
        try (FeedStream feeds = data.open(spec)) {
            while (feeds.hasNext()) {
                add(digest, feeds.next());
            }
        }
    }

    private static void addFiles(MessageDigest digest, Path path) {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                add(
                        digest,
                        path.relativize(file).toString(),
                        Long.toString(Files.size(file)),
                        Files.getLastModifiedTime(file).toString());
            }
        } catch (IOException | UncheckedIOException e) {
            throw new CalibrationException(
                    Problem.of("the calibration data can't be read")
                            .in(path)
                            .actual(e.getMessage()),
                    e);
        }
    }

    private static void add(MessageDigest digest, String... texts) {
        add(digest, List.of(texts));
    }

    private static void add(MessageDigest digest, List<String> texts) {
        for (String text : texts) {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
    }

    private static void add(MessageDigest digest, Feed feed) {
        for (Map.Entry<String, Tensor> entry : feed.tensors().entrySet()) {
            add(digest, entry.getKey(), entry.getValue().toString());
            digest.update(entry.getValue().bytes());
        }
    }
}
