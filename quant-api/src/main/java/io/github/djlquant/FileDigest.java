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
package io.github.djlquant;

import io.github.djlquant.graph.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/** The digest by which artifacts name their source. */
public final class FileDigest {

    private FileDigest() {}

    /**
     * Computes the SHA-256 of the contents of files, one after the other, as {@code cat FILE.. |
     * sha256sum} does.
     *
     * @param files the files, such as a model and its external weights
     * @return lower-case hexadecimal
     * @throws ModelFormatException if a file can't be read
     */
    public static String sha256(List<Path> files) {
        return sha256(files, () -> {});
    }

    /** The same; called after each block, {@code pace} may keep the digest waiting. */
    static String sha256(List<Path> files, Runnable pace) {
        MessageDigest digest = Sha256.begin();
        byte[] buffer = new byte[1 << 16];
        for (Path file : files) {
            try (InputStream stream = Files.newInputStream(file)) {
                for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                    digest.update(buffer, 0, n);
                    pace.run();
                }
            } catch (IOException e) {
                throw new ModelFormatException(
                        Problem.of("the file can't be read").in(file).actual(e.getMessage()), e);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
