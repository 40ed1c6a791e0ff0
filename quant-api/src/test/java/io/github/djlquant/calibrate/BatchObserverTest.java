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
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.FloatHistogram;
import io.github.djlquant.observe.Measure;
import io.github.djlquant.observe.Statistics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchObserverTest {

    private static final int ROWS = 16;
    private static final int KEPT_PER_ROW = 64;
    private static final int LIMIT = ROWS * KEPT_PER_ROW;

    /** A border one element wide is as large a part of the sample as of the feature map. */
    @ParameterizedTest
    @CsvSource({"1,8,8", "1,8,3", "2,8,4", "1,14,7", "3,4,16", "1,7,49"})
    void aThinnedSampleTakesAllColumnsAlike(int rows, int columns, int step) {
        FloatHistogram seen = observed(rows, columns, step);

        double share = seen.count(seen.size() - 1) / (double) seen.total();
        assertThat(seen.upper(seen.size() - 1)).isGreaterThanOrEqualTo(5);
        assertThat(share).isEqualTo(1.0 / columns, within(0.1 / columns));
        assertThat(seen.total()).isEqualTo(100L * rows * KEPT_PER_ROW);
    }

    /** 100 batches of few rows, in which every first column is 5 and all others are 1. */
    private static FloatHistogram observed(int rows, int columns, int step) {
        BatchObserver observer =
                new BatchObserver(empty(), Map.of("y", ObservationRequest.HISTOGRAM), LIMIT, ROWS);
        float[] sample = new float[KEPT_PER_ROW * rows * step];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = i % columns == 0 ? 5 : 1;
        }
        Map<Probe, Tensor> results =
                Map.of(
                        new Probe.MinMax("y"), Tensor.ofFloats(new float[] {1, 5}, 2),
                        new Probe.Sample("y", LIMIT), Tensor.ofFloats(sample, sample.length));
        for (int batch = 0; batch < 100; batch++) {
            observer.observe(
                    (long) batch * rows,
                    rows,
                    results,
                    value -> new CalibrationException(Problem.of(value)));
        }
        return observer.statistics().get("y").histogram();
    }

    @Test
    void aMeasureIsMergedOrNamed() {
        Measure mine = Measure.of("Mine", Measure.Merge.SUM);
        BatchObserver observer =
                new BatchObserver(
                        empty(), Map.of("y", ObservationRequest.EXTREMES.with(mine)), 64, ROWS);
        measure(observer, mine, 1, 2);
        measure(observer, mine, 3, 4);
        Statistics seen = observer.statistics().get("y");
        assertThat(seen.measured(mine)).hasValue(new double[] {4, 6});

        assertThatThrownBy(() -> measure(observer, mine, 3, Float.POSITIVE_INFINITY))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContainingAll("measure Mine of value y", "finite");
        assertThatThrownBy(() -> measure(observer, mine, 3))
                .isInstanceOf(CalibrationException.class)
                .hasMessageContaining("measure Mine of value y");
    }

    private static void measure(BatchObserver observer, Measure measure, float... values) {
        observer.observe(
                0,
                1,
                Map.of(
                        new Probe.MinMax("y"), Tensor.ofFloats(new float[] {1, 5}, 2),
                        new Probe.Measured("y", measure), Tensor.ofFloats(values, values.length)),
                value -> new CalibrationException(Problem.of(value)));
    }

    @Test
    void twoMeasuresOfOneNameAreRefused() {
        Measure sum = Measure.of("Mine", Measure.Merge.SUM);
        ObservationRequest asked = ObservationRequest.EXTREMES.with(sum);
        assertThat(asked.with(Measure.of("Mine", Measure.Merge.SUM))).isEqualTo(asked);
        assertThatThrownBy(() -> asked.with(Measure.of("Mine", Measure.Merge.MAX)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one name");
    }

    private static Graph empty() {
        return new Graph(
                "g",
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of("", 17L),
                Map.of(),
                Map.of());
    }
}
