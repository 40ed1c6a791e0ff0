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

import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What tells the code of extensions apart: their jars whole, or all classes of their folders, since
 * an extension has helpers. Where the place of a class is no file (a jar inside a jar, a class made
 * at run time), it is the class alone.
 */
final class ExtensionCode {

    private final SourceDigests digests;
    private final Map<Path, String> known = new HashMap<>();

    ExtensionCode(SourceDigests digests) {
        this.digests = digests;
    }

    /** A text that changes with the code. */
    String of(Class<?> type) {
        try {
            Path place = place(type);
            return type.getName() + " " + (place == null ? ofClass(type) : ofPlace(place));
        } catch (IOException | UncheckedIOException e) {
            throw new QuantizationException(
                    Problem.of("the code of an extension can't be read")
                            .at(type.getName())
                            .actual(e),
                    e);
        }
    }

    /** Null if it is no file. */
    private static Path place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return null;
        }
        try {
            URI location = source.getLocation().toURI();
            Path place = "file".equals(location.getScheme()) ? Path.of(location) : null;
            return place != null && Files.exists(place) ? place : null;
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }

    private String ofPlace(Path place) throws IOException {
        String found = known.get(place);
        if (found == null) {
            found = digests.of(Files.isDirectory(place) ? classes(place) : List.of(place));
            known.put(place, found);
        }
        return found;
    }

    private static List<Path> classes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
        }
    }

    private static String ofClass(Class<?> type) throws IOException {
        String resource = type.getName().substring(type.getPackageName().length());
        try (InputStream code = type.getResourceAsStream(resource.replace(".", "") + ".class")) {
            return code == null ? "" : CacheKey.hex(code.readAllBytes());
        }
    }
}
