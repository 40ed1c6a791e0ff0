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
import io.github.djlquant.graph.Tensor;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a source model and its quantized form on the same batches and compares what they say. Holds
 * one batch at a time.
 */
public final class Evaluator {

    private Evaluator() {}

    /**
     * Compares.
     *
     * @param source the source model
     * @param quantized the quantized model
     * @param batches what to run; labels belong to the first output
     * @param realData false if the inputs were made from the model's signature
     * @return the comparison, without latency
     * @throws CalibrationException if there is no batch, or outputs differ in name or shape
     * @throws QuantizationCancelledException if the thread is interrupted
     */
    public static Evaluation compare(
            GraphRunner source,
            GraphRunner quantized,
            Iterator<LabelledBatch> batches,
            boolean realData) {
        Map<String, OutputComparison> outputs = new LinkedHashMap<>();
        Labels labels = new Labels();
        while (batches.hasNext()) {
            if (Thread.interrupted()) {
                throw new QuantizationCancelledException(
                        Problem.of("the evaluation was interrupted"));
            }
            LabelledBatch batch = batches.next();
            Map<String, Tensor> expected = source.run(batch.feeds());
            Map<String, Tensor> actual = quantized.run(batch.feeds());
            expected.forEach(
                    (name, tensor) -> {
                        Tensor other = actual.get(name);
                        if (other == null) {
                            throw new CalibrationException(
                                    Problem.of("the quantized model lacks an output")
                                            .at("output " + name)
                                            .expected(expected.keySet())
                                            .actual(actual.keySet()));
                        }
                        if (tensor.dataType().isFloatingPoint()) {
                            outputs.computeIfAbsent(name, OutputComparison::new).add(tensor, other);
                        }
                    });
            if (batch.labels() != null) {
                labels.add(
                        batch.labels(),
                        expected.values().iterator().next(),
                        actual.values().iterator().next());
            }
        }
        var errors = outputs.values().stream().map(OutputComparison::result).toList();
        long samples = errors.stream().mapToLong(OutputError::samples).max().orElse(0);
        if (samples == 0) {
            throw new CalibrationException(
                    Problem.of("there is nothing to compare on: no batch with a float output"));
        }
        return new Evaluation(errors, samples, realData, labels.accuracy(), Optional.empty());
    }

    /** Counts right answers of both models. */
    private static final class Labels {
        private long labelled;
        private long sourceRight;
        private long lost;
        private long gained;

        void add(int[] labels, Tensor expected, Tensor actual) {
            int rows = expected.shape().rank() == 2 ? (int) expected.shape().size(0) : -1;
            if (rows != labels.length) {
                throw new CalibrationException(
                        Problem.of("labels don't fit the first output")
                                .expected(labels.length + " rows of class scores")
                                .actual(expected.shape()));
            }
            float[] x = expected.toFloats();
            float[] y = actual.toFloats();
            int classes = x.length / Math.max(1, rows);
            for (int row = 0; row < rows; row++) {
                boolean before = largest(x, row * classes, classes) == labels[row];
                boolean after = largest(y, row * classes, classes) == labels[row];
                labelled++;
                sourceRight += before ? 1 : 0;
                lost += before && !after ? 1 : 0;
                gained += !before && after ? 1 : 0;
            }
        }

        private static int largest(float[] values, int start, int count) {
            int best = start;
            for (int i = start + 1; i < start + count; i++) {
                best = values[i] > values[best] ? i : best;
            }
            return best - start;
        }

        Optional<Evaluation.Accuracy> accuracy() {
            return labelled == 0
                    ? Optional.empty()
                    : Optional.of(new Evaluation.Accuracy(labelled, sourceRight, lost, gained));
        }
    }
}
