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
package io.github.djlquant.evaluate;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.evaluate.metric.Metrics;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpCatalog;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Runs two models over the same batches, once, and compares what they answer: how close the outputs
 * are, which answers changed, how far metrics fell, overall and in slices.
 *
 * <pre>{@code
 * try (FeedStream feeds = data.open(FeedSpec.of(graph, 32, 1000))) {
 *     Evaluation evaluation =
 *             PairedComparison.builder().optLabels(labels).build().compare(before, after, feeds);
 * }
 * }</pre>
 *
 * <p>Holds one batch at a time. Used once where metrics are given, because they add up; not
 * thread-safe. For two files with everything that can be measured there is {@link ModelEvaluator}.
 */
public final class PairedComparison {

    private final Builder options;

    private PairedComparison(Builder options) {
        this.options = options;
    }

    /**
     * Starts a comparison.
     *
     * @return a builder; by default outputs are compared as they are, without labels
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Compares.
     *
     * @param source the source model; stays open
     * @param quantized the model to judge; stays open
     * @param batches what to run
     * @return what the answers tell, without latency and judgement
     * @throws CalibrationException if there is no batch, the quantized model lacks an output, or
     *     labels don't fit
     * @throws QuantizationCancelledException if the thread is interrupted
     */
    public Evaluation compare(
            GraphRunner source, GraphRunner quantized, Iterator<? extends Feed> batches) {
        SteppedRunner before = new SteppedRunner(source, options.states);
        SteppedRunner after = new SteppedRunner(quantized, options.states);
        try (PairedRuns runs = new PairedRuns(before, after, options.beside)) {
            return compare(runs, batches);
        }
    }

    private Evaluation compare(PairedRuns runs, Iterator<? extends Feed> batches) {
        PairedTally tally = null;
        JudgedOutput judged = null;
        if (batches instanceof FeedStream stream) {
            stream.rows().ifPresent(rows -> options.progress.reset("evaluate", rows));
            requireRows(RowCounts.of(stream));
        }
        long seen = 0;
        try {
            while (batches.hasNext()) {
                refuseIfInterrupted();
                PairedBatch batch = pair(batches.next(), runs, judged);
                if (tally == null) {
                    judged = judged(batch);
                    batch = batch.judging(judged);
                    tally = tally(batch);
                }
                tally.add(batch);
                seen += batch.rows();
                options.progress.update(seen);
            }
        } finally {
            options.progress.end();
        }
        if (tally == null) {
            throw new CalibrationException(
                    Problem.of("there is nothing to compare on: the data is empty"));
        }
        if (batches instanceof FeedStream stream) {
            requireRows(RowCounts.of(stream));
        }
        Evaluation answers = tally.result(options.realData, options.classNames);
        if (options.judgesOne() && judged != null && !judged.others().isEmpty()) {
            answers = answers.with().optJudged(judged).build();
        }
        return options.data instanceof CalibrationData.OfText texts
                ? TextViews.put(answers, texts)
                : answers;
    }

    /** Whatever is given for each row must be as many. */
    private void requireRows(RowCounts rows) {
        if (options.labels != null) {
            options.labels.requireRows(rows);
        }
        options.metrics.forEach(metric -> metric.requireRows(rows));
        for (Slicing slicing : options.slicings) {
            if (slicing instanceof MetadataColumn column) {
                column.requireRows(rows);
            }
        }
    }

    private PairedBatch pair(Feed feed, PairedRuns runs, JudgedOutput judged) {
        Map<String, Tensor> inputs = feed.tensors();
        PairedRuns.Answers answers = runs.run(inputs);
        return new PairedBatch(
                feed,
                options.readout.of(inputs, answers.source()),
                options.readout.of(inputs, answers.quantized()),
                judged == null ? null : judged.output());
    }

    /** Finds what labels belong to; null without any, where each metric chooses by itself. */
    private JudgedOutput judged(PairedBatch first) {
        return options.judgesOne()
                ? new JudgedOutputRule(
                                Optional.ofNullable(options.judged),
                                options.readout != Readout.OUTPUTS,
                                options.labels,
                                options.hints)
                        .of(first)
                : null;
    }

