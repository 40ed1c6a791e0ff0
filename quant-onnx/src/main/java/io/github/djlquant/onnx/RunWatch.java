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

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationCancelledException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends runs of the engine whose thread was interrupted. The engine does not hear of interrupts: a
 * model with an endless Loop would hold its thread for ever. A batch that ends by itself is left
 * its time, for what it yields may still be saved.
 */
final class RunWatch {

    /** Looks at all runs of this process. */
    static final RunWatch SHARED = new RunWatch(Duration.ofSeconds(5));

    private static final Logger logger = LoggerFactory.getLogger(RunWatch.class);

    private static final int LOOKS = 10;

    /** The watching thread ends after so many looks at nothing. */
    private static final int IDLE_LOOKS = 4 * LOOKS;

    private final long lookMillis;
    private final Set<Run> running = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Thread> watcher = new AtomicReference<>();

    /**
     * Creates a watch.
     *
     * @param patience how long an interrupted run may go on
     */
    RunWatch(Duration patience) {
        lookMillis = Math.max(1, patience.toMillis() / LOOKS);
    }

    /**
     * Runs a session in the calling thread.
     *
     * @throws QuantizationCancelledException if the run was ended because the thread is
     *     interrupted; it stays so
     */
    OrtSession.Result run(OrtSession session, Map<String, OnnxTensor> feeds) throws OrtException {
        try (Run run = new Run(Thread.currentThread())) {
            running.add(run);
            try {
                startWatching();
                return session.run(feeds, run.options);
            } catch (OrtException e) {
                if (run.ended) {
                    throw new QuantizationCancelledException(
                            Problem.of("interrupted while the engine was at work"), e);
                }
                throw e;
            } finally {
                running.remove(run);
            }
        }
    }

    private void startWatching() {
        if (watcher.get() != null) {
            return;
        }
        Thread thread = new Thread(this::watch, "djl-quant-run-watch");
        thread.setDaemon(true);
        if (watcher.compareAndSet(null, thread)) {
            thread.start();
        }
    }

    private void watch() {
        int idle = 0;
        while (idle < IDLE_LOOKS || !leave()) {
            try {
                Thread.sleep(lookMillis);
            } catch (InterruptedException e) {
                // Nobody has a reason to: this thread is no one else's.
                continue;
            }
            idle = running.isEmpty() ? idle + 1 : 0;
            running.forEach(Run::look);
        }
    }

    /** A run that comes while the watcher leaves either sees it gone or is seen. */
    private boolean leave() {
        Thread self = Thread.currentThread();
        watcher.set(null);
        return running.isEmpty() || !watcher.compareAndSet(null, self);
    }

    private static final class Run implements AutoCloseable {

        private final Thread thread;
        private final OrtSession.RunOptions options;
        private int interruptedLooks;
        private boolean closed;
        private volatile boolean ended;

        Run(Thread thread) throws OrtException {
            this.thread = thread;
            this.options = new OrtSession.RunOptions();
        }

        synchronized void look() {
            if (closed || ended || !thread.isInterrupted() || ++interruptedLooks < LOOKS) {
                return;
            }
            try {
                ended = true;
                options.setTerminate(true);
            } catch (OrtException e) {
                logger.warn("ONNX Runtime does not end an interrupted run", e);
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            options.close();
        }
    }
}
