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

import io.github.djlquant.backend.Probe;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph whose outputs are probe results only.
 *
 * @param graph the graph; its inputs are those of the original, and {@code phaseInput}
 * @param phaseInput the int64 scalar that moves the start of strided samples, or null if nothing is
 *     sampled
 * @param readings how each probe's result is found among the outputs
 */
record ProbedGraph(Graph graph, String phaseInput, Map<Probe, Reading> readings) {

    /** Copies the map. */
    ProbedGraph {
        readings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(readings));
    }

    /** Finds a probe's result among the outputs. */
    sealed interface Reading {

        Tensor read(Map<String, Tensor> outputs);
    }

    /** An output as it is. */
    record Whole(String output) implements Reading {
        @Override
        public Tensor read(Map<String, Tensor> outputs) {
            return outputs.get(output);
        }
    }

    /** Two scalars. */
    record Extremes(Reading min, Reading max) implements Reading {
        @Override
        public Tensor read(Map<String, Tensor> outputs) {
            float low = min.read(outputs).toFloats()[0];
            float high = max.read(outputs).toFloats()[0];
            return Tensor.ofFloats(new float[] {low, high}, 2);
        }
    }

    /** A lower end that needs no computing. */
    record Known(float value) implements Reading {
        @Override
        public Tensor read(Map<String, Tensor> outputs) {
            return Tensor.ofFloat(value);
        }
    }

    /** NaN if one of several numbers is. */
    record AnyNan(List<Reading> signs) implements Reading {
        @Override
        public Tensor read(Map<String, Tensor> outputs) {
            for (Reading sign : signs) {
                if (Float.isNaN(sign.read(outputs).toFloats()[0])) {
                    return Tensor.ofFloat(Float.NaN);
                }
            }
            return Tensor.ofFloat(0);
        }
    }

    /** The largest element of a part of a vector. */
    record LargestOf(String output, int from, int count) implements Reading {
        @Override
        public Tensor read(Map<String, Tensor> outputs) {
            java.nio.FloatBuffer all = outputs.get(output).bytes().asFloatBuffer();
            float largest = all.get(from);
            for (int i = from + 1; i < from + count; i++) {
                largest = Math.max(largest, all.get(i));
            }
            return Tensor.ofFloat(largest);
        }
    }
}
