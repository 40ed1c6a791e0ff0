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
package io.github.djlquant.plan;

import io.github.djlquant.calibrate.Range;
import io.github.djlquant.calibrate.RangeSelection;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.plan.ValueDecision.Kind;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.scheme.QuantParams;
import java.util.Locale;

/** Scale and zero point of an activation from its statistics. */
final class ActivationParams {

    /**
     * Stands in where the data were nothing but zeros. The layer behind then answers with its bias
     * alone, whose step is this scale times that of the weights: a scale of 1 would leave the bias
     * no more bits than a weight has.
     */
    private static final Range UNIT = new Range(0, 1);

    private ActivationParams() {}

    static ValueDecision of(String value, Statistics statistics, Recipe recipe) {
        Range range = RangeSelection.select(statistics, recipe.activations(), recipe.ranges());
        if (range.min() == 0 && range.max() == 0) {
            return new ValueDecision(
                    value,
                    Kind.ACTIVATION,
                    QuantParams.perTensor(recipe.activations(), UNIT.min(), UNIT.max()),
                    "zero in all data: [0, 1] stands in");
        }
        String reason =
                String.format(
                        Locale.ROOT,
                        "%s: [%.4g, %.4g] of [%.4g, %.4g]",
                        recipe.ranges(),
                        range.min(),
                        range.max(),
                        statistics.min(),
                        statistics.max());
        return new ValueDecision(
                value,
                Kind.ACTIVATION,
                QuantParams.perTensor(recipe.activations(), range.min(), range.max()),
                reason);
    }
}
