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

import io.github.djlquant.FileDigest;
import io.github.djlquant.Problem;
import io.github.djlquant.Provenance;
import io.github.djlquant.QuantizationException;
import io.github.djlquant.Version;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.RecipeJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * The hash of everything that a quantized model depends on: the source file, the recipe, the target
 * as resolved on this machine (with its CPU class), the versions, and the first rows of the data.
 * Data that differs only later has the same key: hashing all of it would cost as much as
 * calibrating.
 */
final class CacheKey {

    private static final int ROWS = 64;

    private CacheKey() {}

    static String of(
            Path source, Backend backend, QuantizationOptions options, CalibrationData data) {
        MessageDigest digest = sha256();
        Target target = backend.target(options.target());
        add(digest, Provenance.METADATA_KEY, Version.current(), FileDigest.sha256(source));
        add(digest, RecipeJson.print(options.recipe()), target.toString());
        add(
                digest,
                backend.getEngineName(),
                backend.runtimeVersion(),
                Long.toString(options.samples()));
        if (data != null) {
            Graph graph = backend.read(source);
            try (FeedStream feeds = data.open(FeedSpec.of(graph, 1, ROWS))) {
                while (feeds.hasNext()) {
                    add(digest, feeds.next());
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    private static void add(MessageDigest digest, String... texts) {
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

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new QuantizationException(Problem.of("this Java runtime lacks SHA-256"), e);
        }
    }
}
