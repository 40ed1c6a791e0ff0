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
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SliceCollectorTest {

    private static final int N = 200;

    /**
     * Two classes in turns. Of class 1 the quantized model loses every second sample, of class 0
     * nothing; sample i has the brightness i.
     */
    private static PairedBatch batch() {
        float[] input = new float[N];
        float[] source = new float[2 * N];
        float[] quantized = new float[2 * N];
        for (int i = 0; i < N; i++) {
            input[i] = i;
            int label = i % 2;
            source[2 * i + label] = 1;
            boolean lost = i % 4 == 1;
            quantized[2 * i + (lost ? 1 - label : label)] = 0.5f;
        }
        return new PairedBatch(
                new Feed(Map.of("x", Tensor.ofFloats(input, N, 1)), N, 0),
                Map.of("y", Tensor.ofFloats(source, N, 2)),
                Map.of("y", Tensor.ofFloats(quantized, N, 2)));
    }

    private static Labels labels() {
        int[] labels = new int[N];
        for (int i = 0; i < N; i++) {
            labels[i] = i % 2;
        }
        return Labels.of(labels);
    }

    private static Slices of(Slicing slicing, SampleGrade.Grader grader) {
        SliceCollector collector = new SliceCollector(slicing, grader);
        collector.add(batch());
        return SliceCollector.results(List.of(collector)).get(0);
    }

    @Test
    void theWorstClassComesFirst() {
        Slices slices =
                of(
                        Slicing.byLabel(labels(), List.of("cat", "dog")),
                        SampleGrade.byLabels(labels()));

        Slice worst = slices.slices().get(0);
        assertThat(worst.name()).isEqualTo("dog");
        assertThat(worst.samples()).isEqualTo(100);
        assertThat(worst.drop()).isEqualTo(0.5);
        assertThat(worst.flips()).isEqualTo(0.5);
        // 50 of 50 changes are for the worse: 2 * 2^-50, and times 2 for two slices.
        assertThat(worst.pValue().orElseThrow()).isCloseTo(4 * Math.pow(2, -50), within(1e-20));
        assertThat(worst.isSignificantlyWorse()).isTrue();
        assertThat(slices.slices().get(1).drop()).isZero();
        // Nothing changed there, in 100 samples.
        assertThat(slices.slices().get(1).interval())
                .isEqualTo(ConfidenceInterval.ofPairedShares(0, 0, 100));
        assertThat(slices.slices().get(1).pValue()).contains(1.0);
    }

    @Test
    void smallSlicesAreMarkedAndComeLast() {
        Slices slices =
                of(
                        Slicing.byFunction("part", (batch, row) -> row % 40 == 1 ? "few" : "many"),
                        SampleGrade.byLabels(labels()));

        Slice few = slices.slices().get(1);
        assertThat(few.name()).isEqualTo("few");
        assertThat(few.samples()).isEqualTo(5);
        assertThat(few.drop()).isEqualTo(1);
        assertThat(few.tooSmall()).isTrue();
        assertThat(few.pValue()).isEmpty();
        assertThat(few.isSignificantlyWorse()).isFalse();
    }

    @Test
    void numbersAreCutIntoFour() {
        Slices slices = of(Slicing.brightness(), SampleGrade.byLabels(labels()));
        assertThat(slices.kind()).isEqualTo(Slices.Kind.INPUT_PROPERTY);
        assertThat(slices.slices())
                .extracting(Slice::name)
                .containsExactlyInAnyOrder("below 50", "50 to 100", "100 to 150", "from 150");
        assertThat(slices.slices()).allMatch(slice -> slice.samples() == 50);
    }

    @Test
    void withoutLabelsMoreChangesThanElsewhereCount() {
        Slices slices =
                of(
                        Slicing.byFunction("parity", (batch, row) -> row % 2 == 0 ? "even" : "odd"),
                        SampleGrade.byAgreement("y"));
        assertThat(slices.metric()).isEqualTo("agreement");
        Slice odd = slices.slices().get(0);
        assertThat(odd.name()).isEqualTo("odd");
        assertThat(odd.quantized()).isEqualTo(0.5);
        assertThat(odd.isSignificantlyWorse()).isTrue();
        assertThat(slices.slices().get(1).isSignificantlyWorse()).isFalse();
    }

    @Test
    void columnsBesideTheDataDivide(@TempDir Path folder) throws IOException {
        StringBuilder text = new StringBuilder("id\tcamera\n");
        for (int i = 0; i < N; i++) {
            text.append(i).append(i % 4 == 1 ? "\tfront\n" : "\tback\n");
        }
        Path file = Files.writeString(folder.resolve("meta.tsv"), text);
        Slices slices = of(Slicing.byColumn(file, "camera"), SampleGrade.byLabels(labels()));
        assertThat(slices.by()).isEqualTo("camera");
        assertThat(slices.slices().get(0).name()).isEqualTo("front");
        assertThat(slices.slices().get(0).drop()).isEqualTo(1);
    }

    @Test
    void aColumnOfIdsDoesNotGrowForEver() {
        Slicing ids = Slicing.byFunction("id", (batch, row) -> "s" + batch.sample(row));
        SliceCollector collector = new SliceCollector(ids, SampleGrade.byAgreement("y"));
        for (int i = 0; i < 20; i++) {
            PairedBatch batch = batch();
            Feed moved = new Feed(batch.feed().tensors(), N, (long) i * N);
            collector.add(new PairedBatch(moved, batch.source(), batch.quantized()));
        }
        Slices slices = SliceCollector.results(List.of(collector)).get(0);
        assertThat(slices.slices()).hasSize(100);
        assertThat(slices.left()).isEqualTo(20L * N - 100);
    }

    /** Each of 2,100 values comes twice: what is not listed are 2,000 slices, not samples. */
    @Test
    void slicesAreCountedThatAreNotListed() {
        Slicing ids = Slicing.byFunction("id", (batch, row) -> "s" + batch.sample(row) % 2100);
        SliceCollector collector = new SliceCollector(ids, SampleGrade.byAgreement("y"));
        for (int i = 0; i < 21; i++) {
            PairedBatch batch = batch();
            Feed moved = new Feed(batch.feed().tensors(), N, (long) i * N);
            collector.add(new PairedBatch(moved, batch.source(), batch.quantized()));
        }
        assertThat(SliceCollector.results(List.of(collector)).get(0).left()).isEqualTo(2000);
    }

    @Test
    void closeBordersKeepTheirSlicesApart() {
        Slices slices =
                of(
                        Slicing.byNumber("close", (batch, row) -> (10_000 + row / 50) / 10.0),
                        SampleGrade.byLabels(labels()));
        assertThat(slices.slices())
                .extracting(Slice::name)
                .containsExactlyInAnyOrder(
                        "below 1000.1", "1000.1 to 1000.2", "1000.2 to 1000.3", "from 1000.3");
        assertThat(slices.slices()).allMatch(slice -> slice.samples() == 50);
    }

    @Test
    void whatIsNoNumberStandsApart() {
        Slices slices =
                of(
                        Slicing.byNumber("odd", (batch, row) -> row % 2 == 0 ? Double.NaN : row),
                        SampleGrade.byLabels(labels()));
        assertThat(slices.slices())
                .filteredOn(slice -> slice.name().equals("NaN"))
                .singleElement()
                .satisfies(slice -> assertThat(slice.samples()).isEqualTo(100));
        assertThat(slices.slices()).hasSize(5);
        assertThat(
                        of(
                                        Slicing.byNumber("none", (batch, row) -> Double.NaN),
                                        SampleGrade.byLabels(labels()))
                                .slices())
                .singleElement()
                .satisfies(slice -> assertThat(slice.name()).isEqualTo("NaN"));
    }

    /** Holm's own example: 0.01, 0.02, 0.03 become 0.03, 0.04, 0.04. */
    @Test
    void manyTestsAreCorrected() {
        Map<String, Double> raw = new LinkedHashMap<>();
        raw.put("c", 0.03);
        raw.put("a", 0.01);
        raw.put("b", 0.02);
        Map<String, Double> corrected = Holm.correct(raw);
        assertThat(corrected.get("a")).isCloseTo(0.03, within(1e-12));
        assertThat(corrected.get("b")).isCloseTo(0.04, within(1e-12));
        assertThat(corrected.get("c")).isCloseTo(0.04, within(1e-12));
    }

    /** Twenty criteria by chance have one slice below 0.05. */
    @Test
    void valuesAreCorrectedForAllCriteriaTogether() {
        SliceCollector one = parity();
        double alone =
                SliceCollector.results(List.of(one)).get(0).slices().get(0).pValue().orElseThrow();
        List<SliceCollector> many =
                java.util.stream.Stream.generate(SliceCollectorTest::parity).limit(20).toList();
        double among = SliceCollector.results(many).get(7).slices().get(0).pValue().orElseThrow();
        assertThat(alone).isPositive();
        assertThat(among / alone).isCloseTo(20, within(1e-9));
    }

    /** Twenty of the odd rows flip. */
    private static SliceCollector parity() {
        SliceCollector collector =
                new SliceCollector(
                        Slicing.byFunction("parity", (batch, row) -> row % 2 == 0 ? "even" : "odd"),
                        SampleGrade.byAgreement("y"));
        float[] source = new float[200];
        float[] quantized = new float[200];
        for (int row = 0; row < 100; row++) {
            source[2 * row] = 1;
            quantized[2 * row + (row % 2 == 1 && row < 40 ? 1 : 0)] = 1;
        }
        collector.add(
                new PairedBatch(
                        new Feed(Map.of("x", Tensor.ofFloats(new float[100], 100, 1)), 100, 0),
                        Map.of("y", Tensor.ofFloats(source, 100, 2)),
                        Map.of("y", Tensor.ofFloats(quantized, 100, 2))));
        return collector;
    }
}
