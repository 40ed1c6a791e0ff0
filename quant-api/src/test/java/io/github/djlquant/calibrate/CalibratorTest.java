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
package io.github.djlquant.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.util.Progress;
import io.github.djlquant.CalibrationException;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.observe.FloatHistogram;
import io.github.djlquant.observe.Measure;
import io.github.djlquant.observe.Observer;
import io.github.djlquant.observe.Statistics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibratorTest {

    private static final int COLUMNS = 4;

    @TempDir private Path folder;

    private final FakeBackend backend = new FakeBackend(x -> x);

    @AfterEach
    void everythingIsClosed() {
        assertThat(backend.open).isZero();
    }

    /** x [batch, 4] -> y. */
    private static Graph graph(Dimension batch) {
        Value x =
                new Value(
                        "x",
                        new ValueType.TensorType(
                                DataType.FLOAT,
                                new Shape(List.of(batch, new Dimension.Fixed(COLUMNS)))));
        Value y = new Value("y", x.type());
        return new Graph(
                "g",
                List.of(x),
                List.of(y),
                List.of(new Node("n", OpType.onnx("Relu"), List.of("x"), List.of("y"), Map.of())),
                Map.of(),
                Map.of(),
                Map.of("", 17L),
                Map.of(),
                Map.of());
    }

    /** Element (row, column) is row + column / 10, so that each says where it came from. */
    private static Tensor rows(int from, int count) {
        float[] values = new float[count * COLUMNS];
        for (int i = 0; i < values.length; i++) {
            values[i] = from + i / COLUMNS + i % COLUMNS / 10f;
        }
        return Tensor.ofFloats(values, count, COLUMNS);
    }

    private static CalibrationData data(int... sizes) {
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        int from = 0;
        for (int size : sizes) {
            feeds.add(Map.of("x", rows(from, size)));
            from += size;
        }
        return CalibrationData.ofFeeds(feeds);
    }

    private Calibrator.Builder calibrator(FakeBackend engine, Dimension batch) {
        return Calibrator.builder()
                .setBackend(engine)
                .setGraph(graph(batch))
                .setValues(Map.of("y", ObservationRequest.HISTOGRAM.withChannelMeans(1)));
    }

    private Calibrator.Builder calibrator() {
        return calibrator(backend, new Dimension.Symbolic("n"));
    }

    @Test
    void observesEveryRowOnce() {
        CalibrationTable table = calibrator().optBatchSize(8).build().calibrate(data(20, 3, 40));
        Statistics y = table.get("y").orElseThrow();
        assertThat(backend.batchSizes).containsExactly(8, 8, 4, 3, 8, 8, 8, 8, 8);
        assertThat(y.min()).isEqualTo(0);
        assertThat(y.max()).isEqualTo(62.3f);
        assertThat(y.samples()).isEqualTo(63);
        assertThat(y.batches()).isEqualTo(9);
        assertThat(y.histogram()).isEqualTo(FloatHistogram.of(rows(0, 63).toFloats()));
        assertThat(y.channelMeans().orElseThrow()[0])
                .isCloseTo(31, org.assertj.core.api.Assertions.within(1e-5));
        assertThat(table.samples()).isEqualTo(63);
    }

    @Test
    void sampleLimitCountsRows() {
        CalibrationTable table =
                calibrator().optBatchSize(8).optSamples(13).build().calibrate(data(10, 10));
        assertThat(backend.batchSizes).containsExactly(8, 2, 3);
        assertThat(table.get("y").orElseThrow().max()).isEqualTo(12.3f);
    }

    @Test
    void batchFixedByTheGraphCounts() {
        calibrator(backend, new Dimension.Fixed(1)).build().calibrate(data(3, 2));
        assertThat(backend.batchSizes).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void rowsThatFillNoFixedBatchAreLeftOut() {
        calibrator(backend, new Dimension.Fixed(4)).build().calibrate(data(9, 5));
        assertThat(backend.batchSizes).containsExactly(4, 4, 4);
        assertThatThrownBy(
                        () ->
                                calibrator(backend, new Dimension.Fixed(4))
                                        .build()
                                        .calibrate(data(3)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("4 rows at once")
                .hasMessageContaining("3 rows in all");
    }

    @Test
    void wrongNamesAreNamed() {
        CalibrationData data = CalibrationData.ofFeeds(List.of(Map.of("image", rows(0, 1))));
        assertThatThrownBy(() -> calibrator().build().calibrate(data))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("expected [x], found [image]");
        CalibrationData more =
                CalibrationData.ofFeeds(List.of(Map.of("x", rows(0, 1), "z", rows(0, 1))));
        assertThatThrownBy(() -> calibrator().build().calibrate(more))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("expected [x], found [x, z]");
    }

    @Test
    void wrongShapesAndTypesAreNamed() {
        for (Tensor wrong :
                List.of(
                        Tensor.ofFloats(new float[6], 2, 3),
                        Tensor.ofFloats(new float[4], 4),
                        Tensor.ofInts(DataType.UINT8, new int[4], 1, 4))) {
            assertThatThrownBy(
                            () ->
                                    calibrator()
                                            .build()
                                            .calibrate(
                                                    CalibrationData.ofFeeds(
                                                            List.of(Map.of("x", wrong)))))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageContaining("input x")
                    .hasMessageContaining("expected float[n,4], found " + wrong);
        }
    }

    @Test
    void emptyDataIsRefused() {
        assertThatThrownBy(() -> calibrator().build().calibrate(data()))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("no calibration data")
                .hasMessageContaining("x float[n,4]");
    }

    @Test
    void nanInTheDataNamesTensorAndSample() {
        float[] values = rows(0, 6).toFloats();
        values[4 * COLUMNS + 1] = Float.NaN;
        CalibrationData data =
                CalibrationData.ofFeeds(
                        List.of(
                                Map.of("x", rows(0, 10)),
                                Map.of("x", Tensor.ofFloats(values, 6, COLUMNS))));
        assertThatThrownBy(() -> calibrator().optBatchSize(3).build().calibrate(data))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("input x")
                .hasMessageContaining("sample 14 ");
    }

    @Test
    void nanInsideTheModelNamesValueAndSample() {
        for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            FakeBackend breaking =
                    new FakeBackend(
                            x -> {
                                float[] y = x.clone();
                                for (int i = 0; i < y.length; i++) {
                                    y[i] = y[i] == 11.2f ? bad : y[i];
                                }
                                return y;
                            });
            assertThatThrownBy(
                            () ->
                                    calibrator(breaking, Dimension.UNKNOWN)
                                            .optBatchSize(8)
                                            .build()
                                            .calibrate(data(20)))
                    .isInstanceOf(CalibrationException.class)
                    .hasMessageContaining("value y")
                    .hasMessageContaining("sample 11 ");
            assertThat(breaking.open).isZero();
        }
    }

    @Test
    void interruptionCancelsAndResumeGoesOn() {
        Path checkpoint = folder.resolve("calibration.json");
        CalibrationTable whole = calibrator().optBatchSize(4).build().calibrate(data(40));
        FakeBackend interrupting =
                new FakeBackend(
                        x -> {
                            if (x[0] == 16) {
                                Thread.currentThread().interrupt();
                            }
                            return x;
                        });
        Calibrator.Builder builder =
                calibrator(interrupting, new Dimension.Symbolic("n"))
                        .optBatchSize(4)
                        .optResume(checkpoint);
        assertThatThrownBy(() -> builder.build().calibrate(data(40)))
                .isInstanceOf(QuantizationCancelledException.class)
                .hasMessageContaining("20 samples");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(checkpoint).exists();
        backend.batchSizes.clear();
        CalibrationTable resumed =
                calibrator().optBatchSize(4).optResume(checkpoint).build().calibrate(data(40));
        assertThat(backend.batchSizes).hasSize(5);
        assertThat(resumed.entries()).isEqualTo(whole.entries());
        assertThat(checkpoint).doesNotExist();
    }

    @Test
    void checkpointOfAnotherJobIsRefused() throws Exception {
        Path checkpoint = folder.resolve("calibration.json");
        new Checkpoint("something else", 3, Map.of()).save(checkpoint);
        assertThatThrownBy(() -> calibrator().optResume(checkpoint).build().calibrate(data(40)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("another calibration");
        Files.writeString(checkpoint, "{\"kind\": \"calibration checkpoint\", \"version\": 1}");
        assertThatThrownBy(() -> calibrator().optResume(checkpoint).build().calibrate(data(40)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("malformed");
    }

    @Test
    void progressCountsRows() {
        List<Long> seen = new ArrayList<>();
        Progress progress =
                new Progress() {
                    @Override
                    public void reset(String message, long max, String trailing) {
                        seen.add(max);
                    }

                    @Override
                    public void start(long initial) {
                        seen.add(initial);
                    }

                    @Override
                    public void end() {
                        seen.add(-2L);
                    }

                    @Override
                    public void increment(long amount) {
                        throw new AssertionError();
                    }

                    @Override
                    public void update(long at, String message) {
                        seen.add(at);
                    }
                };
        calibrator()
                .optBatchSize(4)
                .optSamples(10)
                .optProgress(progress)
                .build()
                .calibrate(data(40));
        assertThat(seen).containsExactly(10L, 0L, 3L, 7L, 9L, -2L);
    }

    @Test
    void saysWhenTheDataDoesNotSuffice() {
        assertThat(kinds(calibrator().build().calibrate(data(10))))
                .containsExactly(CalibrationWarning.Kind.FEW_SAMPLES);
        // The rows grow throughout: so does the range.
        assertThat(kinds(calibrator().optBatchSize(1).build().calibrate(data(100))))
                .containsExactly(CalibrationWarning.Kind.RANGE_STILL_MOVING);
        List<Map<String, Tensor>> settled =
                IntStream.range(0, 50).mapToObj(i -> Map.of("x", rows(i % 7, 1))).toList();
        assertThat(kinds(calibrator().build().calibrate(CalibrationData.ofFeeds(settled))))
                .as("seven rows, again and again")
                .containsExactly(CalibrationWarning.Kind.REPEATED_ROWS);
        FakeBackend constant = new FakeBackend(x -> new float[x.length]);
        assertThat(kinds(calibrator(constant, Dimension.UNKNOWN).build().calibrate(data(50))))
                .containsExactly(CalibrationWarning.Kind.HARDLY_EXCITED);
        FakeBackend dead =
                new FakeBackend(
                        x -> {
                            float[] y = x.clone();
                            for (int i = 0; i < y.length; i++) {
                                y[i] = i % COLUMNS < 2 ? 0 : 3 + i % 2;
                            }
                            return y;
                        });
        assertThat(kinds(calibrator(dead, Dimension.UNKNOWN).build().calibrate(data(50))))
                .containsExactly(CalibrationWarning.Kind.DEAD_CHANNELS);
    }

    private static List<CalibrationWarning.Kind> kinds(CalibrationTable table) {
        return table.warnings().stream().map(CalibrationWarning::kind).toList();
    }

    @Test
    void tableIsSavedAndLoadedExactly() throws Exception {
        Observer measured = new Observer();
        measured.extremes(3, -1, 1);
        for (Measure.Merge merge : Measure.Merge.values()) {
            measured.measured(Measure.of("Mine" + merge, merge), 0.1f, -1e30f);
        }
        CalibrationTable table =
                calibrator()
                        .build()
                        .calibrate(data(10, 21))
                        .with(Map.of("measured", measured.statistics()));
        Path file = folder.resolve("table.json");
        table.save(file);
        assertThat(CalibrationTable.load(file)).isEqualTo(table);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
        Files.writeString(file, Files.readString(file).replace("\"version\":1", "\"version\":2"));
        assertThatThrownBy(() -> CalibrationTable.load(file))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("expected version 1, found version 2");
        Files.writeString(file, "[1, 2");
        assertThatThrownBy(() -> CalibrationTable.load(file))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("malformed");
        assertThatThrownBy(() -> CalibrationTable.load(folder.resolve("none")))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("can't be read");
    }

    @Test
    void tablesOfPartsMergeToTheTableOfTheWhole() {
        Calibrator calibrator = calibrator().optBatchSize(5).build();
        CalibrationTable merged =
                calibrator
                        .calibrate(data(10))
                        .merge(
                                calibrator.calibrate(
                                        CalibrationData.ofFeeds(
                                                List.of(Map.of("x", rows(10, 15))))));
        assertThat(merged.entries()).isEqualTo(calibrator.calibrate(data(25)).entries());
        assertThat(kinds(merged))
                .containsExactly(
                        CalibrationWarning.Kind.FEW_SAMPLES, CalibrationWarning.Kind.FEW_SAMPLES);
    }
}
