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

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A form of the model that was tried where the recipe was to be chosen ({@code auto}), kept or not.
 *
 * @param recipe the recipe's name
 * @param outcome what became of it
 * @param bytes its size; empty if none was written
 * @param latency time per call against the source; empty if it was not measured
 * @param accuracy top-1 accuracy against the source's; empty without labels
 * @param cosine the least mean cosine of an output to the source's; empty if nothing was compared
 * @param gate the judgement; empty if there was none
 * @param reason why there is no such form; empty otherwise
 */
public record Trial(
        String recipe,
        Outcome outcome,
        Optional<Long> bytes,
        Optional<LatencyRatio> latency,
        Optional<Evaluation.Accuracy> accuracy,
        Optional<Double> cosine,
        Optional<GateResult> gate,
        String reason) {

    /** What became of a form. */
    public enum Outcome {
        /** It is the one that was handed over. */
        CHOSEN,
        /** It passed its gate; another one is better. */
        PASSED,
        /** It is below its gate. */
        REFUSED,
        /** It can't be made of this model. */
        IMPOSSIBLE
    }

    /** Requires the parts. */
    public Trial {
        Objects.requireNonNull(recipe, "recipe");
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(latency, "latency");
        Objects.requireNonNull(accuracy, "accuracy");
        Objects.requireNonNull(cosine, "cosine");
        Objects.requireNonNull(gate, "gate");
        Objects.requireNonNull(reason, "reason");
    }

    /**
     * Keeps what an evaluation found.
     *
     * @param recipe the recipe's name
     * @param outcome what became of it
     * @param bytes its size; empty if none was written
     * @param found the evaluation; empty if nothing was compared
     * @param reason why there is no such form; empty otherwise
     * @return the trial
     */
    public static Trial of(
            String recipe,
            Outcome outcome,
            Optional<Long> bytes,
            Optional<Evaluation> found,
            String reason) {
        return new Trial(
                recipe,
                outcome,
                bytes,
                found.flatMap(Evaluation::latency),
                found.flatMap(Evaluation::accuracy),
                found.map(Evaluation::cosine),
                found.flatMap(Evaluation::gate),
                reason);
    }

    @Override
    public String toString() {
        return recipe
                + " "
                + outcome.name().toLowerCase(Locale.ROOT)
                + latency.map(l -> String.format(Locale.ROOT, ", %.2fx as fast", l.ratio()))
                        .orElse("")
                + bytes.map(b -> String.format(Locale.ROOT, ", %,d bytes", b)).orElse("")
                + (reason.isEmpty() ? "" : ": " + reason);
    }
}
