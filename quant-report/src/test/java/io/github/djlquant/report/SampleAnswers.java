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
import io.github.djlquant.evaluate.EvaluationBuilder;
import io.github.djlquant.evaluate.Flips;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.OutputError;
import io.github.djlquant.evaluate.Quantiles;
import io.github.djlquant.evaluate.ShapeDifference;
import io.github.djlquant.evaluate.Trial;
import java.util.List;
import java.util.Optional;

/** Made-up evaluations of models whose answers are neither classes nor embeddings. */
final class SampleAnswers {

    private SampleAnswers() {}

    private static EvaluationBuilder of(OutputError... outputs) {
        return new Evaluation(List.of(outputs), 200, true, Optional.empty(), Optional.empty())
                .with();
    }

    /** Generated text: nothing but tokens. */
    static Evaluation text() {
        return of().optDivergences(
                        List.of(
                                new Divergences(
                                        "sequences",
                                        200,
                                        12,
                                        Optional.of(new Quantiles(9, 1, 2, 8, 17, 18, 19, 20)),
                                        Optional.of(new Divergences.Tokens(4_000, 84)),
                                        List.of(
                                                new Divergences.Divergence(
                                                        17, 1, 464, 318, Optional.empty())))))
                .build();
    }

    /** One number per sample. */
    static Evaluation number() {
        return of(number("price", 0.9987, 41.2)).build();
    }

    static OutputError number(String output, double concordance, double sqnr) {
        return new OutputError(
                output,
                200,
                sqnr,
                1,
                0.31,
                false,
                0,
                0,
                Optional.empty(),
                Optional.of(concordance));
    }

    /** Boxes, of which the quantized model finds others. */
    static Evaluation boxes() {
        return of().optDetections(
                        new Detections(List.of("boxes", "scores"), 200, 812, 805, 790, 0.9312))
                .optShapes(
                        List.of(new ShapeDifference("boxes", 20, 3, 32, "(7, 4)", "(6, 4)", true)))
                .build();
    }

    /** An output whose rows can't be told apart, which the gate refuses. */
    static Evaluation shapes() {
        return of(new OutputError("mask", 180, 22.5, 0.995, 0.4, false, 0, 0))
                .optShapes(
                        List.of(new ShapeDifference("found", 20, 3, 32, "(7, 4)", "(6, 4)", true)))
                .optGate(
                        judged(
                                new GateResult.Check(
                                        "shape", "found", 0, 3, false, "found: another shape")))
                .build();
    }

    /** Classes that the model chooses itself: no scores. */
    static Evaluation classes() {
        return of().optFlipped(
                        List.of(new Flips("class", 200, 3, 0, 0, List.of(), List.of(), List.of())))
                .build();
    }

    /** A form that was tried, of which its gate measured one thing. */
    static Trial tried(String check, double measured) {
        return new Trial(
                "dynamic-int8",
                Trial.Outcome.REFUSED,
                Optional.of(1_000L),
                Optional.empty(),
                Optional.empty(),
                Optional.of(1.0),
                Optional.of(
                        judged(new GateResult.Check(check, "it", 0, measured, false, "too far"))),
                "");
    }

    private static GateResult judged(GateResult.Check check) {
        return new GateResult(List.of(check), List.of(), List.of(), List.of());
    }
}
