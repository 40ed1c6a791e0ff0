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
package io.github.djlquant.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C without leftovers: the interrupt is passed on to the working thread, and the process waits
 * until that thread has removed what it had begun to write.
 */
final class Cancellation implements AutoCloseable {

    /** An interrupted call of the engine is left 5 s, in which most batches end by themselves. */
    private static final long PATIENCE_SECONDS = 15;

    private final Thread worker;
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::cancel, "djl-quant-cancel");

    private Cancellation(Thread worker) {
        this.worker = worker;
    }

    /**
     * Starts to listen.
     *
     * @param worker the thread to interrupt
     * @return to be closed by the worker when its files are in order
     */
    static Cancellation install(Thread worker) {
        Cancellation cancellation = new Cancellation(worker);
        Runtime.getRuntime().addShutdownHook(cancellation.hook);
        return cancellation;
    }

    /** Not the worker's end is awaited but its word: it may be waiting for the shutdown itself. */
    private void cancel() {
        if (finished.getCount() == 0) {
            return;
        }
        worker.interrupt();
        try {
            if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("djl-quant: stopped while the engine was still at work");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        finished.countDown();
    }
}
