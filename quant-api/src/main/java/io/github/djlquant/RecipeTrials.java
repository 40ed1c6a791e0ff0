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
package io.github.djlquant;

import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.Subject;
import io.github.djlquant.evaluate.Trial;
import io.github.djlquant.recipe.Recipe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Quantizes by one recipe after the other and chooses: of those that pass their gate the fastest,
 * and of those that are as fast, as far as can be told (their intervals overlap), the smallest.
 */
public final class RecipeTrials {

    /** A recipe and the model that it gave, or why there is none. */
    private record Attempt(Recipe recipe, QuantizedModel model, QuantizationException refusal) {

        boolean passed() {
            return model != null;
        }

        /** What could not be timed counts as no faster than its source. */
        LatencyRatio latency() {
            return model.evaluation()
                    .latency()
                    .orElse(new LatencyRatio(Double.NaN, Double.NaN, 1, 1, 1, 0, 0));
        }

        /** What is told of it to people and programs. */
        Trial told(Attempt best) {
            if (passed()) {
                return Trial.of(
                        recipe.name(),
                        equals(best) ? Trial.Outcome.CHOSEN : Trial.Outcome.PASSED,
                        Optional.of(model.bytes()),
                        Optional.of(model.evaluation()),
                        "");
            }
            Optional<Evaluation> evidence = evidence();
            return Trial.of(
                    recipe.name(),
                    refusal instanceof GateException
                            ? Trial.Outcome.REFUSED
                            : Trial.Outcome.IMPOSSIBLE,
                    evidence.flatMap(Evaluation::subject).map(Subject::quantizedBytes),
                    evidence,
                    refusal.getMessage());
        }

        Optional<Evaluation> evidence() {
            return refusal instanceof GateException gate ? gate.evaluation() : Optional.empty();
        }

        @Override
        public String toString() {
            if (!passed()) {
                return recipe.name() + " refused: " + refusal.getMessage();
            }
            LatencyRatio latency = latency();
            return String.format(
                    Locale.ROOT,
                    "%s %.2fx as fast as the float model (%.2f to %.2f), %,d bytes",
                    recipe.name(),
                    latency.ratio(),
                    latency.low(),
                    latency.high(),
                    model.bytes());
        }
    }

    /**
     * The model that is kept.
     *
     * @param model the model
     * @param reason what the others were like
     * @param trials all that was tried, in the order of the recipes
     */
    public record Choice(QuantizedModel model, String reason, List<Trial> trials) {

        /** Copies the list. */
        public Choice {
            trials = List.copyOf(trials);
        }
    }

    private RecipeTrials() {}

    /**
     * Tries all.
     *
     * @param recipes what to try
     * @param quantize writes a model by a recipe
     * @return the best
     * @throws GateException if none is good enough
     * @throws QuantizationException if something is wrong with the model or the data, whatever the
     *     recipe
     */
    public static Choice choose(List<Recipe> recipes, Function<Recipe, QuantizedModel> quantize) {
        List<Attempt> attempts = new ArrayList<>();
        for (Recipe recipe : recipes) {
            attempts.add(attempt(recipe, quantize));
        }
        Attempt fastest =
                attempts.stream()
                        .filter(Attempt::passed)
                        .max(Comparator.comparingDouble(attempt -> attempt.latency().ratio()))
                        .orElseThrow(() -> refusal(attempts));
        double bound = fastest.latency().low();
        Attempt best =
                attempts.stream()
                        .filter(attempt -> attempt.passed() && attempt.latency().high() >= bound)
                        .min(Comparator.comparingLong(attempt -> attempt.model().bytes()))
                        .orElse(fastest);
        List<Attempt> others = attempts.stream().filter(attempt -> !attempt.equals(best)).toList();
        return new Choice(
                best.model(),
                "chosen: " + best + "; not chosen: " + list(others),
                told(attempts, best));
    }

    /** The first recipe's evidence stands for all: it is the one that suits most models. */
    private static GateException refusal(List<Attempt> attempts) {
        Problem problem =
                Problem.of("no recipe gives a model that is good enough: " + list(attempts));
        return attempts.stream()
                .flatMap(attempt -> attempt.evidence().stream())
                .findFirst()
                .map(evaluation -> evaluation.with().optTrials(told(attempts, null)).build())
                .map(evaluation -> new GateException(problem, evaluation))
                .orElseGet(() -> new GateException(problem));
    }

    private static Attempt attempt(Recipe recipe, Function<Recipe, QuantizedModel> quantize) {
        try {
            return new Attempt(recipe, quantize.apply(recipe), null);
        } catch (GateException | UnsupportedModelException e) {
            return new Attempt(recipe, null, e);
        }
    }

    private static List<Trial> told(List<Attempt> attempts, Attempt best) {
        return attempts.stream().map(attempt -> attempt.told(best)).toList();
    }

    private static String list(List<Attempt> attempts) {
        return attempts.stream().map(Attempt::toString).collect(Collectors.joining("; "));
    }
}
