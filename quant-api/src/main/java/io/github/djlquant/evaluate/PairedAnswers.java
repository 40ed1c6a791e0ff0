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
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.evaluate.metric.Metrics;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs both models over the data, once, and compares what they answer.
 *
 * @param options what to run, and what to make of it
 * @param backend the source's engine
 * @param source the source model
 */
record PairedAnswers(ModelEvaluator.Builder options, Backend backend, Graph source) {

    Evaluation compare() {
        Map<String, String> states = RecurrentStates.of(source, backend.catalog());
        RunOptions run = new RunOptions(options.threads, true);
        PairedComparison comparison = null;
        try (GraphRunner before = backend.open(options.source, run);
                GraphRunner after =
                        Backends.forFile(options.quantized).open(options.quantized, run);
                FeedStream feeds =
                        options.data.open(
                                FeedSpec.of(source, options.batchSize, options.samples))) {
            feeds.rows().ifPresent(rows -> options.progress.reset("evaluate", rows));
            SteppedRunner first = new SteppedRunner(before, states);
            SteppedRunner second = new SteppedRunner(after, states);
            long seen = 0;
            while (feeds.hasNext()) {
                refuseIfInterrupted();
                Feed feed = feeds.next();
                Map<String, Tensor> inputs = feed.tensors();
                PairedBatch batch =
                        new PairedBatch(
                                feed,
                                options.readout.of(inputs, first.run(inputs)),
                                options.readout.of(inputs, second.run(inputs)));
                if (comparison == null) {
                    comparison = comparison(batch);
                }
                comparison.add(batch);
                seen += batch.rows();
                options.progress.update(seen);
            }
        } finally {
            options.progress.end();
        }
        if (comparison == null) {
            throw new CalibrationException(
                    Problem.of("there is nothing to compare on: the data is empty"));
        }
        return comparison.result(true, options.classNames);
    }

    private static void refuseIfInterrupted() {
        if (Thread.interrupted()) {
            throw new QuantizationCancelledException(Problem.of("the evaluation was interrupted"));
        }
    }

    /** What was not chosen follows from the kind of data. */
    private PairedComparison comparison(PairedBatch first) {
        List<PairedMetric> metrics = new ArrayList<>(options.metrics);
        List<Slicing> slicings = new ArrayList<>(options.slicings);
        if (options.labels != null) {
            if (options.metrics.isEmpty()) {
                metrics.addAll(defaults(first));
            }
            slicings.add(0, Slicing.byLabel(options.labels, options.classNames));
        }
        Tensor input = first.feed().tensors().values().iterator().next();
        if (input.shape().rank() == 4 && input.dataType().isFloatingPoint()) {
            slicings.add(Slicing.brightness());
            slicings.add(Slicing.contrast());
        } else if (first.feed().tensors().containsKey("attention_mask")
                || input.shape().rank() == 2 && !input.dataType().isFloatingPoint()) {
            slicings.add(Slicing.length());
        }
        return new PairedComparison(options.labels, metrics, slicings, options.viewer);
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
}
