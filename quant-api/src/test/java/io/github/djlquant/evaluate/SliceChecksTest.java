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
import java.util.Set;
import org.junit.jupiter.api.Test;

class SliceChecksTest {

    private static final GateThresholds INSISTING =
            GateThresholds.DEFAULT.requiring(Set.of(GateThresholds.Limit.SLICE_DROP));

    /** A slice that fell by so much, and how likely chance makes that, corrected. */
    private static Slice slice(String name, double drop, double pValue) {
        return new Slice(
                name,
                100,
                0.9,
                0.9 - drop,
                drop,
                new ConfidenceInterval(drop - 0.1, drop + 0.1),
                drop,
                Optional.of(pValue),
                false);
    }

    private static GateResult judge(String metric, GateThresholds thresholds, Slice... slices) {
        OutputError output = new OutputError("y", 200, 30, 0.999, 1, true, 0.01, 0);
        return Gate.judge(
                new Evaluation(List.of(output), 200, true, Optional.empty(), Optional.empty())
                        .with()
                        .optSlices(
                                List.of(
                                        new Slices(
                                                "time",
                                                Slices.Kind.METADATA,
                                                metric,
                                                "Holm",
                                                30,
                                                List.of(slices),
                                                0)))
                        .build(),
                thresholds);
    }

    @Test
    void aSliceThatFellIsRefusedByDefaultAndNamed() {
        GateResult result =
                judge(
                        "top-1",
                        GateThresholds.DEFAULT,
                        slice("night", 0.2, 1e-4),
                        slice("dusk", 0.1, 1e-3),
                        slice("day", 0, 1));

        assertThat(result.failures())
                .containsExactly(
                        "time night: top-1 from 0.9000 to 0.7000, by more than 0.0500, and so did 1"
                                + " more by time");
        assertThat(result.culprits())
                .extracting(GateResult.Culprit::name)
                .containsExactly("time night", "time dusk");
        assertThat(result.warnings()).isEmpty();
    }

    /** Of what passed the worst one tells enough. */
    @Test
    void whatChanceExplainsPasses() {
        GateResult result =
                judge(
                        "top-1",
                        GateThresholds.DEFAULT,
                        slice("night", 0.2, 0.3),
                        slice("day", 0.1, 1));

        assertThat(result.passed()).isTrue();
        assertThat(result.checks())
                .filteredOn(check -> check.name().equals("slice-drop"))
                .extracting(GateResult.Check::text)
                .containsExactly(
                        "time night: top-1 from 0.9000 to 0.7000, by more than 0.0500, which may be"
                                + " chance");
    }

    @Test
    void aSmallDropPassesHoweverCertain() {
        assertThat(judge("top-1", GateThresholds.DEFAULT, slice("night", 0.04, 1e-9)).checks())
                .extracting(GateResult.Check::text)
                .contains("time night: top-1 from 0.9000 to 0.8600, within 0.0500");
        assertThat(
                        judge(
                                        "top-1",
                                        GateThresholds.DEFAULT.withMaxSliceDrop(0.03),
                                        slice("night", 0.04, 1e-9))
                                .passed())
                .isFalse();
        assertThat(
                        judge(
                                        "top-1",
                                        GateThresholds.DEFAULT.withMaxSliceDrop(1),
                                        slice("night", 0.9, 1e-9))
                                .passed())
                .isTrue();
    }

    @Test
    void withoutLabelsItIsAWarningUnlessInsistedOn() {
        Slice night = slice("night", 0.2, 1e-4);
        GateResult byDefault = judge("agreement", GateThresholds.DEFAULT, night);

        assertThat(byDefault.passed()).isTrue();
        assertThat(byDefault.warnings())
                .containsExactly(
                        "time night: agreement from 0.9000 to 0.7000, by more than 0.0500");
        assertThat(judge("agreement", INSISTING, night).failures()).hasSize(1);
    }

    @Test
    void nothingButSmallSlicesIsNotMeasured() {
        Slice small =
                new Slice(
                        "night", 3, 1, 0, 1, ConfidenceInterval.UNKNOWN, 1, Optional.empty(), true);

        assertThat(judge("top-1", GateThresholds.DEFAULT, small).passed()).isTrue();
        assertThat(judge("top-1", INSISTING, small).failures())
                .singleElement()
                .asString()
                .startsWith("slice-drop has a limit and was not measured");
    }
}
