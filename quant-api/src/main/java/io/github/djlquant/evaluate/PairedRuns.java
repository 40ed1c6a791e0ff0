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

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.graph.Tensor;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks two models the same, one after the other or beside each other. Each model still sees the
 * batches one by one and in their order, so that it may keep states.
 */
final class PairedRuns implements AutoCloseable {

    private final GraphRunner source;
    private final GraphRunner quantized;
    private final ExecutorService other;

    /** What both answer to a batch. */
    record Answers(Map<String, Tensor> source, Map<String, Tensor> quantized) {}

    /**
     * Prepares.
     *
     * @param source stays open
     * @param quantized stays open
     * @param beside true to run the source in a thread of its own
     */
    PairedRuns(GraphRunner source, GraphRunner quantized, boolean beside) {
        this.source = source;
        this.quantized = quantized;
        this.other = beside ? Executors.newSingleThreadExecutor(PairedRuns::thread) : null;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "djl-quant-comparison");
        thread.setDaemon(true);
        return thread;
    }

    Answers run(Map<String, Tensor> inputs) {
        if (other == null) {
            return new Answers(source.run(inputs), quantized.run(inputs));
        }
        Future<Map<String, Tensor>> first = other.submit(() -> source.run(inputs));
        Map<String, Tensor> second;
        try {
            second = quantized.run(inputs);
        } catch (RuntimeException | Error e) {
            // What the source says comes first, as it does without threads.
            resultOf(first);
            throw e;
        }
        return new Answers(resultOf(first), second);
    }

    /** A thread that is interrupted waits on: the engine can't be left in the middle of a run. */
    private static Map<String, Tensor> resultOf(Future<Map<String, Tensor>> run) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return run.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof Error error) {
                        throw error;
                    }
                    throw (RuntimeException) e.getCause();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Nothing runs between batches. */
    @Override
    public void close() {
        if (other != null) {
            other.shutdown();
        }
    }
}
