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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Weighs the source's files and computes their digest while the run goes on with other things: a
 * digest takes one processor for as long as some tenth of a large model's quantization.
 */
final class SourceFacts implements AutoCloseable {

    private final FutureTask<Facts> task;

    private SourceFacts(FutureTask<Facts> task) {
        this.task = task;
    }

    /**
     * What is known about the source's files.
     *
     * @param bytes their size
     * @param sha256 their digest, as {@link FileDigest} makes it
     */
    record Facts(long bytes, String sha256) {}

    /**
     * Starts.
     *
     * @param files names the source's files; called in another thread
     */
    static SourceFacts of(Supplier<List<Path>> files) {
        FutureTask<Facts> task = new FutureTask<>(() -> facts(files.get()));
        Thread thread = new Thread(task, "djl-quant-source-digest");
        thread.setDaemon(true);
        thread.start();
        return new SourceFacts(task);
    }

    private static Facts facts(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return new Facts(bytes, FileDigest.sha256(files));
    }

    /**
     * Waits for the facts.
     *
     * @throws QuantizationCancelledException if the waiting thread is interrupted
     * @throws QuantizationException if a file can't be read
     */
    Facts get() {
        try {
            return task.get();
        } catch (InterruptedException e) {
            throw new QuantizationCancelledException(
                    Problem.of("the quantization was interrupted; nothing was written"), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof QuantizationException known) {
                throw known;
            }
            throw new ModelFormatException(
                    Problem.of("the source can't be read").actual(e.getCause()), e.getCause());
        }
    }

    /** Ends the work if nobody needs it any more. */
    @Override
    public void close() {
        task.cancel(true);
    }
}
