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

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.monitor.DriftBaseline;
import io.github.djlquant.recipe.GateThresholds;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Evaluates a quantized model file against its source: everything that an {@link Evaluation} holds,
 * as far as it is asked for.
 *
 * <pre>{@code
 * Evaluation evaluation = ModelEvaluator.builder()
 *     .setModels(Path.of("resnet.onnx"), Path.of("resnet-int8.onnx"))
 *     .setData(CalibrationData.ofPath(Path.of("test.npz")))
 *     .optLabels(Labels.read(Path.of("test.txt")))
 *     .build()
 *     .evaluate();
 * }</pre>
 *
 * <p>Samples are streamed: memory does not grow with their number, but for labels and metadata.
 * Interrupting the thread cancels. Used once where metrics are given, because they add up.
 */
public final class ModelEvaluator {

    private static final int BATCH = 32;
    private static final int LAYER_ROWS = 256;

    private final Builder options;
    private final Backend backend;
    private final Graph source;

    private ModelEvaluator(Builder options) {
        this.options = options;
        this.backend = Backends.forFile(options.source);
        this.source = backend.read(options.source);
    }

    /**
     * Starts an evaluator.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** What can be measured besides the answers themselves. */
    public enum Part {
        /** Latency, throughput, cold start and memory; about half a minute. */
        PERFORMANCE,
        /** Every inner value, on some of the samples; also without asking if the gate refuses. */
        LAYERS,
        /** What the engine really runs, and how long each operator takes. */
        OPERATORS,
        /** Each layer alone quantized, and alone in float: two more models for every layer. */
        SENSITIVITY
    }

    /**
     * Evaluates.
     *
     * @return everything that was asked for
     * @throws io.github.djlquant.ModelFormatException if a model is malformed
     * @throws io.github.djlquant.RecipeException if the source was made from the quantized model
     * @throws io.github.djlquant.CalibrationException if the data, labels or outputs do not fit
     * @throws io.github.djlquant.QuantizationCancelledException if the thread is interrupted
     */
    public Evaluation evaluate() {
        Backend engine = Backends.forFile(options.quantized);
        Graph quantized = engine.read(options.quantized);
        Optional<String> swapped =
                ModelOrder.remark(options.source, source, options.quantized, quantized);
        Compared compared =
                compare(PairedSignature.of(options.source, source, options.quantized, quantized));
        Subject subject =
                Subject.of(options.source, options.quantized, quantized, options.description);
        EvaluationBuilder result =
                compared.answers()
                        .with()
                        .optWarnings(
                                Stream.of(swapped, compared.untimed())
                                        .flatMap(Optional::stream)
                                        .toList())
                        .optSubject(subject)
                        .optBaseline(baseline(quantized))
                        .optHardware(
                                new HardwareReport(quantized, engine.catalog())
                                        .of(subject.provenance(), engine.runtimeVersion()));
        ModelMeasurement measurement =
                new ModelMeasurement(
                        backend,
                        source,
                        quantized,
                        options.source,
                        options.quantized,
                        options.data,
                        options.layerRows);
        Set<Part> parts = EnumSet.noneOf(Part.class);
        parts.addAll(options.parts);
        if (compared.untimed().isPresent()) {
            parts.remove(Part.PERFORMANCE);
        }
        measurement.add(parts, options.threadCounts, result);
        measurement.addUnasked(parts, options.gate, options.threadCounts, result);
        Evaluation measured = result.build();
        return measured.with().optGate(Gate.judge(measured, options.gate)).build();
    }

    /** The answers, and why the source must not be timed. */
    private record Compared(Evaluation answers, Optional<String> untimed) {}

    private Compared compare(PairedSignature signature) {
        RunOptions run = new RunOptions(options.threads, true);
        try (SourceModel before = SourceModel.open(backend, options.source, run);
                GraphRunner after =
                        signature.renamed(
                                Backends.forFile(options.quantized).open(options.quantized, run));
                FeedStream feeds =
                        options.data.open(
                                FeedSpec.of(
                                        options.source,
                                        source,
                                        options.batchSize,
                                        options.samples))) {
            Evaluation answers =
                    PairedComparison.builder()
                            .takeAnswerOptions(options)
                            .optData(options.data)
                            .optGraph(source, backend.catalog())
                            .build()
                            .compare(before.runner(), after, feeds);
            return new Compared(answers, before.remark());
        }
    }

