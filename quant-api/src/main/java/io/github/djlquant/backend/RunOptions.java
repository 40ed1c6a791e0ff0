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
package io.github.djlquant.backend;

import io.github.djlquant.Problem;
import io.github.djlquant.RecipeException;

/**
 * How the engine runs a graph.
 *
 * @param threads threads that work at a time; 0 leaves it to the engine
 * @param optimize true to let the engine optimize the graph with all it has
 * @param atOnce how many batches are run at once, each by a thread of the caller's, which is one of
 *     those that work
 */
public record RunOptions(int threads, boolean optimize, int atOnce) {

    /** The engine's own number of threads, everything optimized. */
    public static final RunOptions DEFAULT = new RunOptions(0, true);

    /** More than any machine has; an engine would spend minutes on starting them. */
    private static final int MOST_THREADS = 1024;

    /** Refuses thread counts that are negative or beyond 1,024, and no batch at all. */
    public RunOptions {
        if (threads < 0) {
            throw new IllegalArgumentException("a negative number of threads: " + threads);
        }
        if (threads > MOST_THREADS) {
            throw new RecipeException(
                    Problem.of("too many threads")
                            .expected("at most " + MOST_THREADS)
                            .actual(threads));
        }
        if (atOnce < 1) {
            throw new IllegalArgumentException(atOnce + " batches at once");
        }
    }

    /**
     * Runs one batch after the other.
     *
     * @param threads threads inside one run; 0 leaves it to the engine
     * @param optimize true to let the engine optimize the graph with all it has
     */
    public RunOptions(int threads, boolean optimize) {
        this(threads, optimize, 1);
    }
}
