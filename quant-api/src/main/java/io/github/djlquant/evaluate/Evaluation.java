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

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * A quantized model against its source, on the same samples. What was not measured is empty.
 *
 * @param outputs one entry per output
 * @param samples rows compared
 * @param realData false if the inputs were made from the model's signature, which says little about
 *     accuracy
 * @param accuracy top-1 accuracy of both, if class labels were given
 * @param latency time per call of both, if it was measured
 * @param subject what was compared, where and how
 * @param gate the judgement, if there was one
 * @param metrics figures of merit of both models, the main one first; empty without labels
 * @param slices the samples divided, one entry per criterion
 * @param flipped which answers changed, one entry per output of class scores
 * @param errors how errors are distributed, one entry per other float output
 * @param divergences where generated sequences part, one entry per output of tokens
 * @param performance speed and size on this machine
 * @param layers inner values in graph order; empty if they were not looked at
 * @param sensitivity what each layer costs, in graph order; empty if it was not measured
 * @param coverage how well calibration covered what evaluation saw
 * @param operators what the engine really runs for the quantized model
 * @param hardware what this CPU has for 8-bit arithmetic
 * @param warnings what the user should know
 */
public record Evaluation(
        List<OutputError> outputs,
        long samples,
        boolean realData,
        Optional<Accuracy> accuracy,
        Optional<LatencyRatio> latency,
        Optional<Subject> subject,
        Optional<GateResult> gate,
        List<Metric> metrics,
        List<Slices> slices,
        List<Flips> flipped,
        List<ErrorDistribution> errors,
        List<Divergences> divergences,
        Optional<Performance> performance,
        List<LayerError> layers,
        List<Sensitivity> sensitivity,
        Optional<Coverage> coverage,
        Optional<Operators> operators,
        Optional<HardwareCheck> hardware,
        List<String> warnings) {

    /** Copies the lists. */
    public Evaluation {
        outputs = List.copyOf(outputs);
        Objects.requireNonNull(accuracy, "accuracy");
        Objects.requireNonNull(latency, "latency");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(gate, "gate");
        metrics = List.copyOf(metrics);
        slices = List.copyOf(slices);
        flipped = List.copyOf(flipped);
        errors = List.copyOf(errors);
        divergences = List.copyOf(divergences);
        Objects.requireNonNull(performance, "performance");
        layers = List.copyOf(layers);
        sensitivity = List.copyOf(sensitivity);
        Objects.requireNonNull(coverage, "coverage");
        Objects.requireNonNull(operators, "operators");
        Objects.requireNonNull(hardware, "hardware");
        warnings = List.copyOf(warnings);
    }

    /**
     * Describes what the outputs alone tell.
     *
     * @param outputs one entry per output
     * @param samples rows compared
     * @param realData false if the inputs were made from the model's signature
     * @param accuracy top-1 accuracy of both, if labels were given
     * @param latency time per call of both, if it was measured
     */
    public Evaluation(
            List<OutputError> outputs,
            long samples,
            boolean realData,
            Optional<Accuracy> accuracy,
            Optional<LatencyRatio> latency) {
        this(
                outputs,
                samples,
                realData,
                accuracy,
                latency,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /**
     * Starts a copy with more in it.
     *
     * @return a builder that holds everything of this evaluation
     */
    public Builder with() {
        return new Builder(this);
    }

    /**
     * Adds a latency measurement.
     *
     * @param measured the measurement
     * @return a copy
     */
    public Evaluation withLatency(LatencyRatio measured) {
        return with().optLatency(measured).build();
    }

    /**
     * Returns the least signal to quantization noise ratio of any output.
     *
     * @return dB
     */
    public double sqnr() {
        return outputs.stream()
                .mapToDouble(OutputError::sqnr)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /**
     * Returns the largest share of changed top-1 answers of any output that looks like class
     * scores.
     *
     * @return between 0 and 1
     */
    public double flips() {
        return outputs.stream().mapToDouble(OutputError::flips).max().orElse(0);
    }

    /**
     * Returns the least mean cosine of any output.
     *
     * @return between -1 and 1
     */
    public double cosine() {
        return outputs.stream().mapToDouble(OutputError::cosine).min().orElse(1);
    }

    @Override
    public String toString() {
        String text = outputs.stream().map(OutputError::toString).collect(Collectors.joining("\n"));
        return text
                + accuracy.map(a -> "\n" + a).orElse("")
                + latency.map(l -> "\n" + l).orElse("")
                + (realData
                        ? ""
                        : "\n(inputs made from the model's signature: no statement about accuracy on real data)");
    }

    /** Collects what further measurements add to an {@link Evaluation}. */
    public static final class Builder {

        private final List<OutputError> outputs;
        private final long samples;
        private final boolean realData;
        private final Optional<Accuracy> accuracy;
        private Optional<LatencyRatio> latency;
        private Optional<Subject> subject;
        private Optional<GateResult> gate;
        private List<Metric> metrics;
        private List<Slices> slices;
        private List<Flips> flipped;
        private List<ErrorDistribution> errors;
        private List<Divergences> divergences;
        private Optional<Performance> performance;
        private List<LayerError> layers;
        private List<Sensitivity> sensitivity;
        private Optional<Coverage> coverage;
        private Optional<Operators> operators;
        private Optional<HardwareCheck> hardware;
        private List<String> warnings;

        private Builder(Evaluation base) {
            outputs = base.outputs;
            samples = base.samples;
            realData = base.realData;
            accuracy = base.accuracy;
            latency = base.latency;
            subject = base.subject;
            gate = base.gate;
            metrics = base.metrics;
            slices = base.slices;
            flipped = base.flipped;
            errors = base.errors;
            divergences = base.divergences;
            performance = base.performance;
            layers = base.layers;
            sensitivity = base.sensitivity;
            coverage = base.coverage;
            operators = base.operators;
            hardware = base.hardware;
            warnings = base.warnings;
        }

        /**
         * Sets time per call of both.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optLatency(LatencyRatio value) {
            latency = Optional.of(value);
            return this;
        }

        /**
         * Sets what was compared, where and how.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optSubject(Subject value) {
            subject = Optional.of(value);
            return this;
        }

        /**
         * Sets the judgement.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optGate(GateResult value) {
            gate = Optional.of(value);
            return this;
        }

        /**
         * Sets figures of merit of both models, the main one first.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optMetrics(List<Metric> value) {
            metrics = value;
            return this;
        }

        /**
         * Sets the samples divided, one entry per criterion.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optSlices(List<Slices> value) {
            slices = value;
            return this;
        }

        /**
         * Sets which answers changed, one entry per output of class scores.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optFlipped(List<Flips> value) {
            flipped = value;
            return this;
        }

        /**
         * Sets how errors are distributed, one entry per other float output.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optErrors(List<ErrorDistribution> value) {
            errors = value;
            return this;
        }

        /**
         * Sets where generated sequences part, one entry per output of tokens.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optDivergences(List<Divergences> value) {
            divergences = value;
            return this;
        }

        /**
         * Sets speed and size on this machine.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optPerformance(Performance value) {
            performance = Optional.of(value);
            return this;
        }

        /**
         * Sets inner values in graph order.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optLayers(List<LayerError> value) {
            layers = value;
            return this;
        }

        /**
         * Sets what each layer costs, in graph order.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optSensitivity(List<Sensitivity> value) {
            sensitivity = value;
            return this;
        }

        /**
         * Sets how well calibration covered what evaluation saw.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optCoverage(Coverage value) {
            coverage = Optional.of(value);
            return this;
        }

        /**
         * Sets what the engine really runs for the quantized model.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optOperators(Operators value) {
            operators = Optional.of(value);
            return this;
        }

        /**
         * Sets what this CPU has for 8-bit arithmetic.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optHardware(HardwareCheck value) {
            hardware = Optional.of(value);
            return this;
        }

        /**
         * Sets what the user should know.
         *
         * @param value what was measured
         * @return this builder
         */
        public Builder optWarnings(List<String> value) {
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
                    performance,
                    layers,
                    sensitivity,
                    coverage,
                    operators,
                    hardware,
                    warnings);
        }
    }

    /**
     * Right top-1 answers, paired.
     *
     * @param labelled samples with a label
     * @param sourceRight how many the source model got right
     * @param lost how many of them the quantized model gets wrong
     * @param gained how many only the quantized model gets right
     */
    public record Accuracy(long labelled, long sourceRight, long lost, long gained) {

        /**
         * Returns the source model's share of right answers.
         *
         * @return between 0 and 1
         */
        public double source() {
            return sourceRight / (double) labelled;
        }

        /**
         * Returns the quantized model's share of right answers.
         *
         * @return between 0 and 1
         */
        public double quantized() {
            return (sourceRight - lost + gained) / (double) labelled;
        }

        /**
         * Returns how much accuracy was lost, with the 95 % Wald interval of paired proportions
         * (Agresti, "Categorical Data Analysis", section 10.1.2).
         *
         * @return the interval of the drop, as a fraction
         */
        public ConfidenceInterval drop() {
            double n = labelled;
            double drop = (lost - gained) / n;
            double reach = 1.96 * Math.sqrt(Math.max(0, lost + gained - n * drop * drop)) / n;
            return new ConfidenceInterval(drop - reach, drop + reach);
        }

        /**
         * Tests "both are equally good": of the answers that only one model got right, each had
         * them with probability one half (McNemar 1947, exact form).
         *
         * @return the two-sided test
         */
        public PairedTest test() {
            int changed = Math.toIntExact(lost + gained);
            double p =
                    changed == 0
                            ? 1
                            : BinomialTest.withDefaults()
                                    .test(changed, (int) lost, 0.5)
                                    .getPValue();
            return new PairedTest("McNemar, exact", Math.min(1, p));
        }

        @Override
        public String toString() {
            return String.format(
                    java.util.Locale.ROOT,
                    "top-1 %.2f %% -> %.2f %% of %d labelled samples",
                    100 * source(),
                    100 * quantized(),
                    labelled);
        }
    }
}
