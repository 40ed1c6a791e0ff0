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
package io.github.djlquant.report.section;

import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Detections;
import io.github.djlquant.evaluate.Divergences;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Flips;
import io.github.djlquant.evaluate.OutputError;
import io.github.djlquant.evaluate.ShapeDifference;
import io.github.djlquant.report.view.Figures;
import io.github.djlquant.report.view.Tone;
import io.github.djlquant.report.view.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * How close the answers of both models are, in the measure that fits what an output holds: answers
 * and tokens that changed, boxes that agree, the concordance of single numbers, the cosine of rows.
 *
 * @param tile the figure
 * @param phrase the same in a sentence
 * @param isCosine true of what says least to a reader
 */
record Closeness(Verdict.Tile tile, String phrase, boolean isCosine) {

    /**
     * Collects what was compared.
     *
     * @param evaluation the evaluation
     * @return one entry per kind of output, the one that tells most first
     */
    static List<Closeness> of(Evaluation evaluation) {
        List<Closeness> all = new ArrayList<>();
        if (holdsClasses(evaluation)) {
            all.add(answers(evaluation));
        }
        evaluation.divergences().stream()
                .max(Comparator.comparingDouble(Divergences::rate))
                .ifPresent(worst -> all.add(tokens(worst, evaluation)));
        evaluation.detections().ifPresent(found -> all.add(boxes(found, evaluation)));
        evaluation.outputs().stream()
                .filter(output -> output.concordance().isPresent())
                .min(Comparator.comparingDouble(o -> worth(o.concordance().orElseThrow())))
                .ifPresent(worst -> all.add(numbers(worst, evaluation)));
        evaluation.outputs().stream()
                .filter(output -> output.concordance().isEmpty())
                .min(Comparator.comparingDouble(o -> worth(o.cosine())))
                .ifPresent(worst -> all.add(rows(worst, evaluation)));
        evaluation.shapes().stream()
                .filter(shape -> !isOfBoxes(shape, evaluation))
                .max(Comparator.comparingLong(ShapeDifference::different))
                .ifPresent(worst -> all.add(shape(worst, evaluation)));
        return all;
    }

    /** Boxes are matched whatever their number. */
    static boolean isOfBoxes(ShapeDifference shape, Evaluation evaluation) {
        return evaluation
                .detections()
                .map(Detections::outputs)
                .filter(names -> names.isEmpty() || names.contains(shape.output()))
                .isPresent();
    }

    /** What is not defined is the worst. */
    private static double worth(double agreement) {
        return Double.isNaN(agreement) ? Double.NEGATIVE_INFINITY : agreement;
    }

    private static boolean holdsClasses(Evaluation evaluation) {
        return evaluation.outputs().stream().anyMatch(OutputError::classScores)
                || !evaluation.flipped().isEmpty();
    }

    private static Closeness answers(Evaluation evaluation) {
        String detail =
                evaluation.flipped().stream()
                        .max(Comparator.comparingDouble(Flips::share))
                        .map(f -> changed(f) + ", " + text(f.interval()))
                        .orElseGet(() -> text(wilson(evaluation)));
        String share = Figures.percent(evaluation.flips());
        return of(
                evaluation,
                "flips",
                "Answers changed",
                share,
                detail,
                share + " of the answers changed");
    }

    private static String changed(Flips flips) {
        return flips.lost() + flips.gained() == 0
                ? Figures.count(flips.changed()) + " samples"
                : Figures.count(flips.lost())
                        + " lost, "
                        + Figures.count(flips.gained())
                        + " gained";
    }

    private static ConfidenceInterval wilson(Evaluation evaluation) {
        OutputError worst =
                evaluation.outputs().stream()
                        .max(Comparator.comparingDouble(OutputError::flips))
                        .orElseThrow();
        return ConfidenceInterval.wilson(
                Math.round(worst.flips() * worst.samples()), worst.samples());
    }

    private static String text(ConfidenceInterval share) {
        return Figures.text("95 %% %.2f to %.2f %%", 100 * share.low(), 100 * share.high());
    }

    private static Closeness tokens(Divergences worst, Evaluation evaluation) {
        String share = Figures.percent(worst.rate());
        return of(
                evaluation,
                "divergence",
                "Tokens changed",
                share,
                Figures.count(worst.diverged())
                        + " of "
                        + Figures.count(worst.sequences())
                        + " sequences differ",
                share + " of the tokens became others");
    }

    private static Closeness boxes(Detections found, Evaluation evaluation) {
        String agreement = MetricWords.agreement(found.agreement());
        return of(
                evaluation,
                "detections",
                "Boxes agree",
                agreement,
                Figures.text(
                        "float %s, quantized %s, matched %s",
                        Figures.count(found.source()),
                        Figures.count(found.quantized()),
                        Figures.count(found.matched())),
                "boxes agree by " + agreement);
    }

    private static Closeness numbers(OutputError worst, Evaluation evaluation) {
        String agreed = MetricWords.agreement(worst.concordance().orElseThrow());
        return of(
                evaluation,
                "concordance",
                "Concordance",
                agreed,
                "of its numbers, SQNR " + leastSqnr(evaluation, o -> o.concordance().isPresent()),
                "concordance " + agreed);
    }

    private static Closeness rows(OutputError worst, Evaluation evaluation) {
        String cosine = MetricWords.agreement(worst.cosine());
        return of(
                evaluation,
                "cosine",
                "Mean cosine",
                cosine,
                "SQNR " + leastSqnr(evaluation, o -> o.concordance().isEmpty()),
                "mean cosine " + cosine);
    }

    private static String leastSqnr(Evaluation evaluation, Predicate<OutputError> which) {
        return Figures.decibel(
                evaluation.outputs().stream()
                        .filter(which)
                        .mapToDouble(OutputError::sqnr)
                        .min()
                        .orElse(Double.NaN));
    }

    private static Closeness shape(ShapeDifference worst, Evaluation evaluation) {
        String batches = Figures.count(worst.different()) + " of " + Figures.count(worst.batches());
        Tone judged = tone(evaluation, "shape");
        return new Closeness(
                new Verdict.Tile(
                        "Other shape",
                        batches,
                        "batches, not compared there: " + worst.output(),
                        judged == Tone.PLAIN ? Tone.WARN : judged),
                "another shape of " + worst.output() + " in " + batches + " batches",
                false);
    }

    /** A figure that a check of the gate judges. */
    private static Closeness of(
            Evaluation evaluation,
            String check,
            String title,
            String figure,
            String detail,
            String phrase) {
        return new Closeness(
                new Verdict.Tile(title, figure, detail, tone(evaluation, check)),
                phrase,
                check.equals("cosine"));
    }

    private static Tone tone(Evaluation evaluation, String check) {
        return Optional.of(evaluation)
                .flatMap(Evaluation::gate)
                .filter(
                        gate ->
                                gate.checks().stream()
                                        .anyMatch(c -> c.name().equals(check) && !c.passed()))
                .map(gate -> Tone.BAD)
                .orElse(Tone.PLAIN);
    }
}
