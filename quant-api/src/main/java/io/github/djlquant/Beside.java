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
package io.github.djlquant;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * What another processor makes while a run, or a load, goes on with what keeps one of them busy.
 *
 * @param <T> what is made
 */
public final class Beside<T> {

    private final FutureTask<T> task;

    private Beside(FutureTask<T> task) {
        this.task = task;
    }

    /**
     * Starts the work.
     *
     * @param work must not wait for other work, nor look at its thread's class loader
     * @param <T> what is made
     * @return the work
     */
    public static <T> Beside<T> start(Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get);
        ForkJoinPool.commonPool().execute(task);
        return new Beside<>(task);
    }

    /**
     * Waits for the result; does the work itself where no processor was free for it.
     *
     * @return what was made; what the work threw is thrown here
     * @throws QuantizationCancelledException if the waiting thread is interrupted
     */
    public T get() {
        task.run();
        try {
            return task.get();
        } catch (InterruptedException e) {
            throw new QuantizationCancelledException(
                    Problem.of("the quantization was interrupted; nothing was written"), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error broken) {
                throw broken;
            }
            // A supplier throws nothing else.
            throw (RuntimeException) e.getCause();
        }
    }

    /** Waits for what has to be closed, also if interrupted; empty if the work failed. */
    Optional<T> settle() {
        task.run();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return Optional.of(task.get());
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    return Optional.empty();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
