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
package io.github.djlquant.plan;

import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import io.github.djlquant.scheme.TensorScheme.Symmetry;

/** Which of a recipe's number formats the integer kernels take. */
final class SchemeRules {

    private SchemeRules() {}

    /** Kernels with ranges from calibration: 8-bit activations, int8 weights around 0. */
    static void requireStatic(Recipe recipe) {
        TensorScheme activations = recipe.activations();
        if (activations.type() != QuantType.UINT8 && activations.type() != QuantType.INT8) {
            throw refusal(
                    recipe,
                    "activations.type",
                    "static quantization computes on activations of 8 bits",
                    "uint8 or int8",
                    activations.type());
        }
        if (!(activations.granularity() instanceof Granularity.PerTensor)) {
            throw refusal(
                    recipe,
                    "activations.granularity",
                    "integer kernels take one scale per activation",
                    "per-tensor",
                    activations.granularity());
        }
        if (recipe.weights().type() != QuantType.INT8) {
            throw refusal(
                    recipe,
                    "weights.type",
                    "static quantization multiplies weights of 8 bits with a sign",
                    "int8",
                    recipe.weights().type());
        }
        requireWeights(recipe);
    }

    /** Kernels that find ranges at run time also take uint8 weights, with any zero point. */
    static void requireDynamic(Recipe recipe) {
        QuantType type = recipe.weights().type();
        if (type != QuantType.INT8 && type != QuantType.UINT8) {
            throw refusal(
                    recipe,
                    "weights.type",
                    "dynamic quantization multiplies weights of 8 bits",
                    "int8 or uint8",
                    type);
        }
        requireWeights(recipe);
    }

    /** Only around 0 is it known which int8 weights no kernel saturates with. */
    private static void requireWeights(Recipe recipe) {
        TensorScheme weights = recipe.weights();
        if (weights.granularity() instanceof Granularity.PerGroup) {
            throw refusal(
                    recipe,
                    "weights.granularity",
                    "integer kernels take one scale per weight or per output channel",
                    "per-tensor or per-channel",
                    weights.granularity());
        }
        if (weights.type() == QuantType.INT8 && weights.symmetry() == Symmetry.ASYMMETRIC) {
            throw refusal(
                    recipe,
                    "weights.symmetry",
                    "int8 weights have the zero point 0",
                    "symmetric or symmetric-full",
                    weights.symmetry());
        }
    }

    private static RecipeException refusal(
            Recipe recipe, String key, String what, String expected, Object actual) {
        return new RecipeException(
                Problem.of(what)
                        .at("recipe " + recipe.name() + ", " + key)
                        .expected(expected)
                        .actual(actual)
                        .next("Change " + key + " in the recipe"));
    }
}
