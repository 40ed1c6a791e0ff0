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

import ai.djl.pytorch.jni.JniUtils;
import io.github.djlquant.backend.RunOptions;

/**
 * What libtorch keeps for each thread that calls it, set for one run and put back after it.
 *
 * <ul>
 *   <li>The number of threads inside a run. libtorch's own loops take it from the calling thread,
 *       so that runs of other threads keep theirs; only MKL's products of float matrices share one
 *       number among all callers, which changes how fast they are, never what they give.
 *   <li>The profiling graph executor. It watches the first runs and compiles the graph anew for
 *       what it saw: some 50 to 150 ms (ResNet-20, MiniLM), and the same speed afterwards. A graph
 *       opened for a handful of batches is better off without; a file is run as every user runs it.
 * </ul>
 */
final class LibtorchSettings implements AutoCloseable {

    /** DJL's own property; unset, the executor profiles. */
    private static final String PROFILING = "ai.djl.pytorch.graph_optimizer";

    private static final int DEFAULT_THREADS = JniUtils.getNumThreads();

    private final int threadsBefore;
    private final int threads;
    private final boolean profiling;

    private LibtorchSettings(int threads, boolean profiling) {
        this.threads = threads;
        this.profiling = profiling;
        threadsBefore = JniUtils.getNumThreads();
        if (threads != threadsBefore) {
            JniUtils.setNumThreads(threads);
        }
        if (profiling != profilesByDefault()) {
            JniUtils.setGraphExecutorOptimize(profiling);
        }
    }

    /**
     * Sets the calling thread up.
     *
     * @param options how to run
     * @param profiling whether the graph executor may profile
     * @return to be closed by the same thread after the run
     */
    static LibtorchSettings apply(RunOptions options, boolean profiling) {
        int all = options.threads() > 0 ? options.threads() : DEFAULT_THREADS;
        int threads = Math.max(1, all / options.atOnce());
        return new LibtorchSettings(threads, profiling && profilesByDefault());
    }

    private static boolean profilesByDefault() {
        return Boolean.parseBoolean(System.getProperty(PROFILING, "true"));
    }

    @Override
    public void close() {
        if (threads != threadsBefore) {
            JniUtils.setNumThreads(threadsBefore);
        }
        if (profiling != profilesByDefault()) {
            JniUtils.setGraphExecutorOptimize(profilesByDefault());
        }
    }
}
