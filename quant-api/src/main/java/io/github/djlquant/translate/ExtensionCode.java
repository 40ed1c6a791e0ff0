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

import io.github.djlquant.Extensions;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /**
     * Texts of all that jars contribute to a service, by their services files. Their classes are
     * not loaded for it, which would verify each of them.
     *
     * @param loader whose class path it is; null for the application's
     * @throws QuantizationException if a class can't be loaded or read
     */
    List<String> ofAll(Class<?> service, ClassLoader loader) {
        Optional<List<String>> unloaded =
                unloaded(service, loader == null ? ClassLoader.getSystemClassLoader() : loader);
        if (unloaded.isPresent()) {
            return unloaded.get();
        }
        List<String> texts = new ArrayList<>();
        for (Class<?> found : Extensions.classes(service, loader)) {
            texts.add(of(found));
        }
        return texts;
    }

    /** Empty if the files don't tell all, or name what is not there. */
    private Optional<List<String>> unloaded(Class<?> service, ClassLoader loader) {
        if (service.getModule().isNamed()) {
            // Then modules may provide it, which need no file.
            return Optional.empty();
        }
        try {
            List<String> texts = new ArrayList<>();
            for (String name : Extensions.names(service, loader)) {
                String resource = name.replace('.', '/') + ".class";
                URL code = loader.getResource(resource);
                if (code == null) {
                    return Optional.empty();
                }
                Path place = place(root(code, resource));
                texts.add(name + " " + (place == null ? ofResource(code) : ofPlace(place)));
            }
            return Optional.of(texts);
        } catch (IOException | UncheckedIOException e) {
            // Loading them tells what is wrong.
            return Optional.empty();
        }
    }

    /** The jar or folder that a class lies in, as its code source says it once it is loaded. */
    private static String root(URL code, String resource) {
        String place = code.toString().substring(0, code.toString().length() - resource.length());
        return place.startsWith("jar:") && place.endsWith("!/")
                ? place.substring("jar:".length(), place.length() - "!/".length())
                : place;
    }

    private static String ofResource(URL code) throws IOException {
        try (InputStream stream = code.openStream()) {
            return CacheKey.hex(stream.readAllBytes());
        }
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

    private static Path place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        return source == null || source.getLocation() == null
                ? null
                : place(source.getLocation().toString());
    }

    /** Null if it is no file. */
    private static Path place(String location) {
        try {
            URI uri = new URI(location);
            Path place =
                    "file".equals(uri.getScheme()) && !location.contains("!/")
                            ? Path.of(uri)
                            : null;
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
