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

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.GateResult;
import io.github.djlquant.evaluate.Latency;
import io.github.djlquant.evaluate.LatencyRatio;
import io.github.djlquant.evaluate.PairedComparison;
import io.github.djlquant.evaluate.RecurrentStates;
import io.github.djlquant.evaluate.SignatureInputs;
import io.github.djlquant.evaluate.SourceModel;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Compares models, each in its engine, on the first rows of the user's data or, without any, on
 * inputs made from the signature.
 */
final class Verification {

    /** Enough to see a collapse and to estimate flips to about 2 points. */
    private static final int ROWS = 256;

    /** Enough to tell a drop of one point from chance. */
    private static final int LABELLED_ROWS = 2048;

    private static final int SIGNATURE_ROWS = 8;

    /** Errors of a state have grown by then as far as they will, or the model forgets them. */
    private static final int STEPS = 32;

    private static final int PROOF_ROWS = 4;

    private static final long LATENCY_MILLIS = 1500;

    private final QuantizationSettings settings;
    private final Engines engines;
    private final Graph graph;
    private final Map<String, String> states;
    private Optional<String> remark = Optional.empty();
    private List<GateResult.Check> otherBatches = List.of();

    Verification(QuantizationSettings settings, Engines engines, Graph graph) {
        this.settings = settings;
        this.engines = engines;
        this.graph = graph;
        this.states =
                engines == null ? Map.of() : RecurrentStates.of(graph, engines.source().catalog());
    }

    /**
     * Compares the written file with the source.
     *
     * @param optimized the float graph that was quantized; empty if it is not to be timed
     */
    Evaluation compare(Path source, Path quantized, Optional<Graph> optimized) {
        boolean beside = runsBeside();
        RunOptions options = new RunOptions(settings.threads(), true, beside ? 2 : 1);
        try (SourceModel opened = SourceModel.open(engines.source(), source, options);
                GraphRunner after = openQuantized(quantized, options)) {
            GraphRunner before = opened.runner();
            remark = opened.remark();
            Evaluation evaluation = compare(before, after, beside);
            otherBatches = otherBatches(before, after, beside);
            boolean timed = settings.handover().latency() && remark.isEmpty();
            if (!timed || beside) {
                return timed
                        ? evaluation.withLatency(latency(source, quantized, optimized))
                        : evaluation;
            }
            return evaluation.withLatency(latency(before, after, optimized));
        }
    }

    /** Threads of one run that wait for each other busily cost most where others work, too. */
    private boolean runsBeside() {
        int threads =
                settings.threads() > 0
                        ? settings.threads()
                        : Runtime.getRuntime().availableProcessors();
        return threads > 1 && (engines.source().threadsSpin() || engines.target().threadsSpin());
    }

    /** In all threads, as whoever uses them. */
    private LatencyRatio latency(Path source, Path quantized, Optional<Graph> optimized) {
        try (GraphRunner before = engines.source().open(source, options());
                GraphRunner after = openQuantized(quantized, options())) {
            return latency(before, after, optimized);
        }
    }

    private LatencyRatio latency(GraphRunner before, GraphRunner after, Optional<Graph> optimized) {
        LatencyRatio measured = latency(before, after);
        return optimized
                .map(graph -> measured.withOptimized(latency(before, graph)))
                .orElse(measured);
    }

    /** What the engine refuses is our own work, under a name that nobody knows. */
    private GraphRunner openQuantized(Path quantized, RunOptions options) {
        try {
            return engines.target().open(quantized, options);
        } catch (ModelFormatException e) {
            throw new ModelFormatException(refused(e), e);
        } catch (UnsupportedModelException e) {
            throw new UnsupportedModelException(refused(e), e);
        }
    }

    private static Problem refused(QuantizationException refusal) {
        return Problem.of("the engine refuses the quantized form of this model")
                .expected("a file that it opens, as it opens the source")
                .actual(refusal.problem().actual())
                .next(
                        "Leave the named node out with the recipe's scope, or choose another recipe;"
                                + " and report it with the model");
    }

    private LatencyRatio latency(GraphRunner before, Graph optimized) {
        try (GraphRunner after = engines.target().open(optimized, options())) {
            return latency(before, after);
        }
    }

    private LatencyRatio latency(GraphRunner before, GraphRunner after) {
        return Latency.measure(before, after, firstRow(), settings.threads(), LATENCY_MILLIS);
    }

    private RunOptions options() {
        return new RunOptions(settings.threads(), true);
    }

    /**
     * Returns what the user should know of the last comparison.
     *
     * @return a sentence, empty if there is nothing to say
     */
    Optional<String> remark() {
        return remark;
    }

    /**
     * Returns what the last comparison found in batches of other sizes.
     *
     * @return the checks of the gate that fail there alone; empty if there is nothing to say
     */
    List<GateResult.Check> otherBatches() {
        return otherBatches;
    }

