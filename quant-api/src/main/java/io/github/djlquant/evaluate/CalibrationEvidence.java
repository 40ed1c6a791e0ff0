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

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Tells from the ranges of an evaluation's inner values whether calibration saw other data than the
 * evaluation. A fault of one layer spoils one range; data that is unlike spoils most of them, or
 * that of the input, which no layer has touched.
 */
final class CalibrationEvidence {

    /** Fewer samples are worth mentioning. */
    private static final int FEW = 10;

    /** Fewer ranges may well be spoilt by one layer. */
    private static final int SEVERAL = 4;

    private final List<LayerError> ranged;
    private final long samples;

    CalibrationEvidence(Evaluation evaluation) {
        this.ranged =
                evaluation.layers().stream().filter(layer -> layer.range().isPresent()).toList();
        this.samples = evaluation.coverage().map(Coverage::calibrationSamples).orElse(0L);
    }

    Optional<GateResult.Culprit> find() {
        List<LayerError> exceeded = where(range -> range.saturation() > Culprits.CLIPPED);
        List<LayerError> unused = where(range -> range.used() < Culprits.UNUSED);
        if (isData(exceeded)) {
            return Optional.of(culprit(worst(exceeded, range -> covered(range)), exceeded, true));
        }
        return isData(unused)
                ? Optional.of(culprit(worst(unused, LayerError.RangeUse::used), unused, false))
                : Optional.empty();
    }

    private List<LayerError> where(Predicate<LayerError.RangeUse> bad) {
        return ranged.stream().filter(layer -> bad.test(layer.range().orElseThrow())).toList();
    }

    private boolean isData(List<LayerError> bad) {
        return ranged.size() >= SEVERAL && 2 * bad.size() > ranged.size()
                || bad.stream().anyMatch(layer -> layer.position() < 0);
    }

    /** The input before all: it is what the user knows. */
    private static LayerError worst(
            List<LayerError> bad, java.util.function.ToDoubleFunction<LayerError.RangeUse> share) {
        return bad.stream()
                .min(
                        Comparator.comparing((LayerError layer) -> layer.position() >= 0)
                                .thenComparingDouble(
                                        layer -> share.applyAsDouble(layer.range().orElseThrow())))
                .orElseThrow();
    }

    /** The share of what evaluation saw that lies in the range. */
    private static double covered(LayerError.RangeUse range) {
        double inside = Math.min(range.high(), range.max()) - Math.max(range.low(), range.min());
        return Math.max(0, inside) / (range.max() - range.min());
    }

    private GateResult.Culprit culprit(LayerError worst, List<LayerError> bad, boolean exceeded) {
        LayerError.RangeUse range = worst.range().orElseThrow();
        String evidence =
                exceeded
                        ? text(
                                "covered %.0f %% of what is seen at %s: %.4g to %.4g of %.4g to"
                                        + " %.4g",
                                100 * covered(range),
                                worst.node(),
                                range.low(),
                                range.high(),
                                range.min(),
                                range.max())
                        : text(
                                "saw other data, %.0f times as large at %s: %.4g to %.4g in the"
                                        + " place of %.4g to %.4g",
                                (range.high() - range.low()) / (range.max() - range.min()),
                                worst.node(),
                                range.low(),
                                range.high(),
                                range.min(),
                                range.max());
        return new GateResult.Culprit(
                GateResult.Culprit.Kind.DATA,
                worst.value(),
                text(
                        "calibration%s %s; %d of %d ranges do not fit",
                        samples > 0 ? " with " + samplesText() : "",
                        evidence,
                        bad.size(),
                        ranged.size()));
    }

    private String samplesText() {
        return samples == 1
                ? "a single sample"
                : (samples < FEW ? "only " : "") + samples + " samples";
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
