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
package io.github.djlquant.onnx;

import io.github.djlquant.backend.InstrumentedGraph;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.TensorStorage;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph with probes inside and how to read their results. All of them are parts of one output,
 * since each output costs a passage from the runtime to Java.
 *
 * @param graph the graph; its own outputs, if they are kept, and those of the probes
 * @param phaseInput the extra input that moves the samples' starts, or null if none needs it
 * @param joined the parts of the output
 * @param readings where each probe finds its result
 */
record ProbedGraph(Graph graph, String phaseInput, Joined joined, Map<Probe, Reading> readings)
        implements InstrumentedGraph {

    /** Copies the map. */
    ProbedGraph {
        readings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(readings));
    }

    /** Reads the results of all probes from one run. */
    @Override
    public Map<Probe, Tensor> read(Map<String, Tensor> outputs) {
        Parts parts = joined.parts(outputs);
        Map<Probe, Tensor> results = new LinkedHashMap<>();
        readings.forEach((probe, reading) -> results.put(probe, reading.of(parts)));
        return results;
    }

    /**
     * How long the parts are.
     *
     * @param output the vector of all parts
     * @param lengths one entry per part: its length, or {@code -1 - i} if that is element i of the
     *     sizes
     * @param sizes an output with the lengths that depend on the batch, or null if none does
     */
    record Joined(String output, List<Long> lengths, String sizes) {

        /** Copies the list. */
        Joined {
            lengths = List.copyOf(lengths);
        }

        private Parts parts(Map<String, Tensor> outputs) {
            long[] told = sizes == null ? new long[0] : outputs.get(sizes).toLongs();
            int[] from = new int[lengths.size() + 1];
            for (int i = 0; i < lengths.size(); i++) {
                long length = lengths.get(i);
                long known = length >= 0 ? length : told[Math.toIntExact(-1 - length)];
                from[i + 1] = Math.addExact(from[i], Math.toIntExact(known));
            }
            return new Parts(outputs.get(output).bytes(), from);
        }
    }

    /** The parts of one run's output. */
    record Parts(ByteBuffer all, int[] from) {

        /** A view, not a copy: samples are the bulk of what is read. */
        Tensor part(int index) {
            int length = from[index + 1] - from[index];
            ByteBuffer bytes = all.slice(from[index] * Float.BYTES, length * Float.BYTES);
            return new Tensor(DataType.FLOAT, Shape.of(length), TensorStorage.of(bytes));
        }

        float number(int index) {
            return all.getFloat(from[index] * Float.BYTES);
        }

        float largest(int index) {
            float largest = number(index);
            for (int i = from[index] + 1; i < from[index + 1]; i++) {
                largest = Math.max(largest, all.getFloat(i * Float.BYTES));
            }
            return largest;
        }
    }

    /** Finds a probe's result among the parts. */
    sealed interface Reading {

        Tensor of(Parts parts);
    }

    /** A part as it is. */
    record Part(int index) implements Reading {
        @Override
        public Tensor of(Parts parts) {
            return parts.part(index);
        }
    }

    /**
     * The extremes of a value.
     *
     * @param min the part with the minimum, or null if the value can't be negative
     * @param max the part with maxima
     * @param negated whether the part for the minimum holds maxima of the negated value
     */
    record Extremes(Integer min, int max, boolean negated) implements Reading {
        @Override
        public Tensor of(Parts parts) {
            float low = 0;
            if (min != null) {
                // 0 - 0 is 0, where -0 would be another number.
                low = negated ? 0 - parts.largest(min) : parts.number(min);
            }
            return Tensor.ofFloats(new float[] {low, parts.largest(max)}, 2);
        }
    }

    /** NaN if one of several numbers is. */
    record AnyNan(List<Integer> signs) implements Reading {

        /** Copies the list. */
        AnyNan {
            signs = List.copyOf(signs);
        }

        @Override
        public Tensor of(Parts parts) {
            for (int sign : signs) {
                if (Float.isNaN(parts.number(sign))) {
                    return Tensor.ofFloat(Float.NaN);
                }
            }
            return Tensor.ofFloat(0);
        }
    }
}
