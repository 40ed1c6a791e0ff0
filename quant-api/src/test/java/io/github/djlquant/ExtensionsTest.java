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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars of a third party, sound and broken. */
class ExtensionsTest {

    @TempDir private Path jar;

    /** Sound. */
    public static class Nothing implements BlockTransform {

        @Override
        public Phase phase() {
            return Phase.FUSE;
        }

        @Override
        public Graph apply(Graph graph, TransformContext context) {
            return graph;
        }
    }

    /** Can't be made. */
    public static final class Unready extends Nothing {

        /** Fails. */
        public Unready() {
            throw new IllegalStateException("its licence is missing");
        }
    }

    private void with(String named, Runnable question) throws Exception {
        Path services = Files.createDirectories(jar.resolve("META-INF/services"));
        Files.writeString(services.resolve(BlockTransform.class.getName()), named);
        ClassLoader usual = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            question.run();
        } finally {
            Thread.currentThread().setContextClassLoader(usual);
        }
    }

    @Test
    void whatAJarNamesIsFound() throws Exception {
        with(
                Nothing.class.getName(),
                () -> {
                    assertThat(TransformPipeline.load().transforms())
                            .hasAtLeastOneElementOfType(Nothing.class)
                            .hasSizeGreaterThan(1);
                    assertThat(Extensions.classes(BlockTransform.class)).contains(Nothing.class);
                });
    }

    @Test
    void aClassThatIsNotThereIsNamed() throws Exception {
        with(
                "com.example.Gone",
                () -> {
                    assertThatThrownBy(TransformPipeline::load)
                            .isInstanceOf(QuantizationException.class)
                            .hasMessageContainingAll(
                                    "com.example.Gone",
                                    BlockTransform.class.getName(),
                                    jar.getFileName().toString());
                    assertThatThrownBy(() -> Extensions.classes(BlockTransform.class))
                            .isInstanceOf(QuantizationException.class)
                            .hasMessageContaining("com.example.Gone");
                });
    }

    @Test
    void aClassThatCannotBeMadeTellsItsReason() throws Exception {
        with(
                Unready.class.getName(),
                () ->
                        assertThatThrownBy(TransformPipeline::load)
                                .isInstanceOf(QuantizationException.class)
                                .hasMessageContainingAll(
                                        Unready.class.getName(), "its licence is missing"));
    }

    /** Backends are looked for by the loader of this project's own classes. */
    @Test
    void aBackendThatIsNotThereIsNamedWithItsJar() throws Exception {
        Path services = Files.createDirectories(jar.resolve("META-INF/services"));
        Files.writeString(services.resolve(Backend.class.getName()), "com.example.Gone # ours");
        URL[] path = {
            jar.toUri().toURL(), Backends.class.getProtectionDomain().getCodeSource().getLocation()
        };
        try (URLClassLoader loader =
                new URLClassLoader(path, getClass().getClassLoader()) {
                    @Override
                    protected Class<?> loadClass(String name, boolean resolve)
                            throws ClassNotFoundException {
                        // Its own copy, so that it is the loader that is asked.
                        return name.equals(Backends.class.getName())
                                ? findClass(name)
                                : super.loadClass(name, resolve);
                    }
                }) {
            Method all = loader.loadClass(Backends.class.getName()).getMethod("all");
            assertThatThrownBy(() -> all.invoke(null))
                    .cause()
                    .isInstanceOf(QuantizationException.class)
                    .hasMessageContainingAll(
                            "com.example.Gone",
                            Backend.class.getName(),
                            jar.getFileName().toString());
        }
    }
}
