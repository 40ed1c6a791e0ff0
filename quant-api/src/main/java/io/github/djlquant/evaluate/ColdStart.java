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

import java.util.Objects;

/**
 * Time from opening a file to the end of the first call, in a process where the engine is loaded.
 *
 * @param starts starts of each model
 * @param sourceMillis median of the source model, milliseconds
 * @param quantizedMillis median of the quantized model, milliseconds
 * @param ratio median of source over quantized in pairs: above 1 the quantized model starts faster
 * @param interval the 95 % confidence interval of {@code ratio}
 */
public record ColdStart(
        int starts,
        double sourceMillis,
        double quantizedMillis,
        double ratio,
        ConfidenceInterval interval) {

    /** Requires the interval. */
    public ColdStart {
        Objects.requireNonNull(interval, "interval");
    }
}