    private static void refuseIfInterrupted() {
        if (Thread.interrupted()) {
            throw new QuantizationCancelledException(Problem.of("the evaluation was interrupted"));
        }
    }

    /** What was not chosen follows from the kind of data. */
    private PairedTally tally(PairedBatch first) {
        List<PairedMetric> metrics = new ArrayList<>(options.metrics);
        List<Slicing> slicings = new ArrayList<>();
        for (Slicing chosen : options.slicings) {
            slicings.add(
                    chosen instanceof MetadataColumn column ? column.bind(options.data) : chosen);
        }
        if (options.labels != null) {
            if (options.metrics.isEmpty()) {
                metrics.addAll(defaults(first));
            }
            slicings.add(0, Slicing.byLabel(options.labels, options.classNames));
        }
        if (options.realData) {
            slicings.addAll(byInput(first.feed(), options.data));
        }
        return new PairedTally(
                options.labels,
                metrics,
                slicings,
                options.viewer,
                Optional.ofNullable(options.detector),
                new OutputKind.Rule(
                        Optional.ofNullable(options.task), options.hints, options.labels != null));
    }

    private static List<Slicing> byInput(Feed feed, CalibrationData data) {
        Map<String, Tensor> tensors = feed.tensors();
        if (tensors.isEmpty()) {
            return List.of();
        }
        Tensor input = tensors.values().iterator().next();
        if (input.shape().rank() == 4) {
            ImageMoments moments = ImageMoments.of(data, input);
            return List.of(moments.brightness(), moments.contrast());
        }
        return tensors.containsKey("attention_mask")
                        || input.shape().rank() == 2 && !input.dataType().isFloatingPoint()
                ? List.of(Slicing.length())
                : List.of();
    }

    private List<PairedMetric> defaults(PairedBatch first) {
        List<PairedMetric> metrics = new ArrayList<>();
        metrics.add(Metrics.topK(options.labels, 1));
        if (first.sourceRows(first.mainOutput()).width() > 5) {
            metrics.add(Metrics.topK(options.labels, 5));
        }
        metrics.add(Metrics.f1(options.labels));
        metrics.add(Metrics.precision(options.labels));
        metrics.add(Metrics.recall(options.labels));
        return metrics;
    }

    /** Collects the options of a {@link PairedComparison}. */
    public static final class Builder extends AnswerOptions<Builder> {

        private Map<String, String> states = Map.of();
        private TaskHints hints = TaskHints.NONE;
        private CalibrationData data;
        private boolean realData = true;
        private boolean beside;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets whether both models run at once, each in a thread of its own.
         *
         * @param atOnce true for models that were opened for two batches at once
         * @return this builder
         */
        public Builder optBeside(boolean atOnce) {
            beside = atOnce;
            return this;
        }

        /**
         * Sets where the batches come from, so that texts can be quoted and metadata found.
         *
         * @param origin the data
         * @return this builder
         */
        public Builder optData(CalibrationData origin) {
            data = Objects.requireNonNull(origin, "data");
            return this;
        }

        /**
         * Sets the source model's graph. Outputs are then told apart by names and operators, see
         * {@link Task}; and a model that yields its next state runs the batches as one sequence,
         * each model on states of its own, see {@link RecurrentStates}.
         *
         * @param graph the source model
         * @param catalog its operators
         * @return this builder
         */
        public Builder optGraph(Graph graph, OpCatalog catalog) {
            hints = TaskHints.of(graph, catalog);
            return optStates(RecurrentStates.of(graph, catalog));
        }

        /** Sets the output by the input that it becomes. */
        Builder optStates(Map<String, String> outputByInput) {
            states = Map.copyOf(outputByInput);
            return this;
        }

        /**
         * Says whether the inputs are real.
         *
         * @param real false if they were made from the model's signature
         * @return this builder
         */
        public Builder optRealData(boolean real) {
            realData = real;
            return this;
        }

        /**
         * Builds the comparison.
         *
         * @return the comparison
         */
        public PairedComparison build() {
            return new PairedComparison(this);
        }
    }
}
