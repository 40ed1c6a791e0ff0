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

import io.github.djlquant.recipe.GateThresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Decides whether a quantized model is good enough to hand over. */
public final class Gate {

    /** A mean cosine below it is no rounding: the outputs have lost their meaning. */
    private static final double COLLAPSE = 0.5;

    private Gate() {}

    /**
     * Judges an evaluation. NaN or infinity that the source does not have, always fails. On inputs
     * made from the signature nothing else is judged but collapse (cosine below one half), because
     * such inputs lie outside the calibrated ranges.
     *
     * @param evaluation what was measured
     * @param thresholds what must be reached
     * @return what failed; empty if the model passes
     */
    public static List<String> failures(Evaluation evaluation, GateThresholds thresholds) {
        List<String> failures = new ArrayList<>();
        for (OutputError output : evaluation.outputs()) {
            if (output.nonFinite() > 0) {
                failures.add(
                        output.output()
                                + ": "
                                + output.nonFinite()
                                + " elements became NaN or infinite");
            }
            cosine(output, evaluation.realData() ? thresholds.minCosine() : COLLAPSE, failures);
            if (output.classScores() && evaluation.realData()) {
                flips(output, thresholds, failures);
            }
        }
        evaluation.accuracy().ifPresent(accuracy -> drop(accuracy, thresholds, failures));
        return failures;
    }

    private static void cosine(OutputError output, double least, List<String> failures) {
        if (output.cosine() < least) {
            failures.add(
                    text(
                            "%s: mean cosine %.4f is below %.4f",
                            output.output(), output.cosine(), least));
        }
    }

    /** Few samples can't prove a share of flips: the lower end of the Wilson interval counts. */
    private static void flips(
            OutputError output, GateThresholds thresholds, List<String> failures) {
        double low =
                ConfidenceInterval.wilson(
                                Math.round(output.flips() * output.samples()), output.samples())
                        .low();
        if (low > thresholds.maxFlips()
                || output.samples() >= 100 && output.flips() > thresholds.maxFlips()) {
            failures.add(
                    text(
                            "%s: %.2f %% of the answers changed, above %.2f %%",
                            output.output(), 100 * output.flips(), 100 * thresholds.maxFlips()));
        }
    }

    private static void drop(
            Evaluation.Accuracy accuracy, GateThresholds thresholds, List<String> failures) {
        if (accuracy.drop().low() > thresholds.maxDrop()) {
            failures.add(
                    text(
                            "top-1 fell from %.2f %% to %.2f %%, by more than %.2f points",
                            100 * accuracy.source(),
                            100 * accuracy.quantized(),
                            100 * thresholds.maxDrop()));
        }
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
