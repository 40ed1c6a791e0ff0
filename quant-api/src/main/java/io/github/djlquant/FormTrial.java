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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Times two forms of one model in turns and keeps the faster: which operators are fast changes from
 * version to version of the runtime, so no table says it. Each turn runs both, first one and then
 * the other by turns, and counts for whichever was faster: what else runs on the machine meets both
 * alike, and one lucky call is one turn. The trial ends when the count is certain (|wins - losses|
 * above 3.3 standard deviations of a fair coin), else with its time; the majority decides. Where a
 * session's weights lie in memory makes up to 2 % of its time, so what one opening leaves open a
 * second one goes on with.
 */
final class FormTrial {

    /**
     * Forms that differ by 4 % are told apart in 50 turns or so; what takes longer hardly matters.
     */
    private static final long BUDGET_NANOS = 600_000_000;

    private static final int OPENINGS = 2;

    private static final int WARM_UP = 3;
    private static final int FEWEST = 10;
    private static final int MOST = 300;

    /** Looked at after each turn, so stricter than for one look: wrong in about 1 of 100 trials. */
    private static final double CERTAIN_DEVIATIONS = 3.3;

    private final Backend backend;
    private final int threads;
    private final LongSupplier clock;

    /** With threads 0 one thread is used: two wait for each other, and for other programs. */
    FormTrial(Backend backend, int threads) {
        this(backend, threads, System::nanoTime);
    }

    /** The clock tells nanoseconds. */
    FormTrial(Backend backend, int threads, LongSupplier clock) {
        this.backend = backend;
        this.threads = Math.max(1, threads);
        this.clock = clock;
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
        Turns turns = new Turns();
        for (int opening = 0; opening < OPENINGS && !turns.certain(); opening++) {
            take(turns, plain, tuned, sample);
        }
        boolean faster = turns.tunedWins > turns.plainWins;
        String text =
                String.format(
                        Locale.ROOT,
                        "%s form kept: tuned faster in %d of %d turns, medians: plain %.0f us,"
                                + " tuned %.0f us, %d thread(s), %s %s",
                        faster ? "tuned" : "plain",
                        turns.tunedWins,
                        turns.plain.size(),
                        median(turns.plain) / 1e3,
                        median(turns.tuned) / 1e3,
                        threads,
                        backend.getEngineName(),
                        backend.runtimeVersion());
        return new Result(faster ? tuned : plain, text);
    }

    private void take(Turns turns, Graph plain, Graph tuned, Map<String, Tensor> sample) {
        RunOptions options = new RunOptions(threads, true);
        try (GraphRunner before = backend.open(plain, options);
                GraphRunner after = backend.open(tuned, options)) {
            for (int i = 0; i < WARM_UP; i++) {
                before.run(sample);
                after.run(sample);
            }
            long end = clock.getAsLong() + BUDGET_NANOS;
            int taken = 0;
            while (taken < FEWEST || taken < MOST && !turns.certain() && clock.getAsLong() < end) {
                boolean plainFirst = turns.plain.size() % 2 == 0;
                long first = nanos(plainFirst ? before : after, sample);
                long second = nanos(plainFirst ? after : before, sample);
                turns.add(plainFirst, first, second);
                taken++;
            }
        }
    }

    /** What the turns showed so far, in nanoseconds. */
    private static final class Turns {

        private final List<Long> plain = new ArrayList<>();
        private final List<Long> tuned = new ArrayList<>();
        private int plainWins;
        private int tunedWins;

        private void add(boolean plainFirst, long first, long second) {
            plain.add(plainFirst ? first : second);
            tuned.add(plainFirst ? second : first);
            if (first != second) {
                boolean plainWon = first < second == plainFirst;
                plainWins += plainWon ? 1 : 0;
                tunedWins += plainWon ? 0 : 1;
            }
        }

        private boolean certain() {
            return Math.abs(tunedWins - plainWins) > CERTAIN_DEVIATIONS * Math.sqrt(plain.size());
        }
    }

    private static long median(List<Long> nanos) {
        return nanos.stream().sorted().skip(nanos.size() / 2).findFirst().orElseThrow();
    }

    private long nanos(GraphRunner runner, Map<String, Tensor> sample) {
        long start = clock.getAsLong();
        runner.run(sample);
        return clock.getAsLong() - start;
    }
}
