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

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How fast and how large both models are on this machine. Models are measured in turns, so that a
 * change of the machine's speed meets both; ratios above 1 are in favour of the quantized model.
 *
 * @param latencies time of a call, one entry per number of threads
 * @param throughputs samples a second, one entry per batch size
 * @param coldStart from opening the file to the end of the first call, if it was measured
 * @param footprint sizes on disk and in memory, if they were measured
 */
public record Performance(
        List<LatencyDistribution> latencies,
        List<Throughput> throughputs,
        Optional<ColdStart> coldStart,
        Optional<Footprint> footprint) {

    /** Copies the lists. */
    public Performance {
        latencies = List.copyOf(latencies);
        throughputs = List.copyOf(throughputs);
        Objects.requireNonNull(coldStart, "coldStart");
        Objects.requireNonNull(footprint, "footprint");
    }
}
