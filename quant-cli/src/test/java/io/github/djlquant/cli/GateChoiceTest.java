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

import io.github.djlquant.evaluate.Task;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.GateThresholds.Limit;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class GateChoiceTest {

    private static GateThresholds convert(String text) {
        return new GateChoice.Converter().convert(text).over(GateThresholds.DEFAULT);
    }

    @Test
    void eachLimitHasItsUnit() {
        assertThat(convert("flips=0.02, cosine=0.99,drop=0.5,slice-drop=3,sqnr=25,speedup=1.5"))
                .isEqualTo(
                        new GateThresholds(0.02, 0.99, 0.005)
                                .withMaxSliceDrop(0.03)
                                .withMinSqnr(25)
                                .withMinSpeedup(1.5)
                                .requiring(
                                        Set.of(
                                                Limit.FLIPS,
                                                Limit.COSINE,
                                                Limit.DROP,
                                                Limit.SLICE_DROP)));
    }

    @Test
    void whatIsNotNamedKeepsItsDefault() {
        assertThat(convert("flips=0.02"))
                .isEqualTo(
                        new GateThresholds(
                                        0.02,
                                        GateThresholds.DEFAULT.minCosine(),
                                        GateThresholds.DEFAULT.maxDrop())
                                .requiring(Set.of(Limit.FLIPS)));
    }

    @ParameterizedTest
    @CsvSource({
        "flip=1, none of flips",
        "flips, no limit such as",
        "flips=few, no number",
        "flips=5%, no number such as 0.05 (a share)",
        "flips=5, are shares from 0 to 1",
        "flips=-1, flips=-1"
    })
    void mistakesAreNamed(String text, String reason) {
        assertThatThrownBy(() -> convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void readsWhatTextAndBoxesMustReach() {
        GateThresholds read = convert("divergence=0.02,detections=0.9");
        assertThat(read)
                .isEqualTo(
                        GateThresholds.DEFAULT
                                .withMaxDivergence(0.02)
                                .withMinDetections(0.9)
                                .requiring(Set.of(Limit.DIVERGENCE, Limit.DETECTIONS)));
    }

    @Test
    void whatARecipeSaysIsKept() {
        GateThresholds recipe =
                new GateThresholds(0.01, 0.9, 0.02)
                        .withMaxSliceDrop(0.03)
                        .withMinSqnr(20)
                        .withMaxDivergence(0.3)
                        .requiring(Set.of(Limit.COSINE));

        assertThat(new GateChoice.Converter().convert("sqnr=25,flips=0.02").over(recipe))
                .isEqualTo(
                        new GateThresholds(0.02, 0.9, 0.02)
                                .withMaxSliceDrop(0.03)
                                .withMinSqnr(25)
                                .withMaxDivergence(0.3)
                                .requiring(Set.of(Limit.COSINE, Limit.FLIPS)));
    }

    @Test
    void readsTasksByTheirNames() {
        TaskOption.Converter converter = new TaskOption.Converter();
        assertThat(converter.convert("language-model")).isEqualTo(Task.LANGUAGE_MODEL);
        assertThatThrownBy(() -> converter.convert("regression"))
                .hasMessageContaining("classification, embedding, language-model");
    }
}
