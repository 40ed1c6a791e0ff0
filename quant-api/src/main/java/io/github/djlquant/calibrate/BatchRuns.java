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

import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.graph.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * The batches that the engine works on: one in the calling thread, or several at once, of which the
 * oldest comes out first. So whoever takes the results sees them in the order of the data.
 */
final class BatchRuns implements AutoCloseable {

    private final ProbeRunner runner;
    private final int atOnce;
    private final ExecutorService threads;
    private final Deque<Run> runs = new ArrayDeque<>();

    /** A batch and what its probes will have given. */
    private record Run(Feed feed, Future<Map<Probe, Tensor>> results) {}

    /**
     * A batch that has run.
     *
     * @param feed the batch
     * @param results what its probes gave
     */
    record Finished(Feed feed, Map<Probe, Tensor> results) {}

    /**
     * Prepares.
     *
     * @param runner stays open
     * @param atOnce batches at once, at least 1
     */
    BatchRuns(ProbeRunner runner, int atOnce) {
        this.runner = runner;
        this.atOnce = atOnce;
        this.threads = atOnce == 1 ? null : Executors.newFixedThreadPool(atOnce, BatchRuns::thread);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "djl-quant-calibration");
        thread.setDaemon(true);
        return thread;
    }

    boolean isFull() {
        return runs.size() == atOnce;
    }

    boolean isEmpty() {
        return runs.isEmpty();
    }

    /**
     * Starts on a batch; there must be room.
     *
     * @param number the batch's number in the data
     */
    void start(Feed feed, long number) {
        FutureTask<Map<Probe, Tensor>> task =
                new FutureTask<>(() -> runner.run(feed.tensors(), number));
        runs.add(new Run(feed, task));
        if (threads != null) {
            threads.execute(task);
        } else {
            task.run();
        }
    }

    /**
     * Waits for the oldest batch. A thread that is interrupted waits on: the engine's own threads
     * are then interrupted too, and what the batch yields may still be saved.
     */
    Finished next() {
        Run oldest = runs.remove();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return new Finished(oldest.feed(), oldest.results().get());
                } catch (InterruptedException e) {
                    interrupted = true;
                    interruptRuns();
                } catch (ExecutionException e) {
                    throw unchecked(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** No batch can be started any more; those that run go on as long as the engine lets them. */
    private void interruptRuns() {
        threads.shutdownNow().forEach(Runnable::run);
    }

    private static RuntimeException unchecked(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    /** Waits for what still runs, so that the runner can be closed. */
    @Override
    public void close() {
        if (threads == null) {
            return;
        }
        threads.shutdownNow();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = threads.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
