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
package io.github.djlquant.report;

import io.github.djlquant.QuantizedModel;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.plan.ValueDecision;
import io.github.djlquant.scheme.QuantParams;
import java.util.List;
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
 */
public record BaselineRange(
        String value,
        long samples,
        double min,
        double max,
        Optional<Double> low,
        Optional<Double> high) {

    /** Requires the parts. */
    public BaselineRange {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(low, "low");
        Objects.requireNonNull(high, "high");
    }

    /**
     * Reads the ranges of a result.
     *
     * @param model the result
     * @return one entry per activation that calibration saw, in the plan's order; empty if nothing
     *     was calibrated
     */
    public static List<BaselineRange> of(QuantizedModel model) {
        return model.calibrationTable()
                .map(
                        table ->
                                model.plan().values().stream()
                                        .filter(v -> v.kind() == ValueDecision.Kind.ACTIVATION)
                                        .flatMap(
                                                v ->
                                                        table
                                                                .get(v.value())
                                                                .filter(s -> s.samples() > 0)
                                                                .map(s -> range(v, s))
                                                                .stream())
                                        .toList())
                .orElse(List.of());
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
                params.map(p -> (double) p.dequantize(p.qmax(), 0)));
    }
}
