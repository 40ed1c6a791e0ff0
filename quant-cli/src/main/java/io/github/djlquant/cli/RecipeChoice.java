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

import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.recipe.RecipeJson;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;

/**
 * What {@code --recipe} names: a preset or a file. The file is read when the command runs, so that
 * its mistakes are reported as those of a recipe.
 *
 * @param text as it stood on the command line
 */
record RecipeChoice(String text) {

    /** Tells whether the best recipe is to be found. */
    boolean isAuto() {
        return text.equals("auto");
    }

    Recipe recipe() {
        return Recipe.named(text).orElseGet(() -> RecipeJson.load(Path.of(text)));
    }

    /** Takes the argument as it is. */
    static final class Converter implements ITypeConverter<RecipeChoice> {
        @Override
        public RecipeChoice convert(String text) {
            return new RecipeChoice(text);
        }
    }
}
