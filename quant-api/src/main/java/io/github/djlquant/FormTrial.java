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

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.util.Locale;
import java.util.Map;

/**
 * Times two forms of one model in turns and keeps the faster: which operators are fast changes from
 * version to version of the runtime, so no table says it. Compared are the shortest calls: what
 * else runs on the machine only ever adds to a call, and the forms differ by a few per cent.
 */
final class FormTrial {

    /** With what is quantized in a second or two, a longer trial would be most of the work. */
    private static final long BUDGET_NANOS = 300_000_000;

    private static final int WARM_UP = 3;
    private static final int FEWEST = 10;
    private static final int MOST = 300;

    private final Backend backend;
    private final int threads;

    /** With threads 0 one thread is used: two wait for each other, and for other programs. */
    FormTrial(Backend backend, int threads) {
        this.backend = backend;
        this.threads = Math.max(1, threads);
    }

    /**
     * What was measured.
     *
     * @param kept the faster form
     * @param text the figures in words
     */
    record Result(Graph kept, String text) {}

    /** The plan of the tuned form serves the plain one: layers, weights and values are the same. */
    static Graph convert(Graph plain, TransformContext tuned) {
        if (tuned.recipe().method() == Method.FLOAT) {
            return plain;
        }
        TransformPipeline pipeline = TransformPipeline.load();
        TransformContext planned = tuned.withoutNotes();
        Graph equalized = pipeline.run(Phase.EQUALIZE, plain, planned);
        Graph rounded = pipeline.run(Phase.ROUND, equalized, planned);
        return pipeline.run(Phase.CONVERT, rounded, planned);
    }

    /** Measures on one sample; what is equally fast stays plain. */
    Result keepFaster(Graph plain, Graph tuned, Map<String, Tensor> sample) {
        RunOptions options = new RunOptions(threads, true);
        try (GraphRunner before = backend.open(plain, options);
                GraphRunner after = backend.open(tuned, options)) {
            for (int i = 0; i < WARM_UP; i++) {
                before.run(sample);
                after.run(sample);
            }
            long shortestPlain = Long.MAX_VALUE;
            long shortestTuned = Long.MAX_VALUE;
            long end = System.nanoTime() + BUDGET_NANOS;
            int calls = 0;
            while (calls < FEWEST || calls < MOST && System.nanoTime() < end) {
                shortestPlain = Math.min(shortestPlain, nanos(before, sample));
                shortestTuned = Math.min(shortestTuned, nanos(after, sample));
                calls++;
            }
            boolean faster = shortestTuned < shortestPlain;
            String text =
                    String.format(
                            Locale.ROOT,
                            "%s form kept: plain %.0f us, tuned %.0f us, the shortest of %d calls,"
                                    + " %d thread(s), %s %s",
                            faster ? "tuned" : "plain",
                            shortestPlain / 1e3,
                            shortestTuned / 1e3,
                            calls,
                            threads,
                            backend.getEngineName(),
                            backend.runtimeVersion());
            return new Result(faster ? tuned : plain, text);
        }
    }

    private static long nanos(GraphRunner runner, Map<String, Tensor> sample) {
        long start = System.nanoTime();
        runner.run(sample);
        return System.nanoTime() - start;
    }
}
