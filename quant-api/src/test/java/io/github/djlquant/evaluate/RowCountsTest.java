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
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.calibrate.npz.NpzWriter;
import io.github.djlquant.evaluate.metric.Metrics;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is given for each row is counted before the models run. */
class RowCountsTest {

    private static final int ROWS = 40;

    @TempDir private Path folder;
    private Path data;

    @BeforeEach
    void write() {
        float[] values = new float[2 * ROWS];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 7;
        }
        data = folder.resolve("rows.npz");
        NpzWriter.write(data, Map.of("x", Tensor.ofFloats(values, ROWS, 2)));
    }

    /** Fails when it runs: counts are compared first. */
    private static final class Untouched implements GraphRunner {
        @Override
        public Map<String, Tensor> run(Map<String, Tensor> feeds) {
            throw new IllegalStateException("ran");
        }

        @Override
        public void close() {}
    }

    private static final class Same implements GraphRunner {
        @Override
        public Map<String, Tensor> run(Map<String, Tensor> feeds) {
            return Map.of("y", feeds.get("x"));
        }

        @Override
        public void close() {}
    }

    private Evaluation compare(
            GraphRunner model,
            CalibrationData rows,
            long samples,
            UnaryOperator<PairedComparison.Builder> with) {
        ValueType floats = new ValueType.TensorType(DataType.FLOAT, null);
        FeedSpec spec = new FeedSpec(List.of(new Value("x", floats)), 16, samples, true);
        try (FeedStream feeds = rows.open(spec)) {
            return with.apply(PairedComparison.builder().optData(rows))
                    .build()
                    .compare(model, model, feeds);
        }
    }

    private Path lines(String name, int count) throws IOException {
        return Files.writeString(folder.resolve(name), "1\n".repeat(count));
    }

    private void refused(int count, String how, UnaryOperator<PairedComparison.Builder> with) {
        assertThatThrownBy(
                        () ->
                                compare(
                                        new Untouched(),
                                        CalibrationData.ofPath(data),
                                        Long.MAX_VALUE,
                                        with))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining(
                        "there are " + how + " than rows of data; expected 40, found " + count);
    }

    @Test
    void asManyAreTaken() throws IOException {
        Labels labels = Labels.read(lines("labels.txt", ROWS));
        Path slices = lines("meta.tsv", ROWS);
        Evaluation evaluation =
                compare(
                        new Same(),
                        CalibrationData.ofPath(data),
                        Long.MAX_VALUE,
                        with -> with.optLabels(labels).optSlices(Slicing.byColumn(slices, "1")));
        assertThat(evaluation.accuracy().orElseThrow().labelled()).isEqualTo(ROWS);
        assertThat(evaluation.accuracy().orElseThrow().source()).isEqualTo(0.85, within(0.1));
    }

    @Test
    void otherNumbersAreRefusedBeforeAnythingRuns() throws IOException {
        Labels many = Labels.read(lines("many.txt", ROWS + 1));
        Labels few = Labels.read(lines("few.txt", ROWS - 1));
        Targets targets = Targets.read(lines("targets.txt", ROWS + 2));
        Targets pairs = Targets.read(lines("pairs.txt", ROWS / 2));
        Path slices = lines("meta.tsv", ROWS - 3);
        refused(41, "more labels", with -> with.optLabels(many));
        refused(39, "fewer labels", with -> with.optLabels(few));
        refused(42, "more targets", with -> with.optMetrics(Metrics.pearson(targets)));
        refused(42, "more targets", with -> with.optMetrics(Metrics.meanSquaredError(targets)));
        refused(20, "fewer targets", with -> with.optMetrics(Metrics.meanAbsoluteError(pairs)));
        refused(
                37,
                "fewer rows of metadata",
                with -> with.optSlices(Slicing.byColumn(slices, "1")));
        assertThat(
                        compare(
                                        new Same(),
                                        CalibrationData.ofPath(data),
                                        Long.MAX_VALUE,
                                        with -> with.optMetrics(Metrics.pairSpearman(pairs)))
                                .samples())
                .as("one target for each pair of rows")
                .isEqualTo(ROWS);
    }

    /** Labels of all rows stay right where only the first ones are compared. */
    @Test
    void moreThanAreComparedIsRightUpToAllOfTheData() throws IOException {
        Labels all = Labels.read(lines("labels.txt", ROWS));
        Evaluation evaluation =
                compare(new Same(), CalibrationData.ofPath(data), 10, with -> with.optLabels(all));
        assertThat(evaluation.samples()).isEqualTo(10);
    }

    /** Of a stream the rows are known at its end. */
    @Test
    void tooManyForAStreamAreNoticedAtItsEnd() throws IOException {
        Labels many = Labels.read(lines("many.txt", 9));
        CalibrationData stream =
                CalibrationData.ofFeeds(List.of(Map.of("x", Tensor.ofFloats(new float[16], 8, 2))));
        assertThatThrownBy(
                        () ->
                                compare(
                                        new Same(),
                                        stream,
                                        Long.MAX_VALUE,
                                        with -> with.optLabels(many)))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("many.txt")
                .hasMessageContaining("more labels than rows of data; expected 8, found 9");
    }
}
