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
import io.github.djlquant.calibrate.RowSurvey;
import io.github.djlquant.evaluate.metric.Detector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Adds up what batches tell of both models. Holds no batch; not thread-safe. */
final class PairedTally {

    private final Labels labels;
    private final List<PairedMetric> metrics;
    private final List<Slicing> slicings;
    private final InputViewer viewer;
    private final Optional<Detector> detector;
    private final OutputKind.Rule rule;
    private final List<OutputTally> outputs = new ArrayList<>();
    private DetectionComparison detections;
    private final List<SliceCollector> slices = new ArrayList<>();
    private final SampleGrade.Grader byLabels;
    private String graded;
    private final RowSurvey survey = new RowSurvey();
    private boolean started;
    private long samples;
    private long labelled;
    private long sourceRight;
    private long lost;
    private long gained;

    /**
     * Prepares.
     *
     * @param labels the right classes, or null
     * @param metrics what to add up besides
     * @param slicings how to divide the samples
     * @param viewer makes samples visible
     * @param detector reads boxes; empty to recognize them
     * @param rule tells what outputs hold
     */
    PairedTally(
            Labels labels,
            List<PairedMetric> metrics,
            List<Slicing> slicings,
            InputViewer viewer,
            Optional<Detector> detector,
            OutputKind.Rule rule) {
        this.detector = detector;
        this.rule = rule;
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
        survey.add(batch.feed());
        outputs.forEach(output -> output.add(batch));
        detections.add(batch);
        if (graded != null && batch.hasRows(graded) && batch.isSameShape(graded)) {
            slices.forEach(collector -> collector.add(batch));
        }
        metrics.forEach(metric -> metric.add(batch));
        if (byLabels != null && batch.isSameShape(batch.mainOutput())) {
            label(batch);
        }
    }

    private void label(PairedBatch batch) {
        for (int row = 0; row < batch.rows(); row++) {
            labelled++;
            SampleGrade grade = byLabels.grade(batch, row);
            sourceRight += grade.source() == 1 ? 1 : 0;
            lost += grade.source() > grade.quantized() ? 1 : 0;
            gained += grade.source() < grade.quantized() ? 1 : 0;
        }
    }

    private void start(PairedBatch batch) {
        started = true;
        detections = new DetectionComparison(detector, batch);
        for (String name : batch.source().keySet()) {
            if (!batch.quantized().containsKey(name)) {
                throw new CalibrationException(
                        Problem.of("the quantized model lacks an output")
                                .at("output " + name)
                                .expected(batch.source().keySet())
                                .actual(batch.quantized().keySet()));
            }
            outputs.add(
                    new OutputTally(
                            name, rule.of(name, batch), batch, labels(name, batch), viewer));
        }
        if (outputs.stream().noneMatch(OutputTally::isCompared)) {
            throw new CalibrationException(
                    Problem.of(
                                    "there is nothing to compare: no output of floats, tokens or classes")
                            .actual(batch.source().keySet()));
        }
        outputs.stream()
                .filter(output -> output.isGradable(batch))
                .min(Comparator.comparing(output -> !batch.isJudged(output.output())))
                .ifPresent(main -> startSlices(main, batch));
    }

    /** Labels say nothing of the other outputs' answers. */
    private Labels labels(String output, PairedBatch batch) {
        return labels == null || !output.equals(batch.mainOutput()) ? null : labels;
    }

    private void startSlices(OutputTally main, PairedBatch batch) {
        graded = byLabels == null ? main.output() : batch.mainOutput();
        SampleGrade.Grader grader = byLabels == null ? main.grader(batch) : byLabels;
        slicings.forEach(slicing -> slices.add(new SliceCollector(slicing, grader)));
    }

    Evaluation result(boolean realData, List<String> classNames) {
        if (samples == 0) {
            throw new CalibrationException(
                    Problem.of("there is nothing to compare on: the data is empty"));
        }
        Optional<Detections> boxes = detections.result();
        List<OutputTally> judged =
                outputs.stream()
                        .filter(
                                output ->
                                        boxes.filter(b -> b.outputs().contains(output.output()))
                                                .isEmpty())
                        .toList();
        List<OutputError> compared =
                judged.stream().flatMap(output -> output.error().stream()).toList();
        EvaluationBuilder result =
                new Evaluation(compared, samples, realData, accuracy(), Optional.empty())
                        .with()
                        .optMetrics(
                                metrics.stream()
                                        .flatMap(metric -> metric.result().stream())
                                        .toList())
                        .optSlices(SliceCollector.results(slices))
                        .optFlipped(
                                judged.stream()
                                        .flatMap(output -> output.flips(classNames).stream())
                                        .toList())
                        .optErrors(
                                judged.stream()
                                        .flatMap(output -> output.errors().stream())
                                        .toList())
                        .optDivergences(
                                outputs.stream()
                                        .flatMap(output -> output.divergences().stream())
                                        .toList())
                        .optShapes(
                                outputs.stream()
                                        .flatMap(output -> output.difference().stream())
                                        .toList());
        boxes.ifPresent(result::optDetections);
        if (realData) {
            result.optVariety(survey.result());
        }
        return result.build();
    }

    private Optional<Evaluation.Accuracy> accuracy() {
        return labelled == 0
                ? Optional.empty()
                : Optional.of(new Evaluation.Accuracy(labelled, sourceRight, lost, gained));
    }
}
