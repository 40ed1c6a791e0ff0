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
package io.github.djlquant.calibrate;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import java.util.List;

/** The runner of all probes, and those that the search for a NaN opens. */
final class ProbeRunners implements AutoCloseable {

    private final Backend backend;
    private final Graph graph;
    private final RunOptions options;
    private final ProbeRunner all;

    ProbeRunners(Backend backend, Graph graph, BatchObserver observer, int threads) {
        this.backend = backend;
        this.graph = graph;
        this.options = new RunOptions(threads, true);
        this.all = open(observer.probes());
    }

    /** Opens a runner of the same graph for other probes; the caller closes it. */
    ProbeRunner open(List<Probe> probes) {
        return backend.probe(graph, probes, options);
    }

    ProbeRunner all() {
        return all;
    }

    @Override
    public void close() {
        all.close();
    }
}
