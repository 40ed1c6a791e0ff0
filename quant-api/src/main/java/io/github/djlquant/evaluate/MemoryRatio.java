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
 * How many times less memory the quantized model takes, from processes that were started for it.
 *
 * @param processes processes of each model
 * @param ratio the median of the source's memory over the quantized model's
 * @param interval its 95 % interval; of fewer than six processes the least and the largest ratio
 */
public record MemoryRatio(int processes, double ratio, ConfidenceInterval interval) {

    /** Requires the interval. */
    public MemoryRatio {
        Objects.requireNonNull(interval, "interval");
    }

    /**
     * Tells how surely the interval holds the median.
     *
     * @return 0.95 of six processes or more, else less, such as 0.75 of three
     */
    public double confidence() {
        return PairedRatio.confidence(processes);
    }
}