    private List<BaselineRange> baseline(Graph quantized) {
        return DriftBaseline.in(quantized.metadata(), options.quantized.toString())
                .map(BaselineRange::of)
                .orElse(List.of());
    }

    /** Collects the options of a {@link ModelEvaluator}. */
    public static final class Builder extends AnswerOptions<Builder> {

        private Path source;
        private Path quantized;
        private CalibrationData data;
        private String description = "";
        private GateThresholds gate = GateThresholds.DEFAULT;
        private final Set<Part> parts = EnumSet.noneOf(Part.class);
        private List<Integer> threadCounts = List.of(1);
        private long layerRows = LAYER_ROWS;
        private long samples = Long.MAX_VALUE;
        private int batchSize = BATCH;
        private int threads;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets both models.
         *
         * @param float32 the model to compare with, usually the float one
         * @param int8 the model to judge
         * @return this builder
         */
        public Builder setModels(Path float32, Path int8) {
            source = Objects.requireNonNull(float32, "source");
            quantized = Objects.requireNonNull(int8, "quantized");
            return this;
        }

        /**
         * Sets the inputs.
         *
         * @param inputs the data
         * @return this builder
         */
        public Builder setData(CalibrationData inputs) {
            data = Objects.requireNonNull(inputs, "data");
            return this;
        }

        /**
         * Says what the data is.
         *
         * @param text for people, such as a file's name
         * @return this builder
         */
        public Builder optDescription(String text) {
            description = Objects.requireNonNull(text, "description");
            return this;
        }

        /**
         * Sets what must be reached.
         *
         * @param thresholds the thresholds
         * @return this builder
         */
        public Builder optGate(GateThresholds thresholds) {
            gate = Objects.requireNonNull(thresholds, "gate");
            return this;
        }

        /**
         * Adds measurements besides the answers.
         *
         * @param added what to measure
         * @return this builder
         */
        public Builder optParts(Collection<Part> added) {
            parts.addAll(added);
            return this;
        }

        /**
         * Limits the samples.
         *
         * @param rows the largest number, positive
         * @return this builder
         */
        public Builder optSamples(long rows) {
            samples = rows;
            return this;
        }

        /**
         * Limits the samples whose inner values are looked at; {@link Coverage#samples} tells how
         * many there were.
         *
         * @param rows the largest number, positive; 256 by default
         * @return this builder
         */
        public Builder optLayerRows(long rows) {
            if (rows < 1) {
                throw new IllegalArgumentException(rows + " rows to look at the layers of");
            }
            layerRows = rows;
            return this;
        }

        /**
         * Sets the rows of a batch; a model with a fixed batch overrules it.
         *
         * @param rows at least 1
         * @return this builder
         */
        public Builder optBatchSize(int rows) {
            batchSize = rows;
            return this;
        }

        /**
         * Sets the threads inside one call while answers are compared.
         *
         * @param count the number; 0 leaves it to the engine
         * @return this builder
         */
        public Builder optThreads(int count) {
            threads = count;
            return this;
        }

        /**
         * Sets the numbers of threads for which latency is measured.
         *
         * @param counts each at least 1
         * @return this builder
         */
        public Builder optLatencyThreads(List<Integer> counts) {
            threadCounts = List.copyOf(counts);
            return this;
        }

        /**
         * Builds the evaluator and reads the source model.
         *
         * @return the evaluator
         * @throws io.github.djlquant.ModelFormatException if the source is malformed
         */
        public ModelEvaluator build() {
            Objects.requireNonNull(source, "setModels was not called");
            Objects.requireNonNull(data, "setData was not called");
            return new ModelEvaluator(this);
        }
    }
}
