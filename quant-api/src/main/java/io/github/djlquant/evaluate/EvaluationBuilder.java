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

import io.github.djlquant.calibrate.RowVariety;
import java.util.List;
import java.util.Optional;

/** Collects what further measurements add to an {@link Evaluation}. */
public final class EvaluationBuilder {

    private final List<OutputError> outputs;
    private final long samples;
    private final boolean realData;
    private final Optional<Evaluation.Accuracy> accuracy;
    private Optional<LatencyRatio> latency;
    private Optional<Subject> subject;
    private Optional<GateResult> gate;
    private List<Metric> metrics;
    private List<Slices> slices;
    private List<Flips> flipped;
    private List<ErrorDistribution> errors;
    private List<Divergences> divergences;
    private Optional<Detections> detections;
    private List<ShapeDifference> shapes;
    private Optional<Performance> performance;
    private List<LayerError> layers;
    private List<Sensitivity> sensitivity;
    private Optional<Coverage> coverage;
    private Optional<Operators> operators;
    private Optional<HardwareCheck> hardware;
    private Optional<InputTrial> inputTrial;
    private Optional<NonFiniteOrigin> nonFinite;
    private List<BaselineRange> baseline;
    private Optional<JudgedOutput> judged;
    private List<Trial> trials;
    private Optional<RowVariety> variety;
    private List<String> warnings;

    EvaluationBuilder(Evaluation base) {
        outputs = base.outputs();
        samples = base.samples();
        realData = base.realData();
        accuracy = base.accuracy();
        latency = base.latency();
        subject = base.subject();
        gate = base.gate();
        metrics = base.metrics();
        slices = base.slices();
        flipped = base.flipped();
        errors = base.errors();
        divergences = base.divergences();
        detections = base.detections();
        shapes = base.shapes();
        performance = base.performance();
        layers = base.layers();
        sensitivity = base.sensitivity();
        coverage = base.coverage();
        operators = base.operators();
        hardware = base.hardware();
        inputTrial = base.inputTrial();
        nonFinite = base.nonFinite();
        baseline = base.baseline();
        judged = base.judged();
        trials = base.trials();
        variety = base.variety();
        warnings = base.warnings();
    }

    /**
     * Sets time per call of both.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optLatency(LatencyRatio value) {
        latency = Optional.of(value);
        return this;
    }

    /**
     * Sets what was compared, where and how.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optSubject(Subject value) {
        subject = Optional.of(value);
        return this;
    }

    /**
     * Sets the judgement.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optGate(GateResult value) {
        gate = Optional.of(value);
        return this;
    }

    /**
     * Sets figures of merit of both models, the main one first.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optMetrics(List<Metric> value) {
        metrics = value;
        return this;
    }

    /**
     * Sets the samples divided, one entry per criterion.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optSlices(List<Slices> value) {
        slices = value;
        return this;
    }

    /**
     * Sets which answers changed, one entry per output of class scores.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optFlipped(List<Flips> value) {
        flipped = value;
        return this;
    }

    /**
     * Sets how errors are distributed, one entry per other float output.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optErrors(List<ErrorDistribution> value) {
        errors = value;
        return this;
    }

    /**
     * Sets where generated sequences part, one entry per output of tokens.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optDivergences(List<Divergences> value) {
        divergences = value;
        return this;
    }

    /**
     * Adds what two detectors find.
     *
     * @param value the comparison
     * @return this builder
     */
    public EvaluationBuilder optDetections(Detections value) {
        detections = Optional.of(value);
        return this;
    }

    /**
     * Adds outputs whose shapes differ.
     *
     * @param value one entry per such output
     * @return this builder
     */
    public EvaluationBuilder optShapes(List<ShapeDifference> value) {
        shapes = value;
        return this;
    }

    /**
     * Sets speed and size on this machine.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optPerformance(Performance value) {
        performance = Optional.of(value);
        return this;
    }

    /**
     * Sets inner values in graph order.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optLayers(List<LayerError> value) {
        layers = value;
        return this;
    }

    /**
     * Sets what each layer costs, in graph order.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optSensitivity(List<Sensitivity> value) {
        sensitivity = value;
        return this;
    }

    /**
     * Sets how well calibration covered what evaluation saw.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optCoverage(Coverage value) {
        coverage = Optional.of(value);
        return this;
    }

    /**
     * Sets what the engine really runs for the quantized model.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optOperators(Operators value) {
        operators = Optional.of(value);
        return this;
    }

    /**
     * Sets what this CPU has for 8-bit arithmetic.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optHardware(HardwareCheck value) {
        hardware = Optional.of(value);
        return this;
    }

    /**
     * Sets by which change of the inputs the models would agree.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optInputTrial(InputTrial value) {
        inputTrial = Optional.of(value);
        return this;
    }

    /**
     * Sets what calibration saw.
     *
     * @param value one entry per value
     * @return this builder
     */
    public EvaluationBuilder optBaseline(List<BaselineRange> value) {
        baseline = value;
        return this;
    }

    /**
     * Sets where numbers become NaN or infinite.
     *
     * @param value what was found
     * @return this builder
     */
    public EvaluationBuilder optNonFinite(NonFiniteOrigin value) {
        nonFinite = Optional.of(value);
        return this;
    }

    /**
     * Sets which output labels and metrics belong to.
     *
     * @param value what was found or told
     * @return this builder
     */
    public EvaluationBuilder optJudged(JudgedOutput value) {
        judged = Optional.of(value);
        return this;
    }

    /**
     * Sets the forms that were tried where the recipe was chosen.
     *
     * @param value one entry per recipe
     * @return this builder
     */
    public EvaluationBuilder optTrials(List<Trial> value) {
        trials = value;
        return this;
    }

    /**
     * Sets how much the rows differ from each other.
     *
     * @param value what was seen
     * @return this builder
     */
    public EvaluationBuilder optVariety(RowVariety value) {
        variety = Optional.of(value);
        return this;
    }

    /**
     * Sets what the user should know.
     *
     * @param value what was measured
     * @return this builder
     */
    public EvaluationBuilder optWarnings(List<String> value) {
        warnings = value;
        return this;
    }

    /**
     * Makes the evaluation.
     *
     * @return it
     */
    public Evaluation build() {
        return new Evaluation(
                outputs,
                samples,
                realData,
                accuracy,
                latency,
                subject,
                gate,
                metrics,
                slices,
                flipped,
                errors,
                divergences,
                detections,
                shapes,
                performance,
                layers,
                sensitivity,
                coverage,
                operators,
                hardware,
                inputTrial,
                nonFinite,
                baseline,
                judged,
                trials,
                variety,
                warnings);
    }
}
