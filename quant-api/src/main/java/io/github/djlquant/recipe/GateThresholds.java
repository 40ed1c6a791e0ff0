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
package io.github.djlquant.recipe;

/**
 * What a quantized model must reach before it is handed over.
 *
 * @param maxFlips the largest share of changed top-1 answers, where outputs are class scores
 * @param minCosine the least mean output cosine on unlabelled data
 * @param maxDrop the largest drop of the labelled metric, as a fraction, that the confidence
 *     interval may lie above
 */
public record GateThresholds(double maxFlips, double minCosine, double maxDrop) {

    /** 5 % flips, cosine 0.98, 1 point. */
    public static final GateThresholds DEFAULT = new GateThresholds(0.05, 0.98, 0.01);

    /** Refuses values outside [0, 1]. */
    public GateThresholds {
        if (!(maxFlips >= 0
                && maxFlips <= 1
                && minCosine >= 0
                && minCosine <= 1
                && maxDrop >= 0
                && maxDrop <= 1)) {
            throw new IllegalArgumentException("gate thresholds lie in [0, 1]");
        }
    }
}
