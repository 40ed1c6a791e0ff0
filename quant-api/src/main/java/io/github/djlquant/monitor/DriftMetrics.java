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

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * Shows a {@link DriftMonitor} to Micrometer, which the application brings along. Gauges, each with
 * the tags {@code tensor} and {@code figure}:
 *
 * <ul>
 *   <li>{@code djl.quant.drift.value}: the figure in the last window; NaN before the first one
 *   <li>{@code djl.quant.drift.threshold}: what chance does not exceed
 * </ul>
 *
 * <p>and, without tags, {@code djl.quant.drift.alarms}: how many alarms are raised.
 */
public final class DriftMetrics implements MeterBinder {

    private final DriftMonitor monitor;

    /**
     * Prepares.
     *
     * @param monitor what to show
     */
    public DriftMetrics(DriftMonitor monitor) {
        this.monitor = Objects.requireNonNull(monitor, "monitor");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("djl.quant.drift.alarms", monitor, m -> m.alarms().size())
                .description("Drift alarms that are raised")
                .register(registry);
        for (TensorBaseline tensor : monitor.baseline().watched()) {
            for (Figure figure : monitor.baseline().figures(tensor)) {
                register(registry, "value", tensor.tensor(), figure, Reading::value);
                register(registry, "threshold", tensor.tensor(), figure, Reading::threshold);
            }
        }
    }

    private void register(
            MeterRegistry registry,
            String name,
            String tensor,
            Figure figure,
            ToDoubleFunction<Reading> number) {
        Gauge.builder(
                        "djl.quant.drift." + name,
                        monitor,
                        m ->
                                m.latest().stream()
                                        .flatMap(window -> window.readings().stream())
                                        .filter(
                                                reading ->
                                                        reading.tensor().equals(tensor)
                                                                && reading.figure() == figure)
                                        .mapToDouble(number)
                                        .findFirst()
                                        .orElse(Double.NaN))
                .tag("tensor", tensor)
                .tag("figure", figure.text())
                .register(registry);
    }
}
