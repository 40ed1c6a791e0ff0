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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.QuantizationException;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was begun before is what would be made now, or is not taken. */
class KeyPartsTest {

    @TempDir private Path folder;

    private final ClassLoader usual = Thread.currentThread().getContextClassLoader();
    private final List<Recipe> recipes = List.of(Recipe.staticInt8());

    @AfterEach
    void useTheUsualClassPath() {
        Thread.currentThread().setContextClassLoader(usual);
        KeyParts.forget();
    }

    /** A class path on which a jar contributes a transform. */
    private void contribute(String transform) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(BlockTransform.class.getName()), transform);
        URL[] place = {folder.toUri().toURL()};
        Thread.currentThread().setContextClassLoader(new URLClassLoader(place, usual));
    }

    @Test
    void whatWasBegunIsTheSame() {
        KeyParts fresh = KeyParts.take(recipes);
        assertThat(fresh.recipes()).containsExactly(RecordText.of(recipes.get(0)));
        assertThat(fresh.code()).contains("transform");

        KeyParts.begin(recipes);

        assertThat(KeyParts.take(recipes)).isEqualTo(fresh);
        assertThat(KeyParts.take(recipes)).as("taken once").isEqualTo(fresh);
    }

    @Test
    void recipesThatOnlyTheModelTellsAreItsOwn() {
        KeyParts.begin(List.of());

        assertThat(KeyParts.take(recipes).recipes())
                .containsExactly(RecordText.of(Recipe.staticInt8()));
    }

    @Test
    void anotherClassPathHasItsOwnTransforms() throws IOException {
        KeyParts.begin(recipes);
        contribute(Another.class.getName());

        assertThat(KeyParts.take(recipes).code()).anyMatch(code -> code.contains("Another"));
    }

    @Test
    void theClassPathIsThatOfTheThreadThatBegan() throws IOException {
        contribute(Another.class.getName());
        KeyParts.begin(recipes);

        assertThat(KeyParts.take(recipes).code()).anyMatch(code -> code.contains("Another"));
    }

    @Test
    void whatCanNotBeLoadedIsRefusedByWhoTakesIt() throws IOException {
        contribute("com.example.Gone");
        KeyParts.begin(recipes);

        assertThatThrownBy(() -> KeyParts.take(recipes))
                .isInstanceOf(QuantizationException.class)
                .hasMessageContaining("com.example.Gone");
    }

    /** Its code counts as if it were loaded. */
    @Test
    void aTransformIsKnownByItsCodeThoughItIsNotLoaded() throws IOException {
        contribute(Another.class.getName() + " # a transform");
        List<String> loaded = new ArrayList<>();
        ClassLoader watched =
                new ClassLoader(Thread.currentThread().getContextClassLoader()) {
                    @Override
                    protected Class<?> loadClass(String name, boolean resolve)
                            throws ClassNotFoundException {
                        loaded.add(name);
                        return super.loadClass(name, resolve);
                    }
                };
        Thread.currentThread().setContextClassLoader(watched);

        KeyParts parts = KeyParts.take(recipes);

        SourceDigests digests = new SourceDigests(QuantizationCache.folder());
        assertThat(parts.code()).contains(new ExtensionCode(digests).of(Another.class));
        assertThat(loaded).isEmpty();
    }

    /** Stands for a transform of somebody else's. */
    public static final class Another implements BlockTransform {

        /** Called by ServiceLoader. */
        public Another() {}

        @Override
        public Phase phase() {
            return Phase.FUSE;
        }

        @Override
        public Graph apply(Graph graph, TransformContext context) {
            return graph;
        }
    }
}
