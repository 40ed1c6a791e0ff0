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

import io.github.djlquant.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs an instrumented graph for its probes only. */
public final class InstrumentedRunner implements ProbeRunner {

    private final InstrumentedGraph instrumented;
    private final GraphRunner runner;

    /**
     * Takes a graph that the engine has opened.
     *
     * @param instrumented the graph
     * @param runner the same, opened; it is closed with this one
     */
    public InstrumentedRunner(InstrumentedGraph instrumented, GraphRunner runner) {
        this.instrumented = instrumented;
        this.runner = runner;
    }

    @Override
    public Map<Probe, Tensor> run(Map<String, Tensor> feeds, long batch) {
        return instrumented.read(runner.run(withPhase(feeds, batch)));
    }

    private Map<String, Tensor> withPhase(Map<String, Tensor> feeds, long batch) {
        String phase = instrumented.phaseInput();
        if (phase == null) {
            return feeds;
        }
        Map<String, Tensor> all = new LinkedHashMap<>(feeds);
        all.put(phase, Tensor.ofLongs(new long[] {InstrumentedGraph.phase(batch)}, 1));
        return all;
    }

    @Override
    public void close() {
        runner.close();
    }
}
