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

import io.github.djlquant.evaluate.Detections;
import io.github.djlquant.evaluate.Divergences;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Gate;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.LayerError;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.OperatorShare;
import io.github.djlquant.evaluate.Operators;
import io.github.djlquant.evaluate.OutputError;
import io.github.djlquant.evaluate.Slice;
import io.github.djlquant.evaluate.Slices;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.recipe.GateThresholds;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
         * Requires that numbers, one per sample, agree: Lin's concordance of each such output.
         *
         * @param coefficient the concordance that is too small
         * @return this
         */
        public EvaluationAssert concordanceAbove(double coefficient) {
            isNotNull();
            List<OutputError> singles =
                    actual.outputs().stream().filter(o -> o.concordance().isPresent()).toList();
            if (singles.isEmpty()) {
                fail("no output is one number per sample");
            }
            for (OutputError output : singles) {
                require(
                        output.concordance().orElseThrow() > coefficient,
                        "the concordance of %s is %.4f, not above %.4f",
                        output.output(),
                        output.concordance().orElseThrow(),
                        coefficient);
            }
            return this;
        }

        /**
         * Requires that text keeps its tokens, of those that follow the same ones.
         *
         * @param share the share of other tokens that is too large, between 0 and 1
         * @return this
         */
        public EvaluationAssert tokensChangedBelow(double share) {
            isNotNull();
            if (actual.divergences().isEmpty()) {
                fail("no output holds tokens or their scores");
            }
            for (Divergences text : actual.divergences()) {
                require(
                        text.rate() < share,
                        "%.2f %% of the tokens of %s became others, not less than %.2f %%",
                        100 * text.rate(),
                        text.output(),
                        100 * share);
            }
            return this;
        }

        /**
         * Requires that both models find the same boxes.
         *
         * @param agreement the agreement that is too small, see {@link Detections#agreement}
         * @return this
         */
        public EvaluationAssert boxesAgreeAbove(double agreement) {
            isNotNull();
            if (actual.detections().isEmpty()) {
                fail("no output is known to list boxes: give a detector to the evaluation");
            }
            Detections found = actual.detections().orElseThrow();
            return require(
                    found.agreement() > agreement,
                    "boxes agree by %.4f, not above %.4f",
                    found.agreement(),
                    agreement);
        }

        /**
         * Requires that a metric did not become worse by much, by the lower end of its interval, as
         * {@link #accuracyDropBelow} does.
         *
         * @param name the metric, such as {@code f1} or {@code spearman}
         * @param drop the drop that is too large, in the metric's unit
         * @return this
         */
        public EvaluationAssert dropBelow(String name, double drop) {
            isNotNull();
            Metric metric =
                    actual.metrics().stream()
                            .filter(m -> m.name().equals(name))
                            .findFirst()
                            .orElse(null);
            if (metric == null) {
                fail("there is no metric " + name + ": give labels, targets or the metric itself");
                return this;
            }
            double surely = metric.interval().isKnown() ? metric.interval().low() : metric.drop();
            return require(
                    metric.isDefined() && surely < drop, "%s, not within %.4f", metric, drop);
        }

        /**
         * Requires a size.
         *
         * @param factor how many times smaller than the source the file must be
         * @return this
         */
        public EvaluationAssert isSmallerThanSource(double factor) {
            isNotNull();
            Subject subject = actual.subject().orElse(null);
            if (subject == null || subject.quantizedBytes() == 0) {
                fail("sizes are not known: evaluate two files");
                return this;
            }
            double smaller = subject.sourceBytes() / (double) subject.quantizedBytes();
            return require(
                    smaller >= factor, "the file is %.2fx smaller, not %.2fx", smaller, factor);
        }

        /**
         * Requires that the engine runs in int8 what was planned in int8.
         *
         * @return this
         */
        public EvaluationAssert nothingFellBack() {
            List<String> fallen =
                    operators().operators().stream()
                            .filter(OperatorShare::fellBack)
                            .map(o -> o.node() + (o.reason().isEmpty() ? "" : ": " + o.reason()))
                            .toList();
            return require(
                    fallen.isEmpty(),
                    "planned in int8, and run in float: %s",
                    String.join(", ", fallen));
        }

        /**
         * Requires that the time of a call goes into integers.
         *
         * @param share the share of the time that is too small, between 0 and 1
         * @return this
         */
        public EvaluationAssert timeOnIntegersAbove(double share) {
            Optional<Double> measured = operators().int8Share();
            if (measured.isEmpty()) {
                fail("the engine's operators were not timed: " + operators().timing());
            }
            return require(
                    measured.orElse(0.0) > share,
                    "%.1f %% of the time runs on integers, not more than %.1f %%",
                    100 * measured.orElse(0.0),
                    100 * share);
        }

        /**
         * Requires that no inner value loses much against what it is made from.
         *
         * @param decibels the loss that is too large
         * @return this
         */
        public EvaluationAssert noLayerLosesMoreThan(double decibels) {
            isNotNull();
            if (actual.layers().isEmpty()) {
                fail("the layers were not looked at: evaluate with Part.LAYERS (--layers)");
            }
            for (LayerError layer : actual.layers()) {
                require(layer.drop() <= decibels, "layer %s, more than %.1f dB", layer, decibels);
            }
            return this;
        }

        private Operators operators() {
            isNotNull();
            if (actual.operators().isEmpty()) {
                fail("the operators are not known: evaluate with Part.OPERATORS (--operators)");
            }
            return actual.operators().orElseThrow();
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
