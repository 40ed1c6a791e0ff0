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
 * Time of a call of both models with a number of threads.
 *
 * @param threads threads inside one call; 0 is the engine's own choice
 * @param batch rows of a call
 * @param source the source model's times
 * @param quantized the quantized model's times
 * @param ratio median of source over quantized in paired rounds: above 1 the quantized model is
 *     faster
 * @param interval the 95 % confidence interval of {@code ratio}
 */
public record LatencyDistribution(
        int threads,
        int batch,
        CallTimes source,
        CallTimes quantized,
        double ratio,
        ConfidenceInterval interval) {

    /** Requires the parts. */
    public LatencyDistribution {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(quantized, "quantized");
        Objects.requireNonNull(interval, "interval");
    }
}
