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
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 * @param detections how far both models find the same objects; empty unless they are detectors
 * @param shapes outputs that have another shape in the quantized model, and so were not compared
 * @param performance speed and size on this machine
 * @param layers inner values in graph order; empty if they were not looked at
 * @param sensitivity what each layer costs, in graph order; empty if it was not measured
 * @param coverage how well calibration covered what evaluation saw
 * @param operators what the engine really runs for the quantized model
 * @param hardware what this CPU has for 8-bit arithmetic
 * @param inputTrial by which change of its inputs the quantized model would agree with its source;
 *     empty if none was found, or they agree anyway
 * @param nonFinite where numbers of the quantized model become NaN or infinite; empty if its
 *     outputs are as finite as the source's, or it was not found
 * @param baseline what calibration saw, for a drift monitor; empty without calibration
 * @param judged which output labels and metrics belong to, if there are several
 * @param trials the forms that were tried where the recipe was chosen, this one too; else empty
 * @param variety how much the rows that were compared differ from each other; empty for inputs made
 *     from the signature
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
        Optional<Detections> detections,
        List<ShapeDifference> shapes,
        Optional<Performance> performance,
        List<LayerError> layers,
        List<Sensitivity> sensitivity,
        Optional<Coverage> coverage,
        Optional<Operators> operators,
        Optional<HardwareCheck> hardware,
        Optional<InputTrial> inputTrial,
        Optional<NonFiniteOrigin> nonFinite,
        List<BaselineRange> baseline,
        Optional<JudgedOutput> judged,
        List<Trial> trials,
        Optional<RowVariety> variety,
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
        Objects.requireNonNull(detections, "detections");
        shapes = List.copyOf(shapes);
        Objects.requireNonNull(performance, "performance");
        layers = List.copyOf(layers);
        sensitivity = List.copyOf(sensitivity);
        Objects.requireNonNull(coverage, "coverage");
        Objects.requireNonNull(operators, "operators");
        Objects.requireNonNull(hardware, "hardware");
        Objects.requireNonNull(inputTrial, "inputTrial");
        Objects.requireNonNull(nonFinite, "nonFinite");
        baseline = List.copyOf(baseline);
        Objects.requireNonNull(judged, "judged");
        trials = List.copyOf(trials);
        Objects.requireNonNull(variety, "variety");
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
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of());
    }

    /**
     * Starts a copy with more in it.
     *
     * @return a builder that holds everything of this evaluation
     */
    public EvaluationBuilder with() {
        return new EvaluationBuilder(this);
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
     * scores, or holds classes.
     *
     * @return between 0 and 1
     */
    public double flips() {
        return Stream.concat(
                        outputs.stream().map(OutputError::flips),
                        flipped.stream().map(Flips::share))
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
    }

    /**
     * Returns the least mean cosine of any output; the concordance of one that is a number per
     * sample.
     *
     * @return at most 1
     */
    public double cosine() {
        return outputs.stream()
                .mapToDouble(output -> output.concordance().orElse(output.cosine()))
                .min()
                .orElse(1);
    }

    /**
     * Says what these rows can't show.
     *
     * @return a sentence; empty if they differ as those of real data do
     */
    public Optional<String> weakness() {
        return variety.flatMap(RowVariety::remark)
                .map(
                        seen ->
                                seen
                                        + (variety.get().isRepetitive()
                                                ? ": figures and intervals are those of fewer"
                                                        + " samples than they seem"
                                                : ": such rows show little of the model")
                                        + "; compare on other data");
    }

    @Override
    public String toString() {
        String text =
                Stream.of(
                                outputs.stream(),
                                divergences.stream(),
                                detections.stream(),
                                shapes.stream())
                        .flatMap(parts -> parts)
                        .map(Object::toString)
                        .collect(Collectors.joining("\n"));
        return text
                + judged.map(j -> "\n" + j).orElse("")
                + accuracy.map(a -> "\n" + a).orElse("")
                + latency.map(l -> "\n" + l).orElse("")
                + (realData
                        ? ""
                        : "\n(inputs made from the model's signature: no statement about accuracy on real data)");
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
         * Returns how much accuracy was lost: the 95 % score interval of paired proportions.
         *
         * @return the interval of the drop, as a fraction
         * @see ConfidenceInterval#ofPairedShares
         */
        public ConfidenceInterval drop() {
            return ConfidenceInterval.ofPairedShares(lost, gained, labelled);
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
