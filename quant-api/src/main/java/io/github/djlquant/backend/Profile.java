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
package io.github.djlquant.backend;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How long the kernels of an artifact take.
 *
 * @param kernels every kernel of the engine's optimized graph in order
 * @param origin where the times come from, or why there are none
 */
public record Profile(List<Timed> kernels, String origin) {

    /** Copies the list. */
    public Profile {
        kernels = List.copyOf(kernels);
        Objects.requireNonNull(origin, "origin");
    }

    /**
     * Makes a profile without times.
     *
     * @param execution what the engine runs
     * @param reason why there are no times
     * @return the profile
     */
    public static Profile untimed(Execution execution, String reason) {
        return new Profile(
                execution.kernels().stream()
                        .map(kernel -> new Timed(kernel, Optional.empty()))
                        .toList(),
                reason);
    }

    /**
     * One kernel.
     *
     * @param kernel what it is
     * @param micros median time in one call, microseconds; empty if it was not measured
     */
    public record Timed(Execution.Kernel kernel, Optional<Double> micros) {

        /** Requires both. */
        public Timed {
            Objects.requireNonNull(kernel, "kernel");
            Objects.requireNonNull(micros, "micros");
        }
    }
}
