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

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What the engine really runs for the quantized model.
 *
 * @param engine the engine's name and version, such as {@code OnnxRuntime 1.29.0}
 * @param timing where the shares of time come from, such as {@code ONNX Runtime's profiler, 50
 *     calls}; or why there are none
 * @param operators one entry per kernel of the engine's optimized graph, in its order
 */
public record Operators(String engine, String timing, List<OperatorShare> operators) {

    /** Copies the list. */
    public Operators {
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(timing, "timing");
        operators = List.copyOf(operators);
    }

    /**
     * Returns the share of time that runs on integers.
     *
     * @return between 0 and 1; empty if no time was measured
     */
    public Optional<Double> int8Share() {
        return operators.stream().anyMatch(o -> o.share().isPresent())
                ? Optional.of(
                        operators.stream()
                                .filter(OperatorShare::int8)
                                .mapToDouble(o -> o.share().orElse(0.0))
                                .sum())
                : Optional.empty();
    }

    /**
     * Sums up by kernel.
     *
     * @return the one that takes most time first, then the most frequent
     */
    public List<KernelShare> byKernel() {
        Map<String, KernelShare> sums = new LinkedHashMap<>();
        for (OperatorShare operator : operators) {
            sums.merge(
                    operator.kernel() + (operator.int8() ? " int8" : " float"),
                    new KernelShare(operator.kernel(), operator.int8(), 1, operator.share()),
                    KernelShare::plus);
        }
        return sums.values().stream()
                .sorted(
                        Comparator.comparingDouble((KernelShare k) -> -k.share().orElse(0.0))
                                .thenComparing(k -> -k.instances())
                                .thenComparing(KernelShare::kernel))
                .toList();
    }

    /**
     * All instances of one kernel.
     *
     * @param kernel the engine's operator
     * @param int8 true if they compute on integers
     * @param instances how many there are
     * @param share their share of the time of a call, between 0 and 1; empty if not measured
     */
    public record KernelShare(String kernel, boolean int8, int instances, Optional<Double> share) {

        /** Requires the parts. */
        public KernelShare {
            Objects.requireNonNull(kernel, "kernel");
            Objects.requireNonNull(share, "share");
        }

        private KernelShare plus(KernelShare other) {
            Optional<Double> sum =
                    share.isEmpty() && other.share.isEmpty()
                            ? share
                            : Optional.of(share.orElse(0.0) + other.share.orElse(0.0));
            return new KernelShare(kernel, int8, instances + other.instances, sum);
        }
    }
}
