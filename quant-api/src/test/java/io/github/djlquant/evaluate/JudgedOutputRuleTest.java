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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JudgedOutputRuleTest {

    private static final Tensor WIDE =
            Tensor.ofFloats(new float[] {9, 1, 1, 1, 9, 1, 1, 1, 1, 1, 1, 1}, 2, 6);

    /** Answers 1, then 2. */
    private static final Tensor SCORES = Tensor.ofFloats(new float[] {0, 2, 1, 0, 1, 2}, 2, 3);

    /** Answers 0 twice. */
    private static final Tensor OTHERS = Tensor.ofFloats(new float[] {5, 2, 1, 5, 1, 2}, 2, 3);

    private static final Labels LABELS = Labels.of(1, 2);

    private static PairedBatch batch(Object... namesAndTensors) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTensors.length; i += 2) {
            outputs.put((String) namesAndTensors[i], (Tensor) namesAndTensors[i + 1]);
        }
        return new PairedBatch(
                new Feed(Map.of("x", SCORES), 2, 0, List.of(), List.of(1, 2)), outputs, outputs);
    }

    private static JudgedOutput judged(Labels labels, TaskHints hints, PairedBatch batch) {
        return new JudgedOutputRule(Optional.empty(), false, labels, hints).of(batch);
    }

    private static String taken(PairedBatch batch) {
        return judged(LABELS, TaskHints.NONE, batch).output();
    }

    @Test
    void onlyScoresOfAllClassesFit() {
        Tensor number = Tensor.ofFloats(new float[2], 2, 1);
        Tensor two = Tensor.ofFloats(new float[4], 2, 2);
        Tensor tokens = Tensor.ofFloats(new float[24], 2, 4, 3);
        Tensor once = Tensor.ofFloats(new float[3], 1, 3);
        Tensor pixels = Tensor.ofFloats(SCORES.toFloats(), 2, 3, 1, 1);
        assertThat(taken(batch("a", number, "b", two, "c", tokens, "d", once, "e", pixels)))
                .isEqualTo("e");
    }

    @Test
    void namesAndOperatorsTellScoresFromFeatures() {
        assertThat(taken(batch("features", OTHERS, "y", SCORES))).isEqualTo("y");
        assertThat(taken(batch("z", OTHERS, "logits", SCORES))).isEqualTo("logits");
        TaskHints hints = new TaskHints(Map.of("z", Task.CLASSIFICATION), Set.of());
        JudgedOutput judged = judged(LABELS, hints, batch("y", OTHERS, "z", SCORES));
        assertThat(judged.output()).isEqualTo("z");
        assertThat(judged)
                .hasToString(
                        "labels and metrics belong to the output z, not to y: its name or operator"
                                + " tells of class scores");
    }

    @Test
    void asManyScoresAsClassesDecideUnlessTheLabelsSpeakForAnother() {
        assertThat(taken(batch("y", WIDE, "z", SCORES))).isEqualTo("z");
        // The wide ones are right, the narrow ones never.
        Tensor right = Tensor.ofFloats(new float[] {0, 9, 0, 0, 0, 0, 0, 9, 0, 0}, 2, 5);
        assertThatThrownBy(() -> taken(batch("y", right, "z", OTHERS)))
                .isInstanceOf(CalibrationException.class);
        // Labels of the data tell no number of classes.
        assertThatThrownBy(
                        () ->
                                judged(
                                        Labels.ofData(),
                                        TaskHints.NONE,
                                        batch("y", WIDE, "z", SCORES)))
                .isInstanceOf(CalibrationException.class);
    }

    @Test
    void theSameAnswersAreNoAmbiguity() {
        Tensor shares = Tensor.ofFloats(new float[] {0.1f, 0.6f, 0.3f, 0.1f, 0.3f, 0.6f}, 2, 3);
        assertThat(taken(batch("logits", SCORES, "probabilities", shares))).isEqualTo("logits");
        assertThatThrownBy(() -> taken(batch("logits", SCORES, "aux_logits", OTHERS)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("labels may belong to several outputs")
                .hasMessageContaining("logits [2,3], aux_logits [2,3]")
                .hasMessageContaining("optJudgedOutput");
    }

    @Test
    void theUserHasTheLastWord() {
        PairedBatch batch = batch("logits", SCORES, "aux_logits", OTHERS);
        JudgedOutput named =
                new JudgedOutputRule(Optional.of("aux_logits"), false, LABELS, TaskHints.NONE)
                        .of(batch);
        assertThat(named.output()).isEqualTo("aux_logits");
        assertThat(named.others()).containsExactly("logits");
        assertThatThrownBy(
                        () ->
                                new JudgedOutputRule(
                                                Optional.of("prob"), false, LABELS, TaskHints.NONE)
                                        .of(batch))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("output prob")
                .hasMessageContaining("one of logits, aux_logits");
    }

    @Test
    void aReadoutPutsFirstWhatCounts() {
        assertThat(
                        new JudgedOutputRule(Optional.empty(), true, LABELS, TaskHints.NONE)
                                .of(batch("y", OTHERS, "logits", SCORES))
                                .output())
                .isEqualTo("y");
    }

    @Test
    void classesThemselvesDoWhereThereAreNoScores() {
        Tensor boxes = Tensor.ofFloats(new float[2], 2, 1);
        Tensor classes = Tensor.ofLongs(new long[] {1, 2}, 2);
        assertThat(taken(batch("box", boxes, "class", classes))).isEqualTo("class");
        assertThatThrownBy(() -> taken(batch("box", boxes, "boxes", boxes)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("labels don't fit any output")
                .hasMessageContaining("floats [2, classes] with more than 2 classes")
                .hasMessageContaining("box [2,1], boxes [2,1]");
    }
}
