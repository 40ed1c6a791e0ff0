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

import io.github.djlquant.RecipeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizationArgumentTest {

    @ParameterizedTest
    @EnumSource(QuantizationArgument.class)
    void eachIsFoundByItsName(QuantizationArgument argument) {
        assertThat(QuantizationArgument.named(argument.text())).contains(argument);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "callibration",
                "calibration-size",
                "sample",
                "targett",
                "ignoregate",
                "ignoreGates",
                "userTranslatorFactor",
                "blockEngin",
                "quantisation",
                "quantizationRecipe"
            })
    void whatLooksLikeOneIsRefused(String name) {
        assertThatThrownBy(() -> QuantizationArgument.named(name))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining(name);
    }

    /** An empty path is the working folder, whose images nobody meant. */
    @Test
    void whatSaysNothingIsRefused() {
        for (String name : List.of("calibration", "quantization", "userTranslatorFactory")) {
            assertThatThrownBy(() -> QuantizationArguments.of(Map.of(name, " ")))
                    .isInstanceOf(RecipeException.class)
                    .hasMessageContaining(name)
                    .hasMessageContaining("an empty text");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "width", "height", "topK", "blockFactory", "blockName", "batchifier", "synset",
                "tokenizer", "maxLength", "padding", "threshold", "applySoftmax", "simple", "tags"
            })
    void argumentsOfTranslatorsAreTheirs(String name) {
        assertThat(QuantizationArgument.named(name)).isEmpty();
    }
}
