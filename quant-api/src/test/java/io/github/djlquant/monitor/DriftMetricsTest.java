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

import io.github.djlquant.graph.Tensor;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DriftMetricsTest {

    @Test
    void gaugesShowTheLastWindow() {
        float[] elements = new float[200];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = i % 20;
        }
        DriftBaseline baseline =
                DriftBaseline.builder(List.of("x"))
                        .add(Map.of("x", Tensor.ofFloats(elements, 40, 5)))
                        .build();
        DriftMonitor monitor =
                DriftMonitor.builder().optWindow(40).optHysteresis(1, 1).build(baseline);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new DriftMetrics(monitor).bindTo(registry);
        assertThat(value(registry, "value")).isNaN();
        monitor.observe(Map.of("x", Tensor.ofFloats(elements, 40, 5)));
        assertThat(value(registry, "value")).isZero();
        assertThat(value(registry, "threshold")).isBetween(0.0, 1.0);
        assertThat(registry.get("djl.quant.drift.alarms").gauge().value()).isZero();
        java.util.Arrays.fill(elements, 50);
        monitor.observe(Map.of("x", Tensor.ofFloats(elements, 40, 5)));
        assertThat(value(registry, "value")).isEqualTo(1);
        assertThat(registry.get("djl.quant.drift.alarms").gauge().value()).isPositive();
    }

    /** Tapped integers are clipped already: nothing tells how many were. */
    @Test
    void tappedValuesHaveNoSaturation() {
        float[] elements = new float[200];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = i % 20;
        }
        Map<String, Tensor> batch = Map.of("x", Tensor.ofFloats(elements, 40, 5));
        DriftBaseline untapped = DriftBaseline.builder(List.of("in")).add(batch).build();
        DriftBaseline tapped =
                new DriftBaseline(
                        List.of("in"),
                        List.copyOf(untapped.tensors().values()),
                        DriftBaseline.DRAWS,
                        List.of(new Tap("x", "x_quantized", 1, 0)),
                        false);
        for (DriftBaseline baseline : List.of(untapped, tapped)) {
            DriftMonitor monitor = DriftMonitor.builder().optWindow(40).build(baseline);
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            new DriftMetrics(monitor).bindTo(registry);
            monitor.observe(batch);
            int figures = baseline == tapped ? 3 : 4;
            assertThat(monitor.latest().orElseThrow().readings()).hasSize(figures);
            assertThat(monitor.toJson().toString().contains("saturation")).isEqualTo(figures == 4);
            assertThat(registry.find("djl.quant.drift.value").gauges()).hasSize(figures);
            assertThat(registry.find("djl.quant.drift.threshold").gauges()).hasSize(figures);
        }
    }

    private static double value(SimpleMeterRegistry registry, String name) {
        return registry.get("djl.quant.drift." + name)
                .tag("tensor", "x")
                .tag("figure", "out of range")
                .gauge()
                .value();
    }
}
