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
package io.github.djlquant.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.djlquant.ModelFormatException;
import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.Observer;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DriftBaselineTest {

    private static Statistics statistics(long seed) {
        Observer observer = new Observer();
        Random random = new Random(seed);
        for (int batch = 0; batch < 10; batch++) {
            float[] sample = new float[2000];
            for (int i = 0; i < sample.length; i++) {
                sample[i] = (float) random.nextGaussian();
            }
            observer.sample(sample, sample.length);
            observer.extremes(32, -4, 4);
        }
        return observer.statistics();
    }

    private static DriftBaseline of(int values) {
        Map<String, Statistics> table = new HashMap<>();
        List<ValueDecision> decisions = new ArrayList<>();
        for (int i = 0; i < values; i++) {
            table.put("value" + i, statistics(i));
            decisions.add(
                    new ValueDecision(
                            "value" + i,
                            ValueDecision.Kind.ACTIVATION,
                            QuantParams.perTensor(QuantType.UINT8, 2f / 255, 128),
                            "test"));
        }
        Random random = new Random(7);
        float[] rows = new float[300 * 100];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextGaussian();
        }
        return DriftBaseline.builder(List.of("input"))
                .add(Map.of("input", Tensor.ofFloats(rows, 300, 100)))
                .optTable(new CalibrationTable(table))
                .optPlan(new QuantPlan(decisions, List.of()))
                .build();
    }

    private static Map<String, Tensor> waves(Random random, int rows, double noise) {
        float[] elements = new float[rows * 200];
        double phase = random.nextDouble();
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (float) (Math.sin(0.05 * i + 9 * phase) + noise * random.nextGaussian());
        }
        return Map.of("wave", Tensor.ofFloats(elements, rows, 2, 100));
    }

    /** Noise that leaves the elements' distribution as it is shows between neighbours. */
    @Test
    void neighboursTellNoiseThatElementsDoNot() {
        Random random = new Random(3);
        DriftBaseline.Builder builder = DriftBaseline.builder(List.of("wave"));
        for (int batch = 0; batch < 40; batch++) {
            builder.add(waves(random, 10, 0.01));
        }
        DriftBaseline baseline = BaselineJson.parse(builder.build().print(), "a model's metadata");
        assertThat(baseline.tensors()).containsOnlyKeys("wave", "wave (neighbours)");
        TensorBaseline neighbours = baseline.tensors().get("wave (neighbours)");
        assertThat(neighbours.neighboursOf()).contains("wave");
        assertThat(neighbours.min()).isBetween(0.0, 0.001);
        DriftMonitor monitor = DriftMonitor.builder().build(baseline);
        for (int batch = 0; batch < 40; batch++) {
            monitor.observe(waves(random, 10, 0.01));
        }
        assertThat(monitor.recommendation().action()).isEqualTo(Recommendation.Action.NONE);
        for (int batch = 0; batch < 40; batch++) {
            monitor.observe(waves(random, 10, 0.05));
        }
        assertThat(monitor.alarms())
                .filteredOn(alarm -> alarm.figure() == Figure.STABILITY_INDEX)
                .extracting(DriftAlarm::tensor)
                .containsExactly("wave (neighbours)");
    }

    /** Columns of a table lie side by side by chance. */
    @Test
    void rowsOfOneAxisHaveNoNeighbours() {
        assertThat(of(1).tensors()).doesNotContainKey("input (neighbours)");
    }

    @Test
    void goesThroughMetadataUnharmed() {
        DriftBaseline baseline = of(3);
        DriftBaseline read =
                DriftBaseline.in(Map.of(DriftBaseline.METADATA_KEY, baseline.print()), "m.onnx")
                        .orElseThrow();
        assertThat(read.print()).isEqualTo(baseline.print());
        assertThat(read.id()).isEqualTo(baseline.id());
        assertThat(read.tensors().keySet()).containsExactly("input", "value0", "value1", "value2");
    }

    /** The quantized range [-1, 1] clips what lies beyond one standard deviation. */
    @Test
    void tellsWhatTheQuantizedRangeClips() {
        TensorBaseline value = of(1).tensors().get("value0");
        assertThat(value.low()).isEqualTo(-128.5 * 2 / 255, within(1e-6));
        assertThat(value.clipped()).isEqualTo(0.317, within(0.02));
        assertThat(value.isMeasured()).isFalse();
        assertThat(value.rows()).isEqualTo(320);
    }

    @Test
    void staysSmallHoweverManyValuesThereAre() {
        DriftBaseline baseline = of(100);
        assertThat(baseline.tensors()).hasSize(9).containsKeys("input", "value0", "value99");
        assertThat(baseline.print().length()).isLessThan(8_000);
    }

    /** Independent elements: each of the 64 drawn is evidence of its own. */
    @Test
    void rowsLookedAtOneByOneNarrowTheThresholds() {
        DriftBaseline baseline = of(1);
        assertThat(FiniteSample.distance(baseline.tensors().get("input"), 200, 1e-4))
                .isLessThan(
                        0.5 * FiniteSample.distance(baseline.tensors().get("value0"), 200, 1e-4));
    }

    @Test
    void damagedMetadataIsRefused() {
        String good = of(1).print();
        for (String bad :
                List.of(
                        "{",
                        "[]",
                        good.replace("\"format\":1", "\"format\":2"),
                        good.replace("\"draws\":64", "\"draws\":0"),
                        good.replaceFirst("\"cuts\":\\[", "\"cuts\":[1e9,"),
                        good.replaceFirst("\"covariance\":\\[", "\"covariance\":[0,"),
                        good.replaceFirst("\"min\":", "\"min\":1e9,\"was\":"))) {
            assertThatThrownBy(
                            () ->
                                    DriftBaseline.in(
                                            Map.of(DriftBaseline.METADATA_KEY, bad), "m.onnx"))
                    .as(bad)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("m.onnx");
        }
    }

    @Test
    void modelsWithoutABaselineHaveNone() {
        assertThat(DriftBaseline.in(Map.of(), "m.onnx")).isEmpty();
    }
}
