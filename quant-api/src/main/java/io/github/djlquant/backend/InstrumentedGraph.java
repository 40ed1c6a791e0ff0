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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.util.Map;

/**
 * A graph that yields the results of probes, alone or behind its own outputs.
 *
 * <pre>
 *   x -> graph -> y         x, phase -> graph -> y, what the probes' results lie in
 * </pre>
 */
public interface InstrumentedGraph {

    /**
     * Returns what is to run.
     *
     * @return a legal graph; its last input is the phase, if there is one
     */
    Graph graph();

    /**
     * Returns the extra input that moves the samples' starts, one 64-bit integer.
     *
     * @return its name, or null if no probe needs it
     */
    String phaseInput();

    /**
     * Reads the results of one run.
     *
     * @param outputs the outputs of {@link #graph}, at least those that the source does not have
     * @return as for {@link ProbeRunner#run}
     */
    Map<Probe, Tensor> read(Map<String, Tensor> outputs);

    /**
     * Returns what to feed to {@link #phaseInput}. Starts of strided samples walk by the golden
     * ratio's share of 2^31, so that those of consecutive batches spread evenly over any step, and
     * the same batches give the same samples.
     *
     * @param batch the batch's number in the data, from 0
     * @return the phase
     */
    static long phase(long batch) {
        return batch * 1_327_217_885L & Integer.MAX_VALUE;
    }
}
