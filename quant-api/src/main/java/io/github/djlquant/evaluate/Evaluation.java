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
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A quantized model against its source, on the same samples.
 *
 * @param outputs one entry per output
 * @param samples rows compared
 * @param realData false if the inputs were made from the model's signature, which says little about
 *     accuracy
 * @param accuracy top-1 accuracy of both, if labels were given
 * @param latency time per call of both, if it was measured
 */
public record Evaluation(
        List<OutputError> outputs,
        long samples,
        boolean realData,
        Optional<Accuracy> accuracy,
        Optional<LatencyRatio> latency) {

    /** Copies the list. */
    public Evaluation {
        outputs = List.copyOf(outputs);
    }

    /**
     * Adds a latency measurement.
     *
     * @param measured the measurement
     * @return a copy
     */
    public Evaluation withLatency(LatencyRatio measured) {
        return new Evaluation(outputs, samples, realData, accuracy, Optional.of(measured));
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
