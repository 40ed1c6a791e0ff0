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

/**
 * Time per call of source and quantized model, measured in turns in one run.
 *
 * @param sourceMicros median of the source model, microseconds
 * @param quantizedMicros median of the quantized model, microseconds
 * @param low lower end of the 95 % interval of source over quantized
 * @param ratio median of source over quantized: above 1 the quantized model is faster
 * @param high upper end of the interval
 * @param calls timed calls of each
 * @param threads threads inside one call
 */
public record LatencyRatio(
        double sourceMicros,
        double quantizedMicros,
        double low,
        double ratio,
        double high,
        int calls,
        int threads) {

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "latency %.0f -> %.0f us (%.2fx, 95 %% interval %.2f to %.2f, %d calls each, %s)",
                sourceMicros,
                quantizedMicros,
                ratio,
                low,
                high,
                calls,
                threads == 0
                        ? "the engine's own number of threads"
                        : threads + (threads == 1 ? " thread" : " threads"));
    }
}
