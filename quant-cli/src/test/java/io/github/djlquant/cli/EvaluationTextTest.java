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

import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.OutputError;
import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluationTextTest {

    @Test
    void namesCantMoveTheTerminalsCursor() {
        String hostile = "\u001b[2J\u009b1A\u202e";
        Slice slice =
                new Slice(
                        hostile + "cat",
                        10,
                        1,
                        1,
                        0,
                        ConfidenceInterval.UNKNOWN,
                        0,
                        Optional.empty(),
                        true);
        Evaluation evaluation =
                new Evaluation(
                                List.of(new OutputError(hostile + "y", 10, 30, 1, 0, true, 0, 0)),
                                10,
                                true,
                                Optional.empty(),
                                Optional.empty())
                        .with()
                        .optSlices(
                                List.of(
                                        new Slices(
                                                hostile + "column",
                                                Slices.Kind.METADATA,
                                                "top-1",
                                                "Holm",
                                                30,
                                                List.of(slice),
                                                0)))
                        .build();

        String text = EvaluationText.of(evaluation);

        assertThat(text)
                .contains("y: SQNR 30.0 dB", "column, top-1:", "cat: 1.0000")
                .doesNotContain("\u001b", "\u009b", "\u202e");
        assertThat(text.lines()).hasSize(2);
    }
}
