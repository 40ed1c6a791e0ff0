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
package io.github.djlquant.calibrate;

import io.github.djlquant.scheme.TensorScheme;

/**
 * The central share of a distribution: an asymmetric scheme loses half of the rest at each end, a
 * symmetric one loses the largest magnitudes.
 */
final class PercentileRange {

    private PercentileRange() {}

    static Range select(Distribution distribution, TensorScheme scheme, double share) {
        if (share >= 1) {
            return Range.holding(distribution.min(), distribution.max());
        }
        if (scheme.symmetry() != TensorScheme.Symmetry.ASYMMETRIC) {
            double reach = distribution.magnitudeQuantile(share);
            return Range.holding(
                    Math.max(distribution.min(), -reach), Math.min(distribution.max(), reach));
        }
        double rest = (1 - share) / 2;
        return Range.holding(distribution.quantile(rest), distribution.quantile(1 - rest));
    }
}
