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
package io.github.djlquant.pytorch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Recognises files of PyTorch by their name, and archives of TorchScript by any name. */
final class TorchFiles {

    private static final List<String> ENDINGS = List.of(".pt", ".pth", ".torchscript", ".ptl");

    /** A zip entry's header up to its name, and a name of usual length. */
    private static final int HEAD = 30 + 256;

    private static final Pattern FIRST_ENTRY =
            Pattern.compile(
                    "[^/]+/(data\\.pkl|constants\\.pkl|version|byteorder|data/.+|code/.+|\\..+)");

    private static final byte[] LOCAL_HEADER = {'P', 'K', 3, 4};

    private TorchFiles() {}

    static boolean isOne(Path file) {
        Path name = file.getFileName();
        if (name == null) {
            return false;
        }
        String lower = name.toString().toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(lower::endsWith) || startsAsArchive(file);
    }

    /** By its first entry: writers differ in the order. */
    private static boolean startsAsArchive(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(HEAD);
            if (head.length < 30 || !Arrays.equals(head, 0, 4, LOCAL_HEADER, 0, 4)) {
                return false;
            }
            int length = (head[26] & 0xff) | (head[27] & 0xff) << 8;
            String entry =
                    new String(
                            head,
                            30,
                            Math.min(length, head.length - 30),
                            StandardCharsets.ISO_8859_1);
            return FIRST_ENTRY.matcher(entry).matches();
        } catch (IOException e) {
            // Whoever reads it next will say so better.
            return false;
        }
    }
}
