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
package io.github.djlquant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.RecipeException;
import io.github.djlquant.backend.Target;
import io.github.djlquant.recipe.QuantizedEngine;
import io.github.djlquant.recipe.Recipe;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The libraries of kernels that a recipe can name are PyTorch's. */
class QuantizedEngineTest {

    @ParameterizedTest
    @EnumSource
    void isRefusedForOnnx(QuantizedEngine engine) {
        OnnxBackend backend = new OnnxBackend();
        assertThat(backend.target(Target.Name.ANY, Recipe.staticInt8()))
                .isEqualTo(backend.target(Target.Name.ANY));
        assertThatThrownBy(() -> backend.target(Target.Name.ANY, Recipe.staticInt8(engine)))
                .isInstanceOf(RecipeException.class)
                .hasMessageContaining("OnnxRuntime has one library of integer kernels")
                .hasMessageContaining("recipe " + engine.text() + ", quantizedEngine")
                .hasMessageContaining(".pt");
    }
}