    /** States go from batch to batch, which takes one size. */
    private List<GateResult.Check> otherBatches(
            GraphRunner before, GraphRunner after, boolean beside) {
        return states.isEmpty()
                ? new OtherBatches(
                                settings,
                                graph,
                                batches ->
                                        comparison(beside).build().compare(before, after, batches))
                        .failures(before)
                : List.of();
    }

    private PairedComparison.Builder comparison(boolean beside) {
        return settings.data()
                .comparison()
                .apply(PairedComparison.builder())
                .optGraph(graph, engines.source().catalog())
                .optBeside(beside)
                .optRealData(settings.data().isGiven());
    }

    /** A model that yields its next state is run step by step, on states of its own. */
    private Evaluation compare(GraphRunner before, GraphRunner after, boolean beside) {
        boolean real = settings.data().isGiven();
        PairedComparison.Builder comparison = comparison(beside);
        if (settings.data().labels() != null) {
            comparison.optLabels(settings.data().labels());
        }
        if (!real) {
            return comparison.build().compare(before, after, signatureRows());
        }
        try (RealRows rows = new RealRows()) {
            return comparison
                    .optData(settings.data().judged())
                    .build()
                    .compare(before, after, rows);
        }
    }

    /** The first rows of the user's data; once more if they are no sequence yet. */
    private final class RealRows implements FeedStream {
        private FeedStream feeds = open();
        private long delivered;

        private FeedStream open() {
            return settings.data()
                    .judged()
                    .open(FeedSpec.of(graph, settings.data().batchSize(), most()));
        }

        @Override
        public OptionalLong rows() {
            return feeds.rows();
        }

        @Override
        public OptionalLong rowsOfData() {
            return feeds.rowsOfData();
        }

        @Override
        public boolean hasNext() {
            if (!feeds.hasNext() && delivered > 0 && delivered < STEPS && !states.isEmpty()) {
                feeds.close();
                feeds = open();
            }
            return feeds.hasNext();
        }

        @Override
        public Feed next() {
            delivered++;
            return feeds.next();
        }

        @Override
        public void close() {
            feeds.close();
        }
    }

    /** Says on what models are compared, for people. */
    String rowsJudged() {
        if (!settings.data().isGiven()) {
            return "inputs made from the model's signature";
        }
        if (settings.data().heldOut() != null) {
            return "the data given for it";
        }
        boolean calibrated =
                settings.recipe().method() == Method.STATIC
                        && settings.statistics().table() == null;
        return calibrated
                ? "the first rows of the data that it was calibrated on"
                : "the first rows of the data";
    }

    private long most() {
        if (settings.data().heldOut() != null) {
            return Long.MAX_VALUE;
        }
        int most = settings.data().labels() == null ? ROWS : LABELLED_ROWS;
        return settings.data().limit(most);
    }

    private Iterator<Feed> signatureRows() {
        SignatureInputs inputs = new SignatureInputs(graph, engines.source().catalog());
        return LongStream.range(0, states.isEmpty() ? SIGNATURE_ROWS : STEPS)
                .mapToObj(
                        seed -> {
                            Map<String, Tensor> made = inputs.row(seed);
                            return new Feed(made, rows(made), seed);
                        })
                .iterator();
    }

    /** A model may insist on its number of rows. */
    private static int rows(Map<String, Tensor> tensors) {
        List<Long> first =
                tensors.values().stream()
                        .map(t -> t.shape().rank() == 0 ? 1 : t.shape().size(0))
                        .distinct()
                        .toList();
        return first.size() == 1 ? Math.toIntExact(first.get(0)) : 1;
    }

    /** Returns a few rows made from the model's signature, always the same ones. */
    List<Map<String, Tensor>> madeBatches() {
        SignatureInputs inputs = new SignatureInputs(graph, engines.source().catalog());
        return LongStream.range(0, SIGNATURE_ROWS).mapToObj(inputs::row).toList();
    }

    /**
     * Returns one real row.
     *
     * @return a tensor for each of the graph's inputs
     */
    Map<String, Tensor> firstRow() {
        if (!settings.data().isGiven()) {
            return new SignatureInputs(graph, engines.source().catalog()).row(0);
        }
        try (FeedStream feeds = settings.data().typical().open(FeedSpec.of(graph, 1, 1))) {
            return feeds.next().tensors();
        }
    }

    /**
     * Returns the batches on which float-equivalent transforms are proven, one row each: a single
     * row may miss what a wrong fold breaks, such as a channel that is 0 there.
     */
    List<Map<String, Tensor>> proofBatches() {
        if (!settings.data().isGiven()) {
            SignatureInputs inputs = new SignatureInputs(graph, engines.source().catalog());
            return LongStream.range(0, PROOF_ROWS).mapToObj(inputs::row).toList();
        }
        long rows = settings.data().limit(PROOF_ROWS);
        List<Map<String, Tensor>> batches = new ArrayList<>();
        try (FeedStream feeds = settings.data().typical().open(FeedSpec.of(graph, 1, rows))) {
            while (feeds.hasNext() && batches.size() < PROOF_ROWS) {
                batches.add(feeds.next().tensors());
            }
        }
        return batches;
    }
}
