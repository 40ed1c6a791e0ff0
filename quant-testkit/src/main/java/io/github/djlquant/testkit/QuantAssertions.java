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
package io.github.djlquant.testkit;

import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Gate;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.OutputError;
import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.recipe.GateThresholds;
import java.util.Locale;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on a quantized model, for the build of whoever ships it:
 *
 * <pre>{@code
 * QuantAssertions.assertThat(model.evaluation())
 *     .flipsBelow(0.02)
 *     .cosineAbove(0.99)
 *     .accuracyDropBelow(0.005)
 *     .isFasterThanSource(1.5);
 * }</pre>
 *
 * <p>What was not measured fails, with a word on how to measure it.
 */
public final class QuantAssertions {

    private QuantAssertions() {}

    /**
     * Starts.
     *
     * @param actual what was measured
     * @return assertions
     */
    public static EvaluationAssert assertThat(Evaluation actual) {
        return new EvaluationAssert(actual);
    }

    /** Assertions on an {@link Evaluation}. */
    public static final class EvaluationAssert
            extends AbstractAssert<EvaluationAssert, Evaluation> {

        private EvaluationAssert(Evaluation actual) {
            super(actual, EvaluationAssert.class);
        }

        /**
         * Requires that few top-1 answers changed.
         *
         * @param share the share that is too large, between 0 and 1
         * @return this
         */
        public EvaluationAssert flipsBelow(double share) {
            isNotNull();
            if (actual.flipped().isEmpty()
                    && actual.outputs().stream().noneMatch(OutputError::classScores)) {
                fail(
                        "no output holds classes or looks like their scores, so that there are no"
                                + " answers to change");
            }
            return require(
                    actual.flips() < share,
                    "%.2f %% of the answers changed, not less than %.2f %%",
                    100 * actual.flips(),
                    100 * share);
        }

        /**
         * Requires that outputs keep their direction.
         *
         * @param cosine the mean cosine that is too small
         * @return this
         */
        public EvaluationAssert cosineAbove(double cosine) {
            hasNumbers();
            return require(
                    actual.cosine() > cosine,
                    "the mean cosine is %.4f, not above %.4f",
                    actual.cosine(),
                    cosine);
        }

        /**
         * Requires little noise on every output.
         *
         * @param decibels the signal to quantization noise ratio that is too small
         * @return this
         */
        public EvaluationAssert sqnrAbove(double decibels) {
            hasNumbers();
            return require(
                    actual.sqnr() > decibels,
                    "the SQNR is %.1f dB, not above %.1f dB",
                    actual.sqnr(),
                    decibels);
        }

        /**
         * Requires that the labelled accuracy did not fall, by the lower end of the paired 95 %
         * interval: chance alone fails no build.
         *
         * @param drop the drop that is too large, as a fraction
         * @return this
         */
        public EvaluationAssert accuracyDropBelow(double drop) {
            isNotNull();
            if (actual.accuracy().isEmpty()) {
                fail("accuracy was not measured: give labels to the evaluation");
            }
            double low = actual.accuracy().orElseThrow().drop().low();
            return require(
                    low < drop,
                    "top-1 fell by at least %.2f points, not less than %.2f",
                    100 * low,
                    100 * drop);
        }

        /**
         * Requires that no part of the samples lost much, beyond chance.
         *
         * @param drop the drop that is too large, in the metric's unit
         * @return this
         */
        public EvaluationAssert noSliceDropsMoreThan(double drop) {
            isNotNull();
            if (actual.slices().isEmpty()) {
                fail("there are no slices: evaluate with labels or slices");
            }
            if (actual.slices().stream()
                    .allMatch(criterion -> criterion.slices().stream().allMatch(Slice::tooSmall))) {
                fail("every slice is too small to say anything: evaluate more samples");
            }
            for (Slices criterion : actual.slices()) {
                for (Slice slice : criterion.slices()) {
                    require(
                            !(Double.isNaN(slice.drop())
                                    || slice.isSignificantlyWorse() && slice.drop() > drop),
                            "%s %s",
                            criterion.by(),
                            slice);
                }
            }
            return this;
        }

        /**
         * Requires a speed, by the upper end of the ratio's 95 % interval.
         *
         * @param factor how many times as fast as the source the model must be
         * @return this
         */
        public EvaluationAssert isFasterThanSource(double factor) {
            isNotNull();
            if (actual.latency().isEmpty()) {
                fail("latency was not measured");
            }
            return require(
                    actual.latency().orElseThrow().high() >= factor,
                    "%s, not %.2fx",
                    actual.latency().orElseThrow(),
                    factor);
        }

        /**
         * Requires what a gate asks for. Of the thresholds that the gate judges by default, those
         * count as asked for that {@link GateThresholds#requiring} names.
         *
         * @param thresholds the thresholds
         * @return this
         */
        public EvaluationAssert passes(GateThresholds thresholds) {
            isNotNull();
            GateResult result = Gate.judge(actual, thresholds);
            return require(result.passed(), "%s", result);
        }

        private void hasNumbers() {
            isNotNull();
            if (actual.outputs().isEmpty()) {
                fail("no output of numbers was compared");
            }
        }

        private EvaluationAssert require(boolean holds, String message, Object... figures) {
            if (!holds) {
                failWithMessage("%s", String.format(Locale.ROOT, message, figures) + "\n" + actual);
            }
            return this;
        }

        private void fail(String message) {
            failWithMessage("%s", message + "\n" + actual);
        }
    }
}
