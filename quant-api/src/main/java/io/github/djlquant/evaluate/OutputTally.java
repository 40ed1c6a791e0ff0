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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Adds up what batches tell of one output. A batch in which both models yield other shapes counts
 * as such and is not compared. Not thread-safe.
 */
final class OutputTally {

    private final String output;
    private final OutputComparison comparison;
    private final ErrorCollector errors;
    private final FlipCollector flips;
    private final DivergenceCollector tokens;
    private long batches;
    private long different;
    private long firstDifferent;
    private List<Shape> shapes = List.of();

    /**
     * Starts with what the first batch shows.
     *
     * @param output the output's name
     * @param batch the first batch
     * @param labels the right classes, or null
     * @param viewer makes samples visible
     */
    OutputTally(String output, PairedBatch batch, Labels labels, InputViewer viewer) {
        Tensor tensor = batch.source().get(output);
        boolean floats = tensor.dataType().isFloatingPoint();
        boolean rows = batch.hasRows(output);
        this.output = output;
        this.tokens = rows && isTokens(tensor) ? new DivergenceCollector(output, viewer) : null;
        this.comparison = floats ? new OutputComparison(output, rows) : null;
        this.errors = floats && rows ? new ErrorCollector(output, viewer) : null;
        this.flips =
                floats && rows && tensor.shape().rank() == 2 && tensor.shape().size(1) > 1
                        ? new FlipCollector(output, labels, viewer)
                        : null;
    }

    private static boolean isTokens(Tensor tensor) {
        return (tensor.dataType() == DataType.INT64 || tensor.dataType() == DataType.INT32)
                && tensor.shape().rank() == 2
                && tensor.shape().size(1) > 1;
    }

    String output() {
        return output;
    }

    /** True if anything but the shape is compared. */
    boolean isCompared() {
        return comparison != null || tokens != null;
    }

    /** True if the output holds numbers, a row of them for each sample. */
    boolean hasRows() {
        return errors != null;
    }

    void add(PairedBatch batch) {
        batches++;
        if (tokens != null && batch.hasRows(output) && batch.isSequence(output)) {
            tokens.add(batch);
        } else if (!batch.isSameShape(output)) {
            different++;
            firstDifferent = different == 1 ? batch.sample(0) : firstDifferent;
            shapes =
                    different > 1
                            ? shapes
                            : List.of(
                                    batch.source().get(output).shape(),
                                    batch.quantized().get(output).shape());
        } else if (comparison != null) {
            boolean rows = batch.hasRows(output);
            comparison.add(
                    batch.source().get(output),
                    batch.quantized().get(output),
                    row -> batch.sample(rows ? row : 0));
            if (errors != null && rows) {
                errors.add(batch);
            }
            if (flips != null && rows) {
                flips.add(batch);
            }
        }
    }

    Optional<ShapeDifference> difference() {
        return shapes.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new ShapeDifference(
                                output,
                                batches,
                                different,
                                firstDifferent,
                                shapes.get(0).toString(),
                                shapes.get(1).toString(),
                                comparison != null));
    }

    /** Empty where there are no numbers, or shapes differ: the rest is no sample of the whole. */
    Optional<OutputError> error() {
        return Optional.ofNullable(comparison)
                .filter(seen -> different == 0)
                .map(OutputComparison::result);
    }

    Optional<Flips> flips(List<String> classNames) {
        return error().filter(OutputError::classScores)
                .flatMap(scores -> Optional.ofNullable(flips))
                .map(collected -> collected.result(classNames));
    }

    Optional<ErrorDistribution> errors() {
        return error().filter(numbers -> !numbers.classScores())
                .flatMap(numbers -> Optional.ofNullable(errors))
                .map(ErrorCollector::result);
    }

    Optional<Divergences> divergences() {
        return Optional.ofNullable(tokens).map(DivergenceCollector::result);
    }
}
