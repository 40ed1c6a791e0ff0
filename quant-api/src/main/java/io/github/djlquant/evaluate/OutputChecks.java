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

/**
 * Judges how close the outputs of both models are: numbers, answers, tokens and boxes, each by what
 * it means.
 */
final class OutputChecks {

    /** A mean cosine below it is no rounding: the outputs have lost their meaning. */
    private static final double COLLAPSE = 0.5;

    /** Samples from which on a share above its limit fails by itself. */
    private static final long MANY = 100;

    private final Evaluation evaluation;
    private final GateThresholds thresholds;
    private final GateChecks checks;
    private final List<String> undecided = new ArrayList<>();
    private final List<String> advice = new ArrayList<>();

    /**
     * Prepares.
     *
     * @param checks where the judgements go
     */
    OutputChecks(Evaluation evaluation, GateThresholds thresholds, GateChecks checks) {
        this.evaluation = evaluation;
        this.thresholds = thresholds;
        this.checks = checks;
    }

    void add() {
        for (OutputError output : evaluation.outputs()) {
            finite(output);
            output.concordance()
                    .ifPresentOrElse(agreed -> concordance(output, agreed), () -> cosine(output));
            if (evaluation.realData()) {
                thresholds.minSqnr().ifPresent(least -> sqnr(output, least));
                if (output.classScores()) {
                    flips(output.output(), output.flips(), output.samples());
                }
            }
        }
        if (evaluation.realData()) {
            evaluation.shapes().stream().filter(this::isAmiss).forEach(this::shape);
            evaluation.detections().ifPresent(this::detections);
            evaluation.divergences().stream()
                    .filter(
                            text ->
                                    evaluation.outputs().isEmpty()
                                            || isCompared(text.output())
                                            || thresholds
                                                    .required()
                                                    .contains(GateThresholds.Limit.DIVERGENCE))
                    .forEach(this::divergence);
            evaluation.flipped().stream()
                    .filter(answers -> !isCompared(answers.output()))
                    .forEach(a -> flips(a.output(), a.share(), a.samples()));
        }
    }

    /** Returns what differs in shape and is no reason to refuse. */
    List<ShapeDifference> unjudged() {
        return evaluation.shapes().stream()
                .filter(shape -> !areBoxes(shape))
                .filter(shape -> !evaluation.realData() || !isAmiss(shape))
                .toList();
    }

    /** Returns what lies above its limit, on too few samples to refuse it. */
    List<String> undecided() {
        return List.copyOf(undecided);
    }

    /** Returns what to do where a limit is finer than the samples. */
    List<String> advice() {
        return List.copyOf(advice);
    }

    private void finite(OutputError output) {
        checks.add(
                "finite",
                output.output(),
                0,
                output.nonFinite(),
                output.nonFinite() == 0,
                GateChecks.text(
                        "%s: %d elements became NaN or infinite%s",
                        output.output(),
                        output.nonFinite(),
                        output.firstNonFinite()
                                .map(sample -> ", first in sample " + sample)
                                .orElse("")));
    }

    private void cosine(OutputError output) {
        double least = evaluation.realData() ? thresholds.minCosine() : COLLAPSE;
        boolean low = !(output.cosine() >= least);
        checks.add(
                "cosine",
                output.output(),
                least,
                output.cosine(),
                !low,
                GateChecks.text(
                        "%s: mean cosine %.4f is %s %.4f",
                        output.output(), output.cosine(), low ? "below" : "at least", least));
    }

    /** Inputs that nobody chose may hardly move a number: there only noise as loud as it counts. */
    private void concordance(OutputError output, double agreed) {
        if (!evaluation.realData()) {
            sqnr(output, 0);
            return;
        }
        double least = thresholds.minCosine();
        boolean low = !(agreed >= least);
        checks.add(
                "concordance",
                output.output(),
                least,
                agreed,
                !low,
                GateChecks.text(
                        "%s: the concordance of its numbers is %.4f, %s %.4f",
                        output.output(), agreed, low ? "below" : "at least", least));
    }

    /** Counts and indices may differ where numbers were compared. */
    private boolean isAmiss(ShapeDifference shape) {
        return !areBoxes(shape) && (shape.floats() || evaluation.outputs().isEmpty());
    }

    /** Boxes are matched whatever their number. */
    private boolean areBoxes(ShapeDifference shape) {
        return evaluation
                .detections()
                .filter(
                        found ->
                                found.outputs().isEmpty()
                                        || found.outputs().contains(shape.output()))
                .isPresent();
    }

    private void shape(ShapeDifference shape) {
        checks.add(
                "shape",
                shape.output(),
                0,
                shape.different(),
                false,
                shape
                        + ": nothing says which rows belong together; where it lists what was found,"
                        + " give a detector, else make comparable rows of it with a readout");
    }

    private void detections(Detections found) {
        double least = thresholds.minDetections();
        boolean low = !(found.agreement() >= least);
        checks.add(
                "detections",
                found.subject(),
                least,
                found.agreement(),
                !low,
                GateChecks.text(
                        "%s: the boxes of both models agree by %.4f, %s %.4f (%d and %d boxes, %d"
                                + " matched)",
                        found.subject(),
                        found.agreement(),
                        low ? "below" : "at least",
                        least,
                        found.source(),
                        found.quantized(),
                        found.matched()));
    }

    private void divergence(Divergences parted) {
        share(
                "divergence",
                parted.output(),
                "tokens became others",
                parted.rate(),
                parted.tokens().map(Divergences.Tokens::compared).orElse(parted.sequences()),
                thresholds.maxDivergence(),
                GateChecks.text(
                        " (%d of %d sequences differ)", parted.diverged(), parted.sequences()));
    }

    private void sqnr(OutputError output, double least) {
        boolean low = !(output.sqnr() >= least);
        checks.add(
                "sqnr",
                output.output(),
                least,
                output.sqnr(),
                !low,
                GateChecks.text(
                        "%s: SQNR %.1f dB is %s %.1f dB",
                        output.output(), output.sqnr(), low ? "below" : "at least", least));
    }

    /** True if there are numbers of an output, and not only answers. */
    private boolean isCompared(String name) {
        return evaluation.outputs().stream().anyMatch(output -> output.output().equals(name));
    }

    private void flips(String output, double share, long samples) {
        share("flips", output, "answers changed", share, samples, thresholds.maxFlips(), "");
    }

    /** Few samples can't prove a share: of those the lower end of the Wilson interval counts. */
    private void share(
            String name,
            String output,
            String what,
            double share,
            long samples,
            double most,
            String detail) {
        boolean within = share <= most;
        double low = ConfidenceInterval.wilson(Math.round(share * samples), samples).low();
        boolean failed = low > most || samples >= MANY && !within;
        String text =
                GateChecks.text(
                        "%s: %.2f %% of the %s, %s %.2f %%%s",
                        output, 100 * share, what, within ? "within" : "above", 100 * most, detail);
        if (!within && !failed) {
            text += GateChecks.text(", but %d are too few to tell from chance", samples);
            undecided.add(text);
        } else if (most > 0 && most * samples < 1) {
            long enough = (long) Math.ceil(1 / most);
            text +=
                    GateChecks.text(
                            "; a single one of %d is %.2f %%, so that limit takes %d samples",
                            samples, 100.0 / samples, enough);
            if (failed) {
                advice.add(
                        GateChecks.text(
                                "judge %s on at least %d samples, or by a limit that %d can reach",
                                name, enough, samples));
            } else {
                undecided.add(text);
            }
        }
        checks.add(name, output, most, share, !failed, text);
    }
}
