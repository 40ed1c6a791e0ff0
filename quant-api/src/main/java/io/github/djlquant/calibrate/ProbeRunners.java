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

/**
 * Extremes are taken of every batch, samples and channel means, which cost the engine more, of
 * every other one. Which batch is which follows from its first row alone, so that a resumed run and
 * another machine do the same.
 */
final class ProbeRunners implements AutoCloseable {

    /** The first batches are always sampled: a small data set must not lose half of its samples. */
    private static final int SAMPLED_ROWS = 64;

    /** A second session holds the weights a second time; above this many bytes one must do. */
    private static final long SMALL_MODEL = 1L << 28;

    private final Backend backend;
    private final Graph graph;
    private final List<Probe> exact;
    private final RunOptions options;
    private final ProbeRunner all;
    private final boolean alternate;
    private ProbeRunner exactOnly;

    ProbeRunners(Backend backend, Graph graph, BatchObserver observer, int threads) {
        this.backend = backend;
        this.graph = graph;
        this.exact = observer.exactProbes();
        this.options = new RunOptions(threads, true);
        List<Probe> probes = observer.probes();
        long weights =
                graph.constants().values().stream()
                        .mapToLong(tensor -> tensor.storage().byteSize())
                        .sum();
        this.alternate = probes.size() > exact.size() && weights <= SMALL_MODEL;
        this.all = open(probes);
    }

    /** Opens a runner of the same graph for other probes; the caller closes it. */
    ProbeRunner open(List<Probe> probes) {
        return backend.probe(graph, probes, options);
    }

    ProbeRunner forBatch(Feed feed) {
        boolean sampled =
                !alternate
                        || feed.firstRow() < SAMPLED_ROWS
                        || feed.firstRow() / feed.rows() % 2 == 0;
        if (sampled) {
            return all;
        }
        if (exactOnly == null) {
            exactOnly = open(exact);
        }
        return exactOnly;
    }

    @Override
    public void close() {
        try (ProbeRunner first = all;
                ProbeRunner second = exactOnly) {
            exactOnly = null;
        }
    }
}
