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
package io.github.djlquant.pytorch;

import io.github.djlquant.backend.InstrumentedGraph;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph with probes inside and how to read their results.
 *
 * @param graph the graph; its own outputs, if they are kept, and those of the probes
 * @param phaseInput the extra input that moves the samples' starts, or null if none needs it
 * @param numbers the output that holds all single numbers, or null if there is none
 * @param readings where each probe finds its result
 */
record ProbedGraph(Graph graph, String phaseInput, String numbers, Map<Probe, Reading> readings)
        implements InstrumentedGraph {

    /** Copies the map. */
    ProbedGraph {
        readings = Collections.unmodifiableMap(new LinkedHashMap<>(readings));
    }

    /** Reads the results of all probes from one run. */
    @Override
    public Map<Probe, Tensor> read(Map<String, Tensor> outputs) {
        float[] all = numbers == null ? new float[0] : outputs.get(numbers).toFloats();
        Map<Probe, Tensor> results = new LinkedHashMap<>();
        readings.forEach((probe, reading) -> results.put(probe, reading.of(outputs, all)));
        return results;
    }

    /** Finds a probe's result. */
    sealed interface Reading {

        /**
         * Reads it.
         *
         * @param outputs the run's outputs
         * @param numbers the single numbers
         */
        Tensor of(Map<String, Tensor> outputs, float[] numbers);
    }

    /** An output of its own. */
    record Whole(String output) implements Reading {
        @Override
        public Tensor of(Map<String, Tensor> outputs, float[] numbers) {
            return outputs.get(output);
        }
    }

    /**
     * The extremes of a value.
     *
     * @param min the number with the minimum, or null if the value can't be negative
     * @param max the number with the maximum
     */
    record Extremes(Integer min, int max) implements Reading {
        @Override
        public Tensor of(Map<String, Tensor> outputs, float[] numbers) {
            float low = min == null ? 0 : numbers[min];
            return Tensor.ofFloats(new float[] {low, numbers[max]}, 2);
        }
    }

    /** NaN if one of several numbers is. */
    record AnyNan(List<Integer> signs) implements Reading {

        /** Copies the list. */
        AnyNan {
            signs = List.copyOf(signs);
        }

        @Override
        public Tensor of(Map<String, Tensor> outputs, float[] numbers) {
            boolean nan = signs.stream().anyMatch(sign -> Float.isNaN(numbers[sign]));
            return Tensor.ofFloats(new float[] {nan ? Float.NaN : 0}, 1);
        }
    }
}
