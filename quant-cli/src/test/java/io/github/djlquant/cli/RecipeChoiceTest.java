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
package io.github.djlquant.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.RecipeException;
import io.github.djlquant.recipe.Fusion;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.recipe.RecipeJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeChoiceTest {

    @TempDir private Path folder;

    @Test
    void namesAPreset() {
        assertThat(new RecipeChoice("dynamic-int8").recipe()).isEqualTo(Recipe.dynamicInt8());
    }

    @Test
    void readsAFile() throws IOException {
        Recipe recipe = Recipe.staticInt8().withFusion(Fusion.NONE);
        Path file = Files.writeString(folder.resolve("mine.json"), RecipeJson.print(recipe));
        assertThat(new RecipeChoice(file.toString()).recipe()).isEqualTo(recipe);
    }

    @Test
    void refusesWhatIsNeither() {
        assertThatThrownBy(() -> new RecipeChoice("static-int9").recipe())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("static-int9")
                .hasMessageContaining("expected static-int8, dynamic-int8");
    }

    @Test
    void refusesAFolderAndWhatIsNoText() throws IOException {
        assertThatThrownBy(() -> new RecipeChoice(folder.toString()).recipe())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("small JSON file");
        Path binary = Files.write(folder.resolve("net.onnx"), new byte[] {8, (byte) 0xFF, 1});
        assertThatThrownBy(() -> new RecipeChoice(binary.toString()).recipe())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void namesTheFileWhoseKeyIsUnknown() throws IOException {
        Path file = Files.writeString(folder.resolve("typo.json"), "{\"fussion\": \"none\"}");
        assertThatThrownBy(() -> new RecipeChoice(file.toString()).recipe())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("typo.json")
                .hasMessageContaining("fussion");
    }
}
