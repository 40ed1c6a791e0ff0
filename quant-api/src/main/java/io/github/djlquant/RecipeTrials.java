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

import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.recipe.Recipe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Quantizes by one recipe after the other and chooses: of those that pass their gate the fastest,
 * and of those that are as fast, as far as can be told (their intervals overlap), the smallest.
 */
public final class RecipeTrials {

    /** What became of a recipe: a model, or why there is none. */
    private record Trial(Recipe recipe, QuantizedModel model, QuantizationException refusal) {

        boolean passed() {
            return model != null;
        }

        /** What could not be timed counts as no faster than its source. */
        LatencyRatio latency() {
            return model.evaluation()
                    .latency()
                    .orElse(new LatencyRatio(Double.NaN, Double.NaN, 1, 1, 1, 0, 0));
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
     */
    public record Choice(QuantizedModel model, String reason) {}

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
        List<Trial> trials = new ArrayList<>();
        for (Recipe recipe : recipes) {
            trials.add(attempt(recipe, quantize));
        }
        Trial fastest =
                trials.stream()
                        .filter(Trial::passed)
                        .max(Comparator.comparingDouble(trial -> trial.latency().ratio()))
                        .orElseThrow(() -> refusal(trials));
        double bound = fastest.latency().low();
        Trial best =
                trials.stream()
                        .filter(trial -> trial.passed() && trial.latency().high() >= bound)
                        .min(Comparator.comparingLong(trial -> trial.model().bytes()))
                        .orElse(fastest);
        List<Trial> others = trials.stream().filter(trial -> !trial.equals(best)).toList();
        return new Choice(best.model(), "chosen: " + best + "; not chosen: " + list(others));
    }

    /** The first recipe's evidence stands for all: it is the one that suits most models. */
    private static GateException refusal(List<Trial> trials) {
        Problem problem =
                Problem.of("no recipe gives a model that is good enough: " + list(trials));
        return trials.stream()
                .map(Trial::refusal)
                .filter(GateException.class::isInstance)
                .flatMap(refusal -> ((GateException) refusal).evaluation().stream())
                .findFirst()
                .map(evaluation -> new GateException(problem, evaluation))
                .orElseGet(() -> new GateException(problem));
    }

    private static Trial attempt(Recipe recipe, Function<Recipe, QuantizedModel> quantize) {
        try {
            return new Trial(recipe, quantize.apply(recipe), null);
        } catch (GateException | UnsupportedModelException e) {
            return new Trial(recipe, null, e);
        }
    }

    private static String list(List<Trial> trials) {
        return trials.stream().map(Trial::toString).collect(Collectors.joining("; "));
    }
}
