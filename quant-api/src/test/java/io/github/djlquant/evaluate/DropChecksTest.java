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

/** What a judgement says of a drop is what its interval shows, and no more. */
class DropChecksTest {

    private static GateResult judge(long samples, long lost, long gained) {
        OutputError output = new OutputError("y", samples, 30, 0.999, 1, true, 0.01, 0);
        return Gate.judge(
                new Evaluation(
                        List.of(output),
                        samples,
                        true,
                        Optional.of(
                                new Evaluation.Accuracy(samples, samples * 8 / 10, lost, gained)),
                        Optional.empty()),
                GateThresholds.DEFAULT);
    }

    private static String text(GateResult result) {
        return result.checks().stream()
                .filter(check -> check.name().equals("drop"))
                .findFirst()
                .orElseThrow()
                .text();
    }

    @Test
    void anIntervalBelowTheLimitIsWithin() {
        GateResult result = judge(10_000, 60, 55);

        assertThat(result.passed()).isTrue();
        assertThat(text(result))
                .startsWith(
                        "top-1 went from 80.00 % to 79.95 %, within 1.00 points (95 % interval -0.")
                .endsWith(" points)");
        assertThat(result.warnings()).isEmpty();
    }

    @Test
    void anIntervalThatHoldsTheLimitShowsNothing() {
        GateResult little = judge(100, 1, 1);

        assertThat(text(little))
                .startsWith(
                        "top-1 went from 80.00 % to 80.00 %, not shown to fall by more than 1.00"
                                + " points (95 % interval -");
        assertThat(little.passed()).isTrue();
        assertThat(little.warnings()).as("nor did it fall").isEmpty();

        GateResult more = judge(100, 5, 1);
        assertThat(more.passed()).isTrue();
        assertThat(more.warnings()).containsExactly(text(more));
    }

    @Test
    void anIntervalAboveTheLimitFails() {
        GateResult result = judge(1000, 60, 5);

        assertThat(result.failures())
                .singleElement()
                .asString()
                .startsWith(
                        "top-1 fell from 80.00 % to 74.50 %, by more than 1.00 points (95 %"
                                + " interval ");
    }
}
