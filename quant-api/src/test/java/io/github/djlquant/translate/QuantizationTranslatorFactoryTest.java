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

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.translate.NoopServingTranslatorFactory;
import ai.djl.translate.NoopTranslator;
import io.github.djlquant.RecipeException;
import io.github.djlquant.recipe.Recipe;
import org.junit.jupiter.api.Test;

class QuantizationTranslatorFactoryTest {

    /** DJL takes another factory, and the float model, wherever one says no. */
    @Test
    void everyPairOfTypesIsTaken() {
        QuantizationTranslatorFactory built =
                QuantizationTranslatorFactory.builder()
                        .setRecipe(Recipe.dynamicInt8())
                        .optTranslatorFactory(new NoopServingTranslatorFactory())
                        .build();

        assertThat(built.isSupported(Input.class, Output.class)).isTrue();
        assertThat(built.isSupported(Void.class, Thread.class)).isTrue();
        assertThat(new QuantizationTranslatorFactory().isSupported(Void.class, Thread.class))
                .isTrue();
    }

    /** Serving asks which types there are. */
    @Test
    void theTypesAreThoseOfTheUsersFactory() {
        NoopServingTranslatorFactory users = new NoopServingTranslatorFactory();

        assertThat(
                        QuantizationTranslatorFactory.builder()
                                .setRecipe(Recipe.dynamicInt8())
                                .optTranslatorFactory(users)
                                .build()
                                .getSupportedTypes())
                .isEqualTo(users.getSupportedTypes())
                .isNotEmpty();
        assertThat(new QuantizationTranslatorFactory().getSupportedTypes()).isEmpty();
    }

    @Test
    void contradictionsAreRefused() {
        assertThatThrownBy(() -> QuantizationTranslatorFactory.builder().build())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("the recipe is missing");
        assertThatThrownBy(
                        () ->
                                QuantizationTranslatorFactory.builder()
                                        .setRecipe(Recipe.dynamicInt8())
                                        .optTranslator(new NoopTranslator())
                                        .optTranslatorFactory(new NoopServingTranslatorFactory())
                                        .build())
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("both a translator and a translator factory");
    }
}
