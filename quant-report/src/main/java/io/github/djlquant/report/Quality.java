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

import io.github.djlquant.evaluate.Detections;
import io.github.djlquant.evaluate.Divergences;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Flips;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.Trial;
import java.util.Comparator;
import java.util.Optional;

/**
 * What the variants of one report are compared by: the main metric of the labelled samples, or else
 * how far a variant says what the source says, which itself has 1.
 */
enum Quality {
    /** The main metric. */
    METRIC,
    /** Top-1 accuracy. */
    TOP1,
    /** How far boxes agree. */
    BOXES,
    /** The share of tokens that stay. */
    TOKENS,
    /** The least concordance of a number per sample. */
    CONCORDANCE,
    /** The least mean cosine of the outputs. */
    COSINE,
    /** The share of answers that stay, where there are no scores of them. */
    ANSWERS;

    static Quality of(Evaluation evaluation) {
        if (!evaluation.metrics().isEmpty()) {
            return METRIC;
        }
        if (evaluation.accuracy().isPresent()) {
            return TOP1;
        }
        if (evaluation.detections().isPresent()) {
            return BOXES;
        }
        if (!evaluation.divergences().isEmpty()) {
            return TOKENS;
        }
        if (evaluation.outputs().isEmpty()) {
            return ANSWERS;
        }
        return evaluation.outputs().stream().allMatch(o -> o.concordance().isPresent())
                ? CONCORDANCE
                : COSINE;
    }

    String title(Evaluation evaluation) {
        return switch (this) {
            case METRIC -> evaluation.metrics().get(0).name();
            case TOP1 -> "top-1";
            case BOXES -> "boxes agree";
            case TOKENS -> "same tokens";
            case CONCORDANCE -> "concordance";
            case COSINE -> "cosine to float";
            case ANSWERS -> "same answers";
        };
    }

    Optional<Double> source(Evaluation evaluation) {
        return switch (this) {
            case METRIC -> main(evaluation).map(Metric::source);
            case TOP1 -> evaluation.accuracy().map(Evaluation.Accuracy::source);
            default -> Optional.of(1.0);
        };
    }

    Optional<Double> quantized(Evaluation evaluation) {
        return switch (this) {
            case METRIC -> main(evaluation).map(Metric::quantized);
            case TOP1 -> evaluation.accuracy().map(Evaluation.Accuracy::quantized);
            case BOXES -> evaluation.detections().map(Detections::agreement);
            case TOKENS ->
                    evaluation.divergences().stream()
                            .map(Divergences::rate)
                            .max(Comparator.naturalOrder())
                            .map(rate -> 1 - rate);
            case CONCORDANCE, COSINE -> Optional.of(evaluation.cosine());
            case ANSWERS ->
                    evaluation.flipped().stream()
                            .map(Flips::share)
                            .max(Comparator.naturalOrder())
                            .map(share -> 1 - share);
        };
    }

    /**
     * Of a trial the outputs' cosine and labels' top-1 answers are known, and what its gate
     * measured.
     */
    Optional<Double> tried(Trial trial, Evaluation evaluation) {
        return switch (this) {
            case METRIC -> main(evaluation).flatMap(metric -> tried(trial, metric));
            case TOP1 -> trial.accuracy().map(Evaluation.Accuracy::quantized);
            case BOXES -> measured(trial, "detections", null);
            case TOKENS -> measured(trial, "divergence", null).map(rate -> 1 - rate);
            case CONCORDANCE, COSINE -> trial.cosine();
            case ANSWERS -> measured(trial, "flips", null).map(share -> 1 - share);
        };
    }

    private static Optional<Double> tried(Trial trial, Metric metric) {
        return measured(trial, "drop", metric.name())
                .map(
                        drop ->
                                metric.higherIsBetter()
                                        ? metric.source() - drop
                                        : metric.source() + drop);
    }

    /** The worst that a gate measured; any subject's if none is named. */
    private static Optional<Double> measured(Trial trial, String check, String subject) {
        return trial.gate().stream()
                .flatMap(gate -> gate.checks().stream())
                .filter(c -> c.name().equals(check))
                .filter(c -> subject == null || c.subject().equals(subject))
                .map(GateResult.Check::measured)
                .filter(Double::isFinite)
                .max(
                        check.equals("detections")
                                ? Comparator.reverseOrder()
                                : Comparator.naturalOrder());
    }

    private static Optional<Metric> main(Evaluation evaluation) {
        return evaluation.metrics().stream().findFirst();
    }
}
