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
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds up what batches tell of both models. Holds no batch; not thread-safe. */
final class PairedComparison {

    private final Labels labels;
    private final List<PairedMetric> metrics;
    private final List<Slicing> slicings;
    private final InputViewer viewer;
    private final Map<String, OutputComparison> outputs = new LinkedHashMap<>();
    private final Map<String, FlipCollector> flips = new LinkedHashMap<>();
    private final Map<String, ErrorCollector> errors = new LinkedHashMap<>();
    private final Map<String, DivergenceCollector> tokens = new LinkedHashMap<>();
    private final List<SliceCollector> slices = new ArrayList<>();
    private final SampleGrade.Grader byLabels;
    private boolean started;
    private long samples;
    private long sourceRight;
    private long lost;
    private long gained;

    /**
     * Prepares.
     *
     * @param labels the right classes, or null
     * @param metrics what to add up besides
     * @param slicings how to divide the samples; those of the input's kind are added
     * @param viewer makes samples visible
     */
    PairedComparison(
            Labels labels, List<PairedMetric> metrics, List<Slicing> slicings, InputViewer viewer) {
        this.labels = labels;
        this.metrics = metrics;
        this.slicings = slicings;
        this.viewer = viewer;
        this.byLabels = labels == null ? null : SampleGrade.byLabels(labels);
    }

    void add(PairedBatch batch) {
        if (!started) {
            start(batch);
        }
        samples += batch.rows();
        outputs.forEach(
                (name, comparison) ->
                        comparison.add(batch.source().get(name), batch.quantized().get(name)));
        flips.values().forEach(collector -> collector.add(batch));
        errors.values().forEach(collector -> collector.add(batch));
        tokens.values().forEach(collector -> collector.add(batch));
        slices.forEach(collector -> collector.add(batch));
        metrics.forEach(metric -> metric.add(batch));
        for (int row = 0; byLabels != null && row < batch.rows(); row++) {
            SampleGrade grade = byLabels.grade(batch, row);
            sourceRight += grade.source() == 1 ? 1 : 0;
            lost += grade.source() > grade.quantized() ? 1 : 0;
            gained += grade.source() < grade.quantized() ? 1 : 0;
        }
    }

    private void start(PairedBatch batch) {
        started = true;
        for (Map.Entry<String, Tensor> output : batch.source().entrySet()) {
            String name = output.getKey();
            Tensor after = batch.quantized().get(name);
            if (after == null) {
                throw new CalibrationException(
                        Problem.of("the quantized model lacks an output")
                                .at("output " + name)
                                .expected(batch.source().keySet())
                                .actual(batch.quantized().keySet()));
            }
            if (DivergenceCollector.isTokens(output.getValue())) {
                tokens.put(name, new DivergenceCollector(name, viewer));
            } else if (output.getValue().dataType().isFloatingPoint()) {
                outputs.put(name, new OutputComparison(name));
                if (hasRows(output.getValue(), batch)) {
                    errors.put(name, new ErrorCollector(name, viewer));
                    if (isScores(output.getValue())) {
                        flips.put(name, new FlipCollector(name, labels, viewer));
                    }
                }
            }
        }
        if (outputs.isEmpty() && tokens.isEmpty()) {
            throw new CalibrationException(
                    Problem.of("there is nothing to compare: no output of floats or tokens")
                            .actual(batch.source().keySet()));
        }
        if (!errors.isEmpty()) {
            SampleGrade.Grader grader = grader(batch);
            slicings.forEach(slicing -> slices.add(new SliceCollector(slicing, grader)));
        }
    }

    private static boolean hasRows(Tensor output, PairedBatch batch) {
        return output.shape().rank() > 0
                && output.shape().size(0) == batch.rows()
                && output.elementCount() > 0;
    }

    private static boolean isScores(Tensor output) {
        return output.shape().rank() == 2 && output.shape().size(1) > 1;
    }

    private SampleGrade.Grader grader(PairedBatch first) {
        if (byLabels != null) {
            return byLabels;
        }
        String output = first.mainOutput();
        OutputComparison look = new OutputComparison(output);
        look.add(first.source().get(output), first.quantized().get(output));
        return look.result().classScores() ? SampleGrade.byAgreement() : SampleGrade.byCosine();
    }

    Evaluation result(boolean realData, List<String> classNames) {
        if (samples == 0) {
            throw new CalibrationException(
                    Problem.of("there is nothing to compare on: the data is empty"));
        }
        List<OutputError> compared =
                outputs.values().stream().map(OutputComparison::result).toList();
        List<Flips> flipped = new ArrayList<>();
        List<ErrorDistribution> distributions = new ArrayList<>();
        for (OutputError output : compared) {
            if (output.classScores() && flips.containsKey(output.output())) {
                flipped.add(flips.get(output.output()).result(classNames));
            } else if (errors.containsKey(output.output())) {
                distributions.add(errors.get(output.output()).result());
            }
        }
        return new Evaluation(compared, samples, realData, accuracy(), Optional.empty())
                .with()
                .optMetrics(metrics.stream().flatMap(metric -> metric.result().stream()).toList())
                .optSlices(slices.stream().map(SliceCollector::result).toList())
                .optFlipped(flipped)
                .optErrors(distributions)
                .optDivergences(tokens.values().stream().map(DivergenceCollector::result).toList())
                .build();
    }

    private Optional<Evaluation.Accuracy> accuracy() {
        return labels == null
                ? Optional.empty()
                : Optional.of(new Evaluation.Accuracy(samples, sourceRight, lost, gained));
    }
}
