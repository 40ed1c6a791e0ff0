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
package io.github.djlquant.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlquant.recipe.GateThresholds;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GateTest {

    private static final GateThresholds THRESHOLDS = GateThresholds.DEFAULT;

    private static List<String> failures(
            boolean realData, boolean classScores, double cosine, double flips) {
        OutputError output = new OutputError("y", 200, 10, cosine, 1, classScores, flips, 0);
        return Gate.failures(
                new Evaluation(List.of(output), 200, realData, Optional.empty(), Optional.empty()),
                THRESHOLDS);
    }

    @Test
    void seesCollapseOnInputsMadeFromTheSignatureWhateverTheOutputMeans() {
        for (boolean classScores : new boolean[] {false, true}) {
            assertThat(failures(false, classScores, 0.01, 1))
                    .singleElement()
                    .asString()
                    .contains("mean cosine 0.0100 is below 0.5000");
        }
    }

    @Test
    void judgesNothingElseOnInputsMadeFromTheSignature() {
        assertThat(failures(false, true, 0.6, 1)).isEmpty();
        assertThat(failures(false, false, 0.6, 0)).isEmpty();
    }

    @Test
    void judgesCosineAndFlipsOfClassScoresOnRealData() {
        assertThat(failures(true, true, 0.999, 0.01)).isEmpty();
        assertThat(failures(true, true, 0.97, 0.2)).hasSize(2);
        assertThat(failures(true, false, 0.97, 0.2)).hasSize(1);
    }
}
