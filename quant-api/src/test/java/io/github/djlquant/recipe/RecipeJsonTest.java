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
package io.github.djlquant.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.RecipeException;
import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.recipe.GateThresholds.Limit;
import io.github.djlquant.scheme.Granularity;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.scheme.TensorScheme;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeJsonTest {

    @Test
    void presetsSurviveTheRoundTrip() {
        for (Recipe recipe : List.of(Recipe.staticInt8(), Recipe.dynamicInt8())) {
            assertThat(RecipeJson.parse(RecipeJson.print(recipe), "test")).isEqualTo(recipe);
        }
    }

    @Test
    void everyFieldSurvivesTheRoundTrip() {
        List<RangeMethod> methods =
                List.of(
                        new RangeMethod.MinMax(),
                        new RangeMethod.MovingAverage(),
                        new RangeMethod.Percentile(99.5),
                        new RangeMethod.Entropy(),
                        new RangeMethod.Mse(3));
        assertThat(methods.stream().<Class<?>>map(Object::getClass))
                .as("a new kind of RangeMethod needs its JSON form")
                .containsExactlyInAnyOrder(RangeMethod.class.getPermittedSubclasses());
        for (RangeMethod method : methods) {
            Recipe recipe =
                    new Recipe(
                            "mine",
                            Method.DYNAMIC,
                            new TensorScheme(
                                    QuantType.INT8,
                                    TensorScheme.Symmetry.SYMMETRIC_FULL,
                                    Granularity.PER_TENSOR),
                            new TensorScheme(
                                    QuantType.INT4,
                                    TensorScheme.Symmetry.SYMMETRIC,
                                    new Granularity.PerGroup(0, 64)),
                            method,
                            false,
                            false,
                            false,
                            Optional.of(QuantizedEngine.ONEDNN),
                            Fusion.NONE,
                            new Scope(List.of("layer1/*"), List.of("head"), List.of("Softmax")),
                            new GateThresholds(0.1, 0.9, 0.02)
                                    .requiring(Set.of(Limit.DROP, Limit.FLIPS)));
            assertThat(RecipeJson.parse(RecipeJson.print(recipe), "test")).isEqualTo(recipe);
        }
    }

    @Test
    void presetsByEngineAreNamedLikeTheEngine() {
        for (QuantizedEngine engine : QuantizedEngine.values()) {
            Recipe preset = Recipe.named(engine.text()).orElseThrow();
            assertThat(preset)
                    .isEqualTo(Recipe.staticInt8(engine))
                    .isEqualTo(RecipeJson.parse("{\"name\": \"" + engine.text() + "\"}", "test"));
            assertThat(preset.withName("static-int8"))
                    .isEqualTo(Recipe.staticInt8().withQuantizedEngine(engine));
        }
        assertThat(RecipeJson.print(Recipe.staticInt8())).doesNotContain("quantizedEngine");
    }

    @Test
    void absentKeysKeepThePreset() {
        Recipe recipe =
                RecipeJson.parse("{\"name\": \"static-int8\", \"fusion\": \"none\"}", "test");
        assertThat(recipe).isEqualTo(Recipe.staticInt8().withFusion(Fusion.NONE));
    }

    @Test
    void aNameOfOnesOwnSaysTheMethod() {
        assertThat(RecipeJson.parse("{\"name\": \"mine\", \"method\": \"static\"}", "test"))
                .isEqualTo(Recipe.staticInt8().withName("mine"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"fusoin\": \"none\"} | fusoin: an unknown key",
                "{\"ranges\": {\"method\": \"mse\", \"pow\": 2}} | ranges.pow: an unknown key",
                "{\"ranges\": {\"method\": \"best\"}} | ranges.method: an invalid value",
                "{\"ranges\": {\"method\": \"percentile\", \"percent\": 200}} | ranges: an invalid value; found a percentile lies in (50, 100]",
                "{\"quantizedEngine\": \"cudnn\"} | quantizedEngine: an invalid value; expected x86, fbgemm, onednn, qnnpack",
                "{\"version\": 2} | a recipe of another version; expected 1, found 2",
                "{\"method\": 3} | method: an invalid value; expected a string",
                "{\"gate\": {\"maxFlips\": 7}} | gate: an invalid value; found gate thresholds lie in [0, 1]",
                "{\"gate\": {\"maxFlips\": 0.1, \"maxFlips\": 0.9}} | $.gate.maxFlips: a key stands twice",
                "[] | expected a JSON object",
                "{\"gate\": []} | gate: not a recipe; expected a JSON object",
                "{ | the JSON is malformed",
                "{\"name\": \"dynamic_int8\"} | name: no such preset; expected static-int8, dynamic-int8",
            })
    void whatIsWrongIsNamed(String json, String message) {
        assertThatThrownBy(() -> RecipeJson.parse(json, "my.json"))
                .isInstanceOf(RecipeException.class)
                .hasMessageStartingWith("my.json: ")
                .hasMessageContaining(message);
    }
}
