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
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.Metric;
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
 * @param source true for the model that all others are compared with
 */
public record Variant(
        String name,
        long bytes,
        Optional<Double> micros,
        Optional<Double> quality,
        boolean source) {

    /** Requires the parts. */
    public Variant {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(micros, "micros");
        Objects.requireNonNull(quality, "quality");
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
                true);
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
                false);
    }

    /** What the variants of one report are compared by. */
    enum Quality {
        /** The main metric of the labelled samples. */
        METRIC,
        /** Top-1 accuracy. */
        TOP1,
        /** The least mean cosine of the outputs; the source's is 1. */
        COSINE;

        static Quality of(Evaluation evaluation) {
            if (!evaluation.metrics().isEmpty()) {
                return METRIC;
            }
            return evaluation.accuracy().isPresent() ? TOP1 : COSINE;
        }

        String title(Evaluation evaluation) {
            return switch (this) {
                case METRIC -> evaluation.metrics().get(0).name();
                case TOP1 -> "top-1";
                case COSINE -> "cosine to float";
            };
        }

        Optional<Double> source(Evaluation evaluation) {
            return switch (this) {
                case METRIC -> evaluation.metrics().stream().findFirst().map(Metric::source);
                case TOP1 -> evaluation.accuracy().map(Evaluation.Accuracy::source);
                case COSINE -> Optional.of(1.0);
            };
        }

        Optional<Double> quantized(Evaluation evaluation) {
            return switch (this) {
                case METRIC -> evaluation.metrics().stream().findFirst().map(Metric::quantized);
                case TOP1 -> evaluation.accuracy().map(Evaluation.Accuracy::quantized);
                case COSINE -> Optional.of(evaluation.cosine());
            };
        }
    }
}
