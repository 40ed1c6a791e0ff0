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

import io.github.djlquant.backend.CpuClass;
import io.github.djlquant.backend.Target;
import io.github.djlquant.calibrate.RangeMethod;
import io.github.djlquant.recipe.GateThresholds;
import io.github.djlquant.recipe.QuantizedEngine;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.recipe.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordTextTest {

    @Test
    void saysWhatTheRecordItselfSays() {
        Target any = new Target("any", null, true, "1.21.1");
        assertThat(RecordText.of(any)).isEqualTo(any.toString()).contains("kernels=Kernels[");
        Target here = new Target("here", CpuClass.X86_VNNI, false, "1.29.0");
        assertThat(RecordText.of(here)).isEqualTo(here.toString());
    }

    /** A key is made of it: what differs must not read the same. */
    @Test
    void tellsAllRecipesApart() {
        Recipe plain = Recipe.staticInt8();
        assertThat(RecordText.of(plain)).isEqualTo(plain.toString());
        List<Recipe> recipes =
                List.of(
                        plain,
                        Recipe.dynamicInt8(),
                        Recipe.staticInt8(QuantizedEngine.QNNPACK),
                        plain.withRanges(new RangeMethod.Mse(2.5)),
                        plain.withRanges(new RangeMethod.Percentile(99)),
                        plain.withScope(new Scope(List.of("a, b"), List.of(), List.of())),
                        plain.withScope(new Scope(List.of("a", "b"), List.of(), List.of())),
                        plain.withScope(new Scope(List.of("a\\", "b"), List.of(), List.of())),
                        plain.withScope(new Scope(List.of("a], exclude=[b"), List.of(), List.of())),
                        plain.withScope(new Scope(List.of("a"), List.of("b"), List.of())),
                        plain.withGate(GateThresholds.DEFAULT.withMinSqnr(25)),
                        plain.withGate(GateThresholds.DEFAULT.withMinSpeedup(25)),
                        plain.withGate(GateThresholds.DEFAULT.requiringDrop()));
        assertThat(recipes.stream().map(RecordText::of)).doesNotHaveDuplicates();
    }
}
