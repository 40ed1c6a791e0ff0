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

import io.github.djlquant.Provenance;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.CalibrationData;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.calibrate.FeedSpec;
import io.github.djlquant.calibrate.FeedStream;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.recipe.GateThresholds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Measures what an evaluation holds besides the answers.
 *
 * @param backend the source's engine
 * @param source the source model
 * @param quantized the quantized model
 * @param sourceFile the source model's file
 * @param quantizedFile the quantized model's file
 * @param data what both models answer
 * @param layerRows rows of it on which every inner value is looked at
 */
record ModelMeasurement(
        Backend backend,
        Graph source,
        Graph quantized,
        Path sourceFile,
        Path quantizedFile,
        CalibrationData data,
        long layerRows) {

    /** Rows for what takes two models per layer, or many runs. */
    private static final int FEW_ROWS = 16;

    void add(
            Collection<ModelEvaluator.Part> parts,
            List<Integer> threads,
            EvaluationBuilder result) {
        List<String> warnings = new ArrayList<>(result.build().warnings());
        Optional<WrittenPlan> plan = WrittenPlan.in(quantized.metadata(), quantizedFile.toString());
        if (parts.contains(ModelEvaluator.Part.PERFORMANCE)) {
            PerformanceMeasurement.Result measured =
                    new PerformanceMeasurement(
                                    sourceFile,
                                    quantizedFile,
                                    first(),
                                    new ThroughputBatches(source, data))
                            .measure(threads);
            result.optPerformance(measured.performance()).optLatency(measured.latency());
            warnings.addAll(measured.warnings());
        }
        if (parts.contains(ModelEvaluator.Part.OPERATORS)) {
            Backend engine = Backends.forFile(quantizedFile);
            result.optOperators(
                    new OperatorReport(engine, source, plan)
                            .of(quantizedFile, first(), threads.get(0)));
        }
        boolean looksInside =
                parts.contains(ModelEvaluator.Part.LAYERS)
                        || parts.contains(ModelEvaluator.Part.SENSITIVITY);
        if (looksInside && !isOneEngine()) {
            warnings.add("layers of models of different engines can't be compared");
        } else if (looksInside) {
            layers(parts, plan, result, warnings);
        }
        if (!warnings.isEmpty()) {
            result.optWarnings(warnings);
        }
    }

    /** What is refused or slow is looked into without being asked: that tells the culprits. */
    void addUnasked(
            Set<ModelEvaluator.Part> asked,
            GateThresholds gate,
            List<Integer> threads,
            EvaluationBuilder result) {
        Evaluation measured = result.build();
        Set<ModelEvaluator.Part> parts = EnumSet.noneOf(ModelEvaluator.Part.class);
        if (!Gate.judge(measured, gate).passed() && isOneEngine()) {
            parts.add(ModelEvaluator.Part.LAYERS);
        }
        if (measured.latency().filter(latency -> latency.high() < 1).isPresent()) {
            parts.add(ModelEvaluator.Part.OPERATORS);
        }
        parts.removeAll(asked);
        add(parts, threads, result);
    }

    /** Tells whether both models run in the same engine, so that inner values can be compared. */
    boolean isOneEngine() {
        return Backends.forFile(quantizedFile).getEngineName().equals(backend.getEngineName());
    }

    private void layers(
            Collection<ModelEvaluator.Part> parts,
            Optional<WrittenPlan> plan,
            EvaluationBuilder result,
            List<String> warnings) {
        List<Map<String, Tensor>> few = few();
        if (parts.contains(ModelEvaluator.Part.LAYERS)) {
            inputTrial(few.get(0)).ifPresent(result::optInputTrial);
        }
        if (parts.contains(ModelEvaluator.Part.LAYERS)) {
            nonFinite(result.build()).ifPresent(result::optNonFinite);
            LayerErrors.Seen seen = layers(plan);
            List<LayerError> layers = LayerError.inGraphOrder(seen.layers());
            result.optLayers(layers);
            if (layers.isEmpty()) {
                warnings.add("no inner value of the quantized model is one of the source's");
            } else {
                result.optCoverage(Coverage.of(calibrationSamples(), seen.rows(), layers));
            }
        }
        if (parts.contains(ModelEvaluator.Part.SENSITIVITY)) {
            List<Sensitivity> sensitivity =
                    new LayerSensitivity(backend, source, quantized, plan).measure(few);
            result.optSensitivity(sensitivity);
            if (sensitivity.isEmpty()) {
                warnings.add(
                        "sensitivity is not measured: no layer of the quantized model stands between"
                                + " dequantize and quantize, where it could be switched to floats;"
                                + " libtorch's integer kernels hold theirs inside. Quantize the"
                                + " same model to .onnx to measure it");
            }
        }
    }

    /** Batches of the size that keeps inner values of a large model out of each other's way. */
    private LayerErrors.Seen layers(Optional<WrittenPlan> plan) {
        try (FeedStream feeds = data.open(FeedSpec.of(source, 0, layerRows))) {
            Iterator<Map<String, Tensor>> batches =
                    new Iterator<>() {
                        @Override
                        public boolean hasNext() {
                            return feeds.hasNext();
                        }

                        @Override
                        public Map<String, Tensor> next() {
                            return feeds.next().tensors();
                        }
                    };
            return new LayerErrors(backend, source, backend.innerValues(quantizedFile), plan)
                    .measure(batches);
        }
    }

    /** Reads the first batch: one row, or as many as the model fixes. */
    private Map<String, Tensor> first() {
        try (FeedStream feeds = data.open(FeedSpec.of(source, 1, 1))) {
            return feeds.next().tensors();
        }
    }

    /** In more than one batch where the model or the data has small ones. */
    private List<Map<String, Tensor>> few() {
        List<Map<String, Tensor>> batches = new ArrayList<>();
        try (FeedStream feeds = data.open(FeedSpec.of(source, FEW_ROWS, FEW_ROWS))) {
            feeds.forEachRemaining(feed -> batches.add(feed.tensors()));
        }
        return batches;
    }

    private Optional<InputTrial> inputTrial(Map<String, Tensor> batch) {
        try (SourceModel before = SourceModel.open(backend, sourceFile, RunOptions.DEFAULT);
                GraphRunner after = backend.open(quantizedFile, RunOptions.DEFAULT)) {
            return new InputTrials(before.runner(), after).find(batch);
        }
    }

    /** Looks at the first sample whose answer is not finite, if there is one. */
    private Optional<NonFiniteOrigin> nonFinite(Evaluation answers) {
        OptionalLong first =
                answers.outputs().stream()
                        .flatMap(output -> output.firstNonFinite().stream())
                        .mapToLong(Long::longValue)
                        .min();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        NonFiniteOriginSearch search =
                new NonFiniteOriginSearch(backend, source, backend.innerValues(quantizedFile));
        try (FeedStream feeds = data.open(FeedSpec.of(source, 1, Long.MAX_VALUE))) {
            while (feeds.hasNext()) {
                Feed feed = feeds.next();
                for (int row = 0; row < feed.rows(); row++) {
                    if (feed.sample(row) == first.getAsLong()) {
                        return search.find(feed.tensors(), first.getAsLong());
                    }
                }
            }
        }
        return Optional.empty();
    }

    private long calibrationSamples() {
        return Provenance.in(quantized.metadata(), quantizedFile.toString())
                .map(Provenance::calibrationSamples)
                .orElse(0L);
    }
}
