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
import io.github.djlquant.graph.Tensor;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/** Accumulates the difference of one output over batches, in constant memory. Not thread-safe. */
final class OutputComparison {

    /** A row whose squared length is this close to 1 was normalized. */
    private static final double UNIT = 1e-3;

    private final String output;
    private long samples;
    private double signal;
    private double noise;
    private double cosines;
    private double maxError;
    private final OutputKind kind;
    private final boolean rowsAreSamples;
    private final Concordance concordance = new Concordance();
    private boolean classScores = true;
    private boolean single = true;
    private long flips;
    private long nonFinite;
    private Optional<Long> firstNonFinite = Optional.empty();
    private long unitRows;

    /** True once the source has given a finite element. */
    private boolean comparable;

    OutputComparison(String output) {
        this(output, OutputKind.LIKE_SCORES, true);
    }

    /**
     * Prepares.
     *
     * @param kind what the output holds
     * @param rowsAreSamples true if the first axis counts samples, and not time or what was found
     */
    OutputComparison(String output, OutputKind kind, boolean rowsAreSamples) {
        this.output = output;
        this.kind = kind;
        this.rowsAreSamples = rowsAreSamples;
    }

    void add(Tensor expected, Tensor actual) {
        add(expected, actual, row -> row);
    }

    /** Adds a batch; {@code sample} tells which sample of the data a row is. */
    void add(Tensor expected, Tensor actual, IntToLongFunction sample) {
        if (!expected.shape().equals(actual.shape())) {
            throw new CalibrationException(
                    Problem.of("the quantized model's output has another shape")
                            .at("output " + output)
                            .expected(expected.shape())
                            .actual(actual.shape()));
        }
        boolean scores =
                rowsAreSamples
                        && expected.dataType().isFloatingPoint()
                        && expected.shape().rank() == 2
                        && expected.shape().size(1) > 1;
        classScores &= scores;
        int rows = expected.shape().rank() == 0 ? 1 : (int) expected.shape().size(0);
        if (rows == 0 || expected.elementCount() == 0) {
            return;
        }
        float[] x = expected.toFloats();
        float[] y = actual.toFloats();
        int width = x.length / rows;
        single &= rowsAreSamples && width == 1;
        for (int row = 0; row < rows; row++) {
            long before = nonFinite;
            addRow(x, y, row * width, width);
            if (before == 0 && nonFinite > 0) {
                firstNonFinite = Optional.of(sample.applyAsLong(row));
            }
        }
    }

    private void addRow(float[] x, float[] y, int start, int width) {
        double xx = 0;
        double yy = 0;
        double xy = 0;
        double error = 0;
        long before = nonFinite;
        for (int i = start; i < start + width; i++) {
            if (!Float.isFinite(x[i])) {
                continue;
            }
            comparable = true;
            if (!Float.isFinite(y[i])) {
                nonFinite++;
                continue;
            }
            double difference = (double) x[i] - y[i];
            xx += (double) x[i] * x[i];
            yy += (double) y[i] * y[i];
            xy += (double) x[i] * y[i];
            error += difference * difference;
            maxError = Math.max(maxError, Math.abs(difference));
        }
        if (single && Float.isFinite(x[start]) && Float.isFinite(y[start])) {
            concordance.add(x[start], y[start]);
        }
        samples++;
        unitRows += Math.abs(xx - 1) < UNIT ? 1 : 0;
        signal += xx;
        noise += error;
        if (nonFinite == before) {
            cosines += xx == 0 && yy == 0 ? 1 : xx == 0 || yy == 0 ? 0 : xy / Math.sqrt(xx * yy);
        }
        if (classScores) {
            int expected = PairedBatch.Rows.largest(x, start, width);
            flips += expected != PairedBatch.Rows.largest(y, start, width) ? 1 : 0;
        }
    }

    OutputError result() {
        double sqnr = noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
        double n = Math.max(samples, 1);
        double cosine = cosines / n;
        if (samples > 0 && !comparable) {
            // Nothing finite in the source: nothing was compared, and nothing agrees.
            sqnr = Double.NaN;
            cosine = Double.NaN;
        } else if (nonFinite > 0) {
            sqnr = Double.NEGATIVE_INFINITY;
        }
        boolean scores =
                samples > 0
                        && classScores
                        && (kind == OutputKind.SCORES
                                || kind == OutputKind.LIKE_SCORES && unitRows < samples);
        return new OutputError(
                output,
                samples,
                sqnr,
                cosine,
                maxError,
                scores,
                scores ? flips / n : 0,
                nonFinite,
                firstNonFinite,
                single && samples > 0 ? Optional.of(concordance.coefficient()) : Optional.empty());
    }
}
