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
package io.github.djlquant.cli;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.calibrate.Feed;
import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.Latency;
import io.github.djlquant.evaluate.ModelOrder;
import io.github.djlquant.evaluate.PairedComparison;
import io.github.djlquant.evaluate.PairedSignature;
import io.github.djlquant.evaluate.SourceModel;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Two model files side by side in the engine: what they answer and how long they take. A model with
 * its state in and out runs the batches as one sequence, on states of its own.
 *
 * @param source the model to compare with, usually the float one
 * @param quantized the model to judge
 * @param threads threads inside one call; 0 leaves it to the engine
 * @param how adds to the comparison
 */
record ModelComparison(
        Path source, Path quantized, int threads, UnaryOperator<PairedComparison.Builder> how) {

    /** About how long the timing takes, in milliseconds. */
    private static final long LATENCY_BUDGET = 2_000;

    /**
     * Compares.
     *
     * @param batches what to run
     * @param labels the right class of each sample, or null
     * @param one one sample, for the timing
     * @return the comparison with its latency
     */
    Evaluation run(Iterator<Feed> batches, Labels labels, Map<String, Tensor> one) {
        Backend backend = Backends.forFile(source);
        Graph graph = backend.read(source);
        Graph second = Backends.forFile(quantized).read(quantized);
        Optional<String> swapped = ModelOrder.remark(source, graph, quantized, second);
        PairedSignature signature = PairedSignature.of(source, graph, quantized, second);
        RunOptions run = new RunOptions(threads, true);
        try (SourceModel a = SourceModel.open(backend, source, run);
                GraphRunner b =
                        signature.renamed(Backends.forFile(quantized).open(quantized, run))) {
            Evaluation evaluation =
                    how.apply(PairedComparison.builder())
                            .optLabels(labels)
                            .optGraph(graph, backend.catalog())
                            .build()
                            .compare(a.runner(), b, batches);
            Evaluation remarked =
                    evaluation
                            .with()
                            .optWarnings(
                                    Stream.of(swapped, evaluation.weakness(), a.remark())
                                            .flatMap(Optional::stream)
                                            .toList())
                            .build();
            return a.remark().isPresent()
                    ? remarked
                    : remarked.withLatency(
                            Latency.measure(a.runner(), b, one, threads, LATENCY_BUDGET));
        }
    }
}
