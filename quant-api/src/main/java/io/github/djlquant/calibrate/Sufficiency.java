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

import io.github.djlquant.observe.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Judges whether the data sufficed. */
final class Sufficiency {

    /** Below this there is no last quarter to judge by. */
    private static final int FEW_SAMPLES = 32;

    /**
     * A range that the last quarter of the samples widened by more than this still moves. Extremes
     * of heavy-tailed activations grow by some percent for ever; that is no sign of missing data.
     */
    private static final double STILL_MOVING = 0.2;

    /** A value whose elements differ by less than this share of their magnitude is constant. */
    private static final double CONSTANT = 1e-6;

    /** The share of channels at 0 that is worth a word. */
    private static final double DEAD_SHARE = 0.25;

    private Sufficiency() {}

    static CalibrationWarning fewSamples(long samples) {
        return samples >= FEW_SAMPLES
                ? null
                : new CalibrationWarning(
                        "",
                        CalibrationWarning.Kind.FEW_SAMPLES,
                        String.format(
                                Locale.ROOT,
                                "only %d samples; at least %d are needed to tell whether ranges"
                                        + " settle, and 100 to 500 are usual",
                                samples,
                                FEW_SAMPLES));
    }

    /** Judges the rows themselves: how much they differ from each other. */
    static List<CalibrationWarning> variety(RowVariety seen) {
        CalibrationWarning.Kind kind =
                seen.hasNoRange()
                        ? CalibrationWarning.Kind.NO_RANGE
                        : seen.isRepetitive()
                                ? CalibrationWarning.Kind.REPEATED_ROWS
                                : CalibrationWarning.Kind.CONSTANT_ROWS;
        return seen.remark().map(text -> new CalibrationWarning("", kind, text)).stream().toList();
    }

    /** Judges one value; {@code earlier} are its extremes after three quarters of the samples. */
    static List<CalibrationWarning> judge(
            String value, Statistics statistics, double earlierMin, double earlierMax) {
        List<CalibrationWarning> warnings = new ArrayList<>();
        // Of what has no element in any sample, the plan says that it stays float.
        if (statistics.isEmpty()) {
            return warnings;
        }
        double min = statistics.min();
        double max = statistics.max();
        double magnitude = Math.max(Math.abs(min), Math.abs(max));
        if (magnitude >= Distribution.MASK) {
            warnings.add(
                    new CalibrationWarning(
                            value,
                            CalibrationWarning.Kind.MASKED,
                            String.format(
                                    Locale.ROOT,
                                    "elements of magnitude %.3g stand for infinity; range methods"
                                            + " with a histogram leave them out, min/max can't",
                                    magnitude)));
        }
        if (max - min <= CONSTANT * magnitude) {
            warnings.add(
                    new CalibrationWarning(
                            value,
                            CalibrationWarning.Kind.HARDLY_EXCITED,
                            magnitude == 0
                                    ? "every element is 0"
                                    : String.format(
                                            Locale.ROOT, "every element is about %.4g", max)));
            return warnings;
        }
        double widened = 1 - (earlierMax - earlierMin) / (max - min);
        // Earlier it may have had no element, and so no range.
        if (widened > STILL_MOVING && earlierMin <= earlierMax) {
            warnings.add(
                    new CalibrationWarning(
                            value,
                            CalibrationWarning.Kind.RANGE_STILL_MOVING,
                            String.format(
                                    Locale.ROOT,
                                    "the last quarter of the samples widened the range from [%.4g,"
                                            + " %.4g] to [%.4g, %.4g]",
                                    earlierMin,
                                    earlierMax,
                                    min,
                                    max)));
        }
        statistics
                .channelMeans()
                .ifPresent(
                        means -> {
                            long dead = Arrays.stream(means).filter(mean -> mean == 0).count();
                            if (min >= 0 && dead > DEAD_SHARE * means.length) {
                                warnings.add(
                                        new CalibrationWarning(
                                                value,
                                                CalibrationWarning.Kind.DEAD_CHANNELS,
                                                dead
                                                        + " of "
                                                        + means.length
                                                        + " channels are 0 throughout"));
                            }
                        });
        return warnings;
    }
}
