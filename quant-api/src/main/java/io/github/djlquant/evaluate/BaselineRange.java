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

import io.github.djlquant.calibrate.CalibrationTable;
import io.github.djlquant.monitor.DriftBaseline;
import io.github.djlquant.monitor.TensorBaseline;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.scheme.QuantParams;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * What calibration saw of one value, and what the integers can say of it: live data is compared
 * with it to notice drift.
 *
 * @param value its name
 * @param samples rows that calibration saw
 * @param min the least element seen
 * @param max the largest element seen
 * @param low the least number that the integers can say; empty if it stays float
 * @param high the largest number that the integers can say; empty if it stays float
 * @param known what the artifact knows of it, for a monitor
 */
public record BaselineRange(
        String value,
        long samples,
        double min,
        double max,
        Optional<Double> low,
        Optional<Double> high,
        Known known) {

    /** What an artifact knows of a value. */
    public enum Known {
        /** How its rows differ, one by one: a monitor's thresholds are as narrow as can be. */
        ROWS,
        /** How all its elements are distributed: a monitor's thresholds are wide. */
        DISTRIBUTION,
        /** Nothing: the range was seen when the model was quantized. */
        RANGE
    }

    /** Requires the parts. */
    public BaselineRange {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(low, "low");
        Objects.requireNonNull(high, "high");
        Objects.requireNonNull(known, "known");
    }

    /**
     * Reads the ranges that an artifact carries.
     *
     * @param baseline an artifact's baseline
     * @return one entry per tensor, inputs first
     */
    public static List<BaselineRange> of(DriftBaseline baseline) {
        return baseline.tensors().values().stream().map(BaselineRange::range).toList();
    }

    /**
     * Reads the ranges of a calibration.
     *
     * @param table what calibration saw
     * @param plan what became of the values
     * @return one entry per activation that calibration saw, in the plan's order
     */
    public static List<BaselineRange> of(CalibrationTable table, QuantPlan plan) {
        return plan.values().stream()
                .filter(decision -> decision.kind() == ValueDecision.Kind.ACTIVATION)
                .flatMap(
                        decision ->
                                table
                                        .get(decision.value())
                                        .filter(seen -> seen.samples() > 0)
                                        .map(seen -> range(decision, seen))
                                        .stream())
                .toList();
    }

    private static BaselineRange range(TensorBaseline tensor) {
        return new BaselineRange(
                tensor.tensor(),
                tensor.rows(),
                tensor.min(),
                tensor.max(),
                Optional.of(tensor.low()).filter(Double::isFinite),
                Optional.of(tensor.high()).filter(Double::isFinite),
                tensor.isMeasured() ? Known.ROWS : Known.DISTRIBUTION);
    }

    private static BaselineRange range(ValueDecision decision, Statistics seen) {
        Optional<QuantParams> params =
                Optional.ofNullable(decision.params()).filter(p -> p.size() == 1);
        return new BaselineRange(
                decision.value(),
                seen.samples(),
                seen.min(),
                seen.max(),
                params.map(p -> (double) p.dequantize(p.qmin(), 0)),
                params.map(p -> (double) p.dequantize(p.qmax(), 0)),
                Known.RANGE);
    }

    @Override
    public String toString() {
        String seen =
                String.format(
                        Locale.ROOT,
                        "%%%s in [%.4g, %.4g] over %,d rows",
                        value,
                        min,
                        max,
                        samples);
        return low.isEmpty() || high.isEmpty()
                ? seen
                : seen
                        + String.format(
                                Locale.ROOT, ", integers say [%.4g, %.4g]", low.get(), high.get());
    }
}
