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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.Statistics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gathers the statistics of a graph that somebody else runs: no one knows how much data there will
 * be, and batches come from several threads in any order and size. The statistics are those of a
 * {@link Calibrator}.
 */
public final class LiveCalibration {

    /** As many elements for each row as a calibrator takes that does not know the data's size. */
    private static final int ELEMENTS_PER_ROW = 512;

    /** Smaller batches are thinned, so that all rows count alike; of larger ones less is seen. */
    private static final int ROWS = 16;

    private final BatchObserver observer;
    private final List<Probe> probes;
    private final AtomicLong batches = new AtomicLong();
    private long samples;

    /**
     * Prepares.
     *
     * @param graph the graph that will run
     * @param values what to observe, by the values' names
     */
    public LiveCalibration(Graph graph, Map<String, ObservationRequest> values) {
        this.observer = new BatchObserver(graph, values, ELEMENTS_PER_ROW * ROWS, ROWS);
        this.probes = List.copyOf(observer.probes());
    }

    /**
     * Returns what the engine is to compute in every run.
     *
     * @return the probes
     */
    public List<Probe> probes() {
        return probes;
    }

    /**
     * Numbers the batches, so that samples start elsewhere in each.
     *
     * @return the number of a batch that is to run now, from 0
     */
    public long nextBatch() {
        return batches.getAndIncrement();
    }

    /**
     * Takes the probes' results of one batch.
     *
     * @param rows its rows
     * @param results by probe
     * @throws CalibrationException if a value was NaN or infinite; nothing can be learnt from that
     *     batch
     */
    public synchronized void observe(int rows, Map<Probe, Tensor> results) {
        observer.observe(samples, rows, results, this::nonFinite);
        samples += rows;
    }

    private CalibrationException nonFinite(String value) {
        return new CalibrationException(
                Problem.of(
                                "a value is NaN or infinite, so that no range can be learnt from the batch")
                        .at("value " + value)
                        .next("Look for NaN, infinity or a wrong scale in this batch's inputs"));
    }

    /**
     * Returns how many rows were seen.
     *
     * @return rows of all batches
     */
    public synchronized long samples() {
        return samples;
    }

    /**
     * Returns what is known so far.
     *
     * @return the statistics, with the signs that the data does not suffice
     */
    public synchronized CalibrationTable table() {
        Map<String, Statistics> seen = observer.statistics();
        return new CalibrationTable(
                seen, samples == 0 ? List.of() : observer.warnings(samples, seen));
    }
}
