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

import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.Trial;
import java.util.Objects;
import java.util.Optional;

/**
 * One form of a model: the float source, the optimized float one, an int8 one. Side by side they
 * show what size and speed cost.
 *
 * @param name what to call it
 * @param bytes its size; 0 if it is not known
 * @param micros median time of a call, microseconds; empty if it was not measured
 * @param quality how good its answers are, all variants of a report in the same measure; empty if
 *     it was not measured
 * @param standing whether it may be used
 * @param remark why it may not, or what else there is to say; empty if nothing
 */
public record Variant(
        String name,
        long bytes,
        Optional<Double> micros,
        Optional<Double> quality,
        Standing standing,
        String remark) {

    /** Whether a form may be used. */
    public enum Standing {
        /** It is the model that all others are compared with. */
        SOURCE,
        /** It passed its gate. */
        PASSED,
        /** It is below its gate. */
        REFUSED,
        /** It can't be made of this model. */
        IMPOSSIBLE,
        /** Nobody judged it. */
        UNJUDGED;

        static Standing of(Optional<GateResult> gate) {
            return gate.map(result -> result.passed() ? PASSED : REFUSED).orElse(UNJUDGED);
        }
    }

    /** Requires the parts. */
    public Variant {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(micros, "micros");
        Objects.requireNonNull(quality, "quality");
        Objects.requireNonNull(standing, "standing");
        Objects.requireNonNull(remark, "remark");
    }

    /**
     * Tells whether this is the model that all others are compared with.
     *
     * @return true for the source
     */
    public boolean isSource() {
        return standing == Standing.SOURCE;
    }

    /**
     * Describes the source model of an evaluation.
     *
     * @param name what to call it
     * @param evaluation an evaluation against it
     * @return the variant
     */
    public static Variant source(String name, Evaluation evaluation) {
        return new Variant(
                name,
                evaluation.subject().map(s -> s.sourceBytes()).orElse(0L),
                evaluation.latency().map(LatencyRatio::sourceMicros),
                Quality.of(evaluation).source(evaluation),
                Standing.SOURCE,
                "");
    }

    /**
     * Describes the model that an evaluation judges.
     *
     * @param name what to call it
     * @param evaluation the evaluation
     * @return the variant
     */
    public static Variant judged(String name, Evaluation evaluation) {
        return new Variant(
                name,
                evaluation.subject().map(s -> s.quantizedBytes()).orElse(0L),
                evaluation.latency().map(LatencyRatio::quantizedMicros),
                Quality.of(evaluation).quantized(evaluation),
                Standing.of(evaluation.gate()),
                evaluation
                        .gate()
                        .map(GateResult::failures)
                        .map(all -> String.join("; ", all))
                        .orElse(""));
    }

    /**
     * Describes a form that was tried where the recipe was chosen. Times of different runs are of
     * different moments of the machine; what was measured in turns is the ratio. So the time is
     * that of the source in the evaluation's run over the trial's ratio.
     *
     * @param trial the trial
     * @param evaluation the evaluation of the form that was chosen
     * @return the variant
     */
    static Variant tried(Trial trial, Evaluation evaluation) {
        return new Variant(
                trial.recipe(),
                trial.bytes().orElse(0L),
                trial.latency()
                        .flatMap(
                                own ->
                                        evaluation
                                                .latency()
                                                .map(run -> run.sourceMicros() / own.ratio())),
                Quality.of(evaluation).tried(trial, evaluation),
                switch (trial.outcome()) {
                    case CHOSEN, PASSED -> Standing.PASSED;
                    case REFUSED -> Standing.REFUSED;
                    case IMPOSSIBLE -> Standing.IMPOSSIBLE;
                },
                trial.gate()
                        .filter(gate -> !gate.passed())
                        .map(gate -> String.join("; ", gate.failures()))
                        .orElse(trial.reason()));
    }
}
