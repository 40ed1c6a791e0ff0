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

import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.graph.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputKindTest {

    private static PairedBatch batch(Tensor output) {
        return new PairedBatch(
                new Feed(Map.of("ids", Tensor.ofLongs(new long[6], 2, 3)), 2, 0),
                Map.of("y", output),
                Map.of("y", output));
    }

    private static OutputKind of(Optional<Task> task, TaskHints hints, boolean labelled, Tensor y) {
        return new OutputKind.Rule(task, hints, labelled).of("y", batch(y));
    }

    private static final Tensor ROWS = Tensor.ofFloats(new float[6], 2, 3);
    private static final Tensor POSITIONS = Tensor.ofFloats(new float[30], 2, 3, 5);
    private static final TaskHints EMBEDS = new TaskHints(Map.of("y", Task.EMBEDDING), Set.of());

    @Test
    void whatTheUserSaysComesFirstThenLabelsThenHints() {
        assertThat(of(Optional.of(Task.EMBEDDING), TaskHints.NONE, true, ROWS))
                .isEqualTo(OutputKind.NUMBERS);
        assertThat(of(Optional.of(Task.CLASSIFICATION), EMBEDS, false, ROWS))
                .isEqualTo(OutputKind.SCORES);
        assertThat(of(Optional.empty(), EMBEDS, true, ROWS)).isEqualTo(OutputKind.SCORES);
        assertThat(of(Optional.empty(), EMBEDS, false, ROWS)).isEqualTo(OutputKind.NUMBERS);
        assertThat(of(Optional.empty(), TaskHints.NONE, false, ROWS))
                .isEqualTo(OutputKind.LIKE_SCORES);
    }

    @Test
    void positionsHoldTokensOnlyOfTheVocabularyOrByName() {
        TaskHints vocabulary = new TaskHints(Map.of(), Set.of(5L));
        TaskHints other = new TaskHints(Map.of(), Set.of(6L));
        TaskHints named = new TaskHints(Map.of("y", Task.CLASSIFICATION), Set.of());
        assertThat(of(Optional.empty(), vocabulary, false, POSITIONS))
                .isEqualTo(OutputKind.TOKEN_SCORES);
        assertThat(of(Optional.empty(), other, false, POSITIONS)).isEqualTo(OutputKind.NUMBERS);
        assertThat(of(Optional.empty(), named, false, POSITIONS))
                .isEqualTo(OutputKind.TOKEN_SCORES);
        // Scores of anchors: no token stands at their places.
        assertThat(of(Optional.empty(), named, false, Tensor.ofFloats(new float[40], 2, 4, 5)))
                .isEqualTo(OutputKind.NUMBERS);
    }

    @Test
    void integersBesideNumbersAreNoAnswers() {
        Tensor classes = Tensor.ofLongs(new long[2], 2);
        assertThat(of(Optional.empty(), TaskHints.NONE, false, classes))
                .isEqualTo(OutputKind.CLASSES);
        PairedBatch both =
                new PairedBatch(
                        batch(ROWS).feed(),
                        Map.of("y", ROWS, "count", classes),
                        Map.of("y", ROWS, "count", classes));
        assertThat(new OutputKind.Rule(Optional.empty(), TaskHints.NONE, false).of("count", both))
                .isEqualTo(OutputKind.OTHER);
    }

    @ParameterizedTest
    @CsvSource({
        "logits, CLASSIFICATION",
        "Softmax_0, CLASSIFICATION",
        "pooled_logits, CLASSIFICATION",
        "class_scores, CLASSIFICATION",
        "image_embeds, EMBEDDING",
        "last_hidden_state, EMBEDDING",
        "pooler_output, EMBEDDING",
        "class_embedding, EMBEDDING",
        "output_label, CLASSIFICATION",
        "output, ",
        "497, ",
    })
    void namesTellWhatOutputsAreFor(String name, Task task) {
        assertThat(TaskHints.byName(name)).isEqualTo(Optional.ofNullable(task));
    }
}
