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

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What jars on the class path contribute, found by ServiceLoader. A jar that names what can't be
 * loaded is refused with a reason: an {@link Error} would pass by whoever catches exceptions.
 */
public final class Extensions {

    private Extensions() {}

    /**
     * Loads all.
     *
     * @param type what a services file names, such as {@code BlockTransform}
     * @param <T> that type
     * @return one instance per line of the services files
     * @throws QuantizationException if one of them can't be loaded or made
     */
    public static <T> List<T> load(Class<T> type) {
        return load(type, Thread.currentThread().getContextClassLoader());
    }

    /**
     * Loads all that a class loader knows.
     *
     * @param type what a services file names, such as {@code Backend}
     * @param loader finds the services files and their classes; null for the system's
     * @param <T> that type
     * @return one instance per line of the services files, in ServiceLoader's order
     * @throws QuantizationException if one of them can't be loaded or made
     */
    public static <T> List<T> load(Class<T> type, ClassLoader loader) {
        return refusing(
                type,
                loader,
                () -> ServiceLoader.load(type, loader).stream().map(found -> found.get()).toList());
    }

    /**
     * Finds the classes of all, without making one.
     *
     * @param type what a services file names
     * @param <T> that type
     * @return one class per line of the services files
     * @throws QuantizationException if one of them can't be loaded
     */
    public static <T> List<Class<? extends T>> classes(Class<T> type) {
        return classes(type, Thread.currentThread().getContextClassLoader());
    }

    /**
     * Finds the classes of all, without making one.
     *
     * @param type what a services file names
     * @param loader whose class path it is; null for the application's
     * @param <T> that type
     * @return one class per line of the services files
     * @throws QuantizationException if one of them can't be loaded
     */
    public static <T> List<Class<? extends T>> classes(Class<T> type, ClassLoader loader) {
        return refusing(type, loader, () -> typesOf(ServiceLoader.load(type, loader)));
    }

    /**
     * Reads which classes services files name, without loading one.
     *
     * @param type what a services file names
     * @param loader finds the services files
     * @return each class once, in ServiceLoader's order; nothing says that they are there
     * @throws IOException if a file can't be read
     */
    public static Set<String> names(Class<?> type, ClassLoader loader) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        Enumeration<URL> files = loader.getResources("META-INF/services/" + type.getName());
        while (files.hasMoreElements()) {
            names.addAll(namesIn(files.nextElement()));
        }
        return names;
    }

    private static <T> List<Class<? extends T>> typesOf(ServiceLoader<T> loader) {
        return loader.stream().<Class<? extends T>>map(ServiceLoader.Provider::type).toList();
    }

    private static <T> T refusing(Class<?> type, ClassLoader loader, Supplier<T> loading) {
        try {
            return loading.get();
        } catch (ServiceConfigurationError | LinkageError e) {
            String said = String.valueOf(e.getMessage());
            throw new QuantizationException(
                    Problem.of("an extension on the class path can't be loaded")
                            .in(String.join(", ", naming(type, loader, said)))
                            .at("META-INF/services/" + type.getName())
                            .actual(e.getCause() == null ? said : said + ": " + e.getCause())
                            .next("Mend the jar that names it, or take it off the class path"),
                    e);
        }
    }

    /** The jars and folders whose services file names a class of the message; all, if none does. */
    private static List<String> naming(Class<?> type, ClassLoader loader, String message) {
        String name = "META-INF/services/" + type.getName();
        List<String> all = new ArrayList<>();
        List<String> guilty = new ArrayList<>();
        try {
            Enumeration<URL> files =
                    loader == null
                            ? ClassLoader.getSystemResources(name)
                            : loader.getResources(name);
            while (files.hasMoreElements()) {
                URL file = files.nextElement();
                String place =
                        file.toString()
                                .replace(name, "")
                                .replaceFirst("^jar:", "")
                                .replaceFirst("!/$", "");
                all.add(place);
                if (namesClassOf(file, message)) {
                    guilty.add(place);
                }
            }
        } catch (IOException unreadable) {
            // Then the message alone has to say it.
            return List.of();
        }
        return guilty.isEmpty() ? all : guilty;
    }

    private static boolean namesClassOf(URL file, String message) throws IOException {
        return namesIn(file).stream()
                .anyMatch(
                        name -> message.contains(name) || message.contains(name.replace('.', '/')));
    }

    private static List<String> namesIn(URL file) throws IOException {
        URLConnection connection = file.openConnection();
        // A shared jar would stay open behind its loader.
        connection.setUseCaches(false);
        List<String> names = new ArrayList<>();
        try (InputStream stream = connection.getInputStream()) {
            String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.split("\n")) {
                int comment = line.indexOf('#');
                String name = (comment < 0 ? line : line.substring(0, comment)).strip();
                if (!name.isEmpty()) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
