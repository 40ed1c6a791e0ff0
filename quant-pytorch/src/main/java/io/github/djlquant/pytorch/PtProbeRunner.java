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
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a graph for its probes only. */
final class PtProbeRunner implements ProbeRunner {

    private final ProbedGraph probed;
    private final PtRunner runner;

    PtProbeRunner(Graph graph, List<Probe> probes, RunOptions options, Target target) {
        probed = InsertProbes.into(graph, probes);
        runner = PtRunners.open(probed.graph(), options, target);
    }

    @Override
    public Map<Probe, Tensor> run(Map<String, Tensor> feeds, long batch) {
        return probed.read(runner.run(withPhase(feeds, batch)));
    }

    private Map<String, Tensor> withPhase(Map<String, Tensor> feeds, long batch) {
        if (probed.phaseInput() == null) {
            return feeds;
        }
        Map<String, Tensor> all = new LinkedHashMap<>(feeds);
        all.put(
                probed.phaseInput(),
                Tensor.ofLongs(new long[] {InstrumentedGraph.phase(batch)}, 1));
        return all;
    }

    @Override
    public void close() {
        runner.close();
    }
}
