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

/** Collects the errors of one output over the samples, in bounded memory. */
final class ErrorCollector {

    private static final int MOST = 30;

    private final String output;
    private final InputViewer viewer;
    private final QuantileSketch distances = new QuantileSketch();
    private final QuantileSketch errors = new QuantileSketch();
    private final Worst<Deviation> worst = new Worst<>(MOST);
    private long samples;

    ErrorCollector(String output, InputViewer viewer) {
        this.output = output;
        this.viewer = viewer;
    }

    void add(PairedBatch batch) {
        PairedBatch.Rows before = batch.sourceRows(output);
        PairedBatch.Rows after = batch.quantizedRows(output);
        for (int row = 0; row < batch.rows(); row++) {
            RowError error = RowError.of(before, after, row);
            samples++;
            distances.add(Math.max(0, 1 - error.cosine()));
            errors.add(error.relative());
            int place = row;
            worst.offer(
                    error.relative(),
                    () ->
                            new Deviation(
                                    batch.sample(place),
                                    error.cosine(),
                                    error.relative(),
                                    viewer.view(batch, place)));
        }
    }

    ErrorDistribution result() {
        return new ErrorDistribution(
                output, samples, distances.quantiles(), errors.quantiles(), worst.list());
    }
}
