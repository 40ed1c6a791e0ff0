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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.recipe.Recipe;
import java.nio.file.Path;

/** Whether the artifact, which is one file, can be one at all: known before any work is done. */
final class OneFile {

    private OneFile() {}

    /**
     * Refuses a model whose weights don't fit even if the recipe quantizes all of them.
     *
     * @param most the bytes of weights that a file of the engine holds
     * @param source named in errors
     * @throws UnsupportedModelException if they are more
     */
    static void require(Graph graph, Recipe recipe, long most, Path source) {
        long least =
                graph.constants().values().stream()
                        .mapToLong(tensor -> least(tensor, recipe))
                        .sum();
        if (least > most) {
            throw new UnsupportedModelException(
                    Problem.of("the result would not fit one file")
                            .in(source)
                            .at("recipe " + recipe.name())
                            .expected("at most " + most + " bytes of weights")
                            .actual("at least " + least)
                            .next(
                                    recipe.method() == Method.FLOAT
                                            ? "Choose a recipe that quantizes the weights"
                                            : "Split the model, or choose weights of fewer bits"));
        }
    }

    private static long least(Tensor tensor, Recipe recipe) {
        long bytes = tensor.storage().byteSize();
        return recipe.method() == Method.FLOAT || !tensor.dataType().isFloatingPoint()
                ? bytes
                : Math.min(
                        bytes,
                        tensor.elementCount() * recipe.weights().type().dataType().bits() / 8);
    }
}
