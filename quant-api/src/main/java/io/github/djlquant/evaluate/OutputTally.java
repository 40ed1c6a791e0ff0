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
    private final OutputKind kind;
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
     * @param kind what it holds
     * @param batch the first batch
     * @param labels the right classes, or null
     * @param viewer makes samples visible
     */
    OutputTally(
            String output, OutputKind kind, PairedBatch batch, Labels labels, InputViewer viewer) {
        boolean floats = batch.source().get(output).dataType().isFloatingPoint();
        boolean rows = batch.hasRows(output);
        this.output = output;
        this.kind = kind;
        this.comparison = floats ? new OutputComparison(output, kind, rows) : null;
        this.errors = floats && rows ? new ErrorCollector(output, viewer) : null;
        this.flips =
                switch (kind) {
                    case SCORES, LIKE_SCORES, CLASSES -> new FlipCollector(output, labels, viewer);
                    default -> null;
                };
        this.tokens =
                switch (kind) {
                    case TOKENS, TOKEN_SCORES ->
                            new DivergenceCollector(
                                    output, kind == OutputKind.TOKEN_SCORES, viewer);
                    default -> null;
                };
    }

    String output() {
        return output;
    }

    /** True if anything but the shape is compared. */
    boolean isCompared() {
        return kind != OutputKind.OTHER;
    }

    /** True if the output tells something of each sample that slices can be graded by. */
    boolean isGradable(PairedBatch batch) {
        return errors != null || kind == OutputKind.CLASSES && batch.isOnePerRow(output);
    }

    /** How good a sample is, beside the source's answer. */
    SampleGrade.Grader grader(PairedBatch first) {
        if (kind == OutputKind.CLASSES) {
            return SampleGrade.byAgreement(output);
        }
        OutputComparison look = new OutputComparison(output, kind, true);
        Tensor source = first.source().get(output);
        look.add(source, source);
        OutputError seen = look.result();
        if (seen.classScores()) {
            return SampleGrade.byAgreement(output);
        }
        return seen.concordance().isPresent()
                ? SampleGrade.byCloseness(output)
                : SampleGrade.byCosine(output);
    }

    void add(PairedBatch batch) {
        batches++;
        boolean rows = batch.hasRows(output);
        if (kind == OutputKind.TOKENS && rows && batch.isSequence(output)) {
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
        } else {
            compare(batch, rows);
        }
    }

    private void compare(PairedBatch batch, boolean rows) {
        if (comparison != null) {
            comparison.add(
                    batch.source().get(output),
                    batch.quantized().get(output),
                    row -> batch.sample(rows ? row : 0));
        }
        if (rows && errors != null) {
            errors.add(batch);
        }
        if (rows && flips != null) {
            flips.add(batch);
        }
        if (rows && kind == OutputKind.TOKEN_SCORES) {
            tokens.add(batch);
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
        boolean answers =
                kind == OutputKind.CLASSES
                        ? different == 0
                        : error().filter(OutputError::classScores).isPresent();
        return Optional.ofNullable(flips)
                .filter(collected -> answers)
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
