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
package io.github.djlquant.evaluate.metric;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.evaluator.Evaluator;
import io.github.djlquant.EvaluationException;
import io.github.djlquant.Problem;
import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.PairedBatch;
import io.github.djlquant.evaluate.PairedMetric;
import io.github.djlquant.evaluate.PairedTest;
import io.github.djlquant.graph.Tensor;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * An evaluator of DJL for both models. It adds up by itself and tells nothing of single samples, so
 * the interval comes from the differences of batches (Student's t), which should be many.
 */
final class DjlMetric implements PairedMetric {

    private static final String ALL = "all";
    private static final String BATCH = "batch";
    private static final int LEAST_BATCHES = 5;

    private final Evaluator source;
    private final Evaluator quantized;
    private final Labels labels;
    private final boolean higherIsBetter;
    private long samples;
    private int batches;
    private double sum;
    private double squares;

    DjlMetric(Supplier<? extends Evaluator> evaluators, Labels labels, boolean higherIsBetter) {
        this.source = evaluators.get();
        this.quantized = evaluators.get();
        this.labels = labels;
        this.higherIsBetter = higherIsBetter;
        source.addAccumulator(ALL);
        quantized.addAccumulator(ALL);
    }

    @Override
    public void add(PairedBatch batch) {
        if (!batch.isSameShape(batch.mainOutput())) {
            return;
        }
        long[] right = new long[batch.rows()];
        for (int row = 0; row < right.length; row++) {
            right[row] = labels.label(batch.feed(), row);
        }
        String output = batch.mainOutput();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDList wanted = new NDList(manager.create(right));
            double before = update(source, wanted, batch.source().get(output), manager);
            double after = update(quantized, wanted, batch.quantized().get(output), manager);
            double drop = (higherIsBetter ? 1 : -1) * (before - after);
            batches++;
            sum += drop;
            squares += drop * drop;
            samples += right.length;
        } catch (UnsupportedOperationException e) {
            throw new EvaluationException(
                    Problem.of("DJL's evaluator " + source.getName() + " can't compute here")
                            .actual(
                                    "the engine "
                                            + Engine.getDefaultEngineName()
                                            + ": "
                                            + e.getMessage())
                            .next(
                                    "Add an engine that computes with arrays, such as"
                                            + " ai.djl.pytorch:pytorch-engine, or write the metric"
                                            + " with Metrics.mean"),
                    e);
        }
    }

    private static double update(
            Evaluator evaluator, NDList wanted, Tensor answers, NDManager manager) {
        NDArray array =
                manager.create(
                        answers.toFloats(),
                        new ai.djl.ndarray.types.Shape(answers.shape().toArray()));
        NDList predictions = new NDList(array);
        evaluator.updateAccumulator(ALL, wanted, predictions);
        evaluator.addAccumulator(BATCH);
        evaluator.updateAccumulator(BATCH, wanted, predictions);
        return evaluator.getAccumulator(BATCH);
    }

    @Override
    public Optional<Metric> result() {
        if (samples == 0) {
            return Optional.empty();
        }
        double before = source.getAccumulator(ALL);
        double after = quantized.getAccumulator(ALL);
        double mean = sum / batches;
        double spread = Math.sqrt(Math.max(0, squares / batches - mean * mean));
        ConfidenceInterval interval = ConfidenceInterval.UNKNOWN;
        Optional<PairedTest> test = Optional.empty();
        if (batches >= LEAST_BATCHES && spread > 0) {
            double error = spread / Math.sqrt(batches - 1.0);
            TDistribution t = TDistribution.of(batches - 1.0);
            double reach = t.inverseCumulativeProbability(0.975) * error;
            interval = new ConfidenceInterval(mean - reach, mean + reach);
            double p = 2 * t.survivalProbability(Math.abs(mean) / error);
            test = Optional.of(new PairedTest("paired t over batches", Math.min(1, p)));
        }
        return Optional.of(
                new Metric(
                        source.getName(),
                        before,
                        after,
                        higherIsBetter,
                        (higherIsBetter ? 1 : -1) * (before - after),
                        interval,
                        "Student's t over " + batches + " batches",
                        test,
                        samples));
    }
}
