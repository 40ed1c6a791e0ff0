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
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.evaluate.metric.Metrics;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.GateThresholds;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PairedTallyTest {

    static PairedTally tally(Labels labels, Optional<Task> task, TaskHints hints) {
        return new PairedTally(
                labels,
                labels == null ? List.of() : List.of(Metrics.topK(labels, 1), Metrics.f1(labels)),
                List.of(Slicing.byFunction("half", (batch, row) -> row < 2 ? "first" : "second")),
                new Thumbnails(),
                Optional.empty(),
                new OutputKind.Rule(task, hints, labels != null));
    }

    private static Evaluation of(Labels labels, PairedBatch batch) {
        PairedTally comparison = tally(labels, Optional.empty(), TaskHints.NONE);
        comparison.add(batch);
        return comparison.result(true, List.of("no", "yes"));
    }

    @Test
    void flipsTellFromToAndHowSure() throws IOException {
        float[] images = new float[3 * 3 * 2 * 2];
        images[0] = 1;
        float[] source = {0.9f, 0.1f, 0.6f, 0.4f, 0.2f, 0.8f};
        float[] quantized = {0.3f, 0.7f, 0.5f, 0.55f, 0.2f, 0.8f};
        PairedBatch batch =
                new PairedBatch(
                        new Feed(Map.of("x", Tensor.ofFloats(images, 3, 3, 2, 2)), 3, 10),
                        Map.of("y", Tensor.ofFloats(source, 3, 2)),
                        Map.of("y", Tensor.ofFloats(quantized, 3, 2)));
        int[] labels = new int[13];
        labels[11] = 1;

        Evaluation evaluation = of(Labels.of(labels), batch);

        Flips flips = evaluation.flipped().get(0);
        assertThat(flips.changed()).isEqualTo(2);
        assertThat(flips.lost()).isEqualTo(1);
        assertThat(flips.gained()).isEqualTo(1);
        assertThat(flips.transitions()).containsExactly(new Flips.Transition(0, 1, 2));
        Flip surest = flips.worst().get(0);
        assertThat(surest.sample()).isEqualTo(10);
        assertThat(surest.sourceMargin()).isCloseTo(0.8, within(1e-6));
        assertThat(surest.quantizedMargin()).isCloseTo(0.4, within(1e-6));
        assertThat(surest.isLost()).isTrue();
        assertThat(flips.worst().get(1).isGained()).isTrue();
        assertThat(flips.className(1)).isEqualTo("yes");
        byte[] png = Base64.getDecoder().decode(surest.input().orElseThrow().png().orElseThrow());
        var image = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(image.getWidth()).isEqualTo(2);
        // The first pixel of the red channel is the brightest of all.
        assertThat(image.getRGB(0, 0) & 0xffffff).isEqualTo(0xff0000);
        assertThat(image.getRGB(1, 1) & 0xffffff).isZero();
        Evaluation.Accuracy accuracy = evaluation.accuracy().orElseThrow();
        assertThat(accuracy.source()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(accuracy.quantized()).isCloseTo(1 / 3.0, within(1e-12));
    }

    @Test
    void embeddingsHaveErrorsInPlaceOfFlips() {
        float[] source = {1, 0, 0, 1, 1, 0, 0.6f, 0.8f};
        float[] quantized = {1, 0, 0, 1, 0, 1, 0.6f, 0.8f};
        PairedBatch batch =
                new PairedBatch(
                        new Feed(Map.of("x", Tensor.ofFloats(new float[4], 4, 1)), 4, 0),
                        Map.of("y", Tensor.ofFloats(source, 4, 2)),
                        Map.of("y", Tensor.ofFloats(quantized, 4, 2)));

        Evaluation evaluation = of(null, batch);

        assertThat(evaluation.flipped()).isEmpty();
        ErrorDistribution errors = evaluation.errors().get(0);
        assertThat(errors.cosineDistance().p50()).isZero();
        assertThat(errors.cosineDistance().max()).isCloseTo(1, within(1e-6));
        assertThat(errors.relativeError().max()).isCloseTo(Math.sqrt(2), within(1e-6));
        assertThat(errors.relativeError().mean()).isCloseTo(Math.sqrt(2) / 4, within(1e-6));
        assertThat(errors.worst().get(0).sample()).isEqualTo(2);
    }

    @Test
    void generatedTokensTellWhereTheyPart() {
        long[] source = {5, 6, 7, 5, 6, 7};
        long[] quantized = {5, 6, 8, 5, 6, 7};
        PairedBatch batch =
                new PairedBatch(
                        new Feed(Map.of("x", Tensor.ofFloats(new float[2], 2, 1)), 2, 0),
                        Map.of("tokens", Tensor.ofLongs(source, 2, 3)),
                        Map.of("tokens", Tensor.ofLongs(quantized, 2, 3)));

        Divergences divergences = of(null, batch).divergences().get(0);

        assertThat(divergences.sequences()).isEqualTo(2);
        assertThat(divergences.diverged()).isEqualTo(1);
        Divergences.Divergence first = divergences.worst().get(0);
        assertThat(first.position()).isEqualTo(2);
        assertThat(first.from()).isEqualTo(7);
        assertThat(first.to()).isEqualTo(8);
        assertThat(divergences.position().orElseThrow().p50()).isCloseTo(2, within(0.01));
    }

    private static PairedBatch answers(Tensor source, Tensor quantized) {
        int rows = (int) source.shape().size(0);
        return new PairedBatch(
                new Feed(Map.of("x", Tensor.ofFloats(new float[rows], rows, 1)), rows, 0),
                Map.of("answer", source),
                Map.of("answer", quantized));
    }

    /** The model ends with ArgMax. */
    @Test
    void classesThatAModelChoosesItselfFlipAndAreRightOrWrong() {
        PairedBatch batch =
                answers(
                        Tensor.ofLongs(new long[] {3, 0, 7, 2}, 4),
                        Tensor.ofLongs(new long[] {3, 1, 7, 9}, 4));

        Evaluation unlabelled = of(null, batch);
        assertThat(unlabelled.outputs()).isEmpty();
        assertThat(unlabelled.flips()).isEqualTo(0.5);
        assertThat(unlabelled.flipped().get(0).transitions())
                .containsExactly(new Flips.Transition(0, 1, 1), new Flips.Transition(2, 9, 1));
        assertThat(unlabelled.slices().get(0).metric()).isEqualTo("agreement");
        assertThat(Gate.failures(unlabelled, GateThresholds.DEFAULT))
                .singleElement()
                .asString()
                .contains("answer: 50.00 % of the answers changed");

        Evaluation labelled = of(Labels.of(3, 0, 7, 9), batch);
        assertThat(labelled.accuracy().orElseThrow().lost()).isEqualTo(1);
        assertThat(labelled.accuracy().orElseThrow().gained()).isEqualTo(1);
        assertThat(labelled.flipped().get(0).worst().get(0).isLost()).isTrue();
        // F1 of the source: 1 for three classes, 0 for class 9; of the quantized: 0 for class 0.
        assertThat(labelled.metrics().get(1).source()).isCloseTo(0.75, within(1e-12));
        assertThat(labelled.metrics().get(1).quantized()).isCloseTo(0.75, within(1e-12));
    }

    @Test
    void everyPixelOfAMapOfClassesCounts() {
        long[] source = new long[2 * 3 * 3];
        long[] quantized = source.clone();
        quantized[4] = 2;
        Evaluation evaluation =
                of(
                        null,
                        answers(
                                Tensor.ofLongs(source, 2, 3, 3),
                                Tensor.ofLongs(quantized, 2, 3, 3)));
        assertThat(evaluation.flipped().get(0).samples()).isEqualTo(18);
        assertThat(evaluation.flips()).isCloseTo(1 / 18.0, within(1e-12));
    }

    @Test
    void scoresOfTokensTellWhereTextsPart() {
        // Two texts of three tokens out of four; the last token of the first one is filling.
        float[] source = new float[2 * 3 * 4];
        for (int position = 0; position < 6; position++) {
            source[4 * position + position % 4] = 1;
        }
        float[] quantized = source.clone();
        quantized[4 * 2] = 2;
        quantized[4 * 4 + 3] = 2;
        PairedBatch batch =
                new PairedBatch(
                        new Feed(
                                Map.of(
                                        "attention_mask",
                                        Tensor.ofLongs(new long[] {1, 1, 0, 1, 1, 1}, 2, 3)),
                                2,
                                0),
                        Map.of("y", Tensor.ofFloats(source, 2, 3, 4)),
                        Map.of("y", Tensor.ofFloats(quantized, 2, 3, 4)));
        for (PairedTally tally :
                List.of(
                        tally(null, Optional.of(Task.LANGUAGE_MODEL), TaskHints.NONE),
                        tally(null, Optional.empty(), new TaskHints(Map.of(), Set.of(4L))))) {
            tally.add(batch);
            Evaluation evaluation = tally.result(true, List.of());
            Divergences divergences = evaluation.divergences().get(0);
            assertThat(divergences.tokens()).contains(new Divergences.Tokens(5, 1));
            assertThat(divergences.diverged()).isEqualTo(1);
            assertThat(divergences.worst().get(0).position()).isEqualTo(1);
            assertThat(divergences.worst().get(0).from()).isZero();
            assertThat(divergences.worst().get(0).to()).isEqualTo(3);
            assertThat(Gate.judge(evaluation, GateThresholds.DEFAULT).checks())
                    .extracting(GateResult.Check::name)
                    .contains("divergence", "cosine");
        }
        assertThat(of(null, batch).divergences()).as("states of a width of its own").isEmpty();
    }

    /** Of one number per sample the first place is always the largest. */
    @Test
    void labelsOfOneNumberPerSampleAreRefused() {
        PairedBatch batch =
                new PairedBatch(
                        new Feed(Map.of("x", Tensor.ofFloats(new float[2], 2, 1)), 2, 0),
                        Map.of("y", Tensor.ofFloats(new float[] {0.1f, 0.9f}, 2, 1)),
                        Map.of("y", Tensor.ofFloats(new float[] {0.1f, 0.9f}, 2, 1)));
        assertThatThrownBy(() -> of(Labels.of(0, 1), batch))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("labels don't fit the output")
                .hasMessageContaining("output y")
                .hasMessageContaining("1 scores and the label 0");
    }

    @Test
    void scoresThatAreNaNAreNoAnswer() {
        float nan = Float.NaN;
        PairedBatch batch =
                new PairedBatch(
                        new Feed(Map.of("x", Tensor.ofFloats(new float[2], 2, 1)), 2, 40),
                        Map.of("y", Tensor.ofFloats(new float[] {2, 1, 2, 1}, 2, 2)),
                        Map.of("y", Tensor.ofFloats(new float[] {2, 1, nan, nan}, 2, 2)));

        Evaluation evaluation = of(Labels.of(new int[42]), batch);

        assertThat(evaluation.accuracy().orElseThrow().lost()).isEqualTo(1);
        assertThat(evaluation.flipped().get(0).worst().get(0).to()).isEqualTo(-1);
        assertThat(evaluation.outputs().get(0).firstNonFinite()).contains(41L);
    }

    @Test
    void theWorstAreKeptAndNoMore() {
        Worst<Integer> worst = new Worst<>(3);
        for (int i = 0; i < 100; i++) {
            int number = i * 37 % 100;
            worst.offer(number, () -> number);
        }
        assertThat(worst.list()).containsExactly(99, 98, 97);
    }
}
