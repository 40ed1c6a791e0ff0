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

import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
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
        return refusing(
                type, () -> ServiceLoader.load(type).stream().map(found -> found.get()).toList());
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
        return refusing(type, () -> typesOf(ServiceLoader.load(type)));
    }

    private static <T> List<Class<? extends T>> typesOf(ServiceLoader<T> loader) {
        return loader.stream().<Class<? extends T>>map(ServiceLoader.Provider::type).toList();
    }

    private static <T> T refusing(Class<?> type, Supplier<T> loading) {
        try {
            return loading.get();
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new QuantizationException(
                    Problem.of("an extension on the class path can't be loaded")
                            .at("META-INF/services/" + type.getName())
                            .actual(
                                    e.getCause() == null
                                            ? e.getMessage()
                                            : e.getMessage() + ": " + e.getCause())
                            .next("Mend the jar that names it, or take it off the class path"),
                    e);
        }
    }
}
