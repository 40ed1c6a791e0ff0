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
 * Samples a second of both models, one call after the other.
 *
 * @param batch rows of a call
 * @param threads threads inside one call; 0 is the engine's own choice
 * @param source samples a second of the source model
 * @param quantized samples a second of the quantized model
 * @param ratio median of quantized over source in paired rounds
 * @param interval the 95 % confidence interval of {@code ratio}
 */
public record Throughput(
        int batch,
        int threads,
        double source,
        double quantized,
        double ratio,
        ConfidenceInterval interval) {

    /** Requires the interval. */
    public Throughput {
        Objects.requireNonNull(interval, "interval");
    }
}
