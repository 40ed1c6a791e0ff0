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
package io.github.djlquant.evaluate.metric;

import io.github.djlquant.evaluate.PairedBatch;
import io.github.djlquant.evaluate.RowCounts;
import java.util.function.Consumer;

/** The mean of a number per sample. */
final class SampleMean extends SumMetric {

    private final Metrics.SampleScore score;
    private final Consumer<RowCounts> rows;

    /**
     * Prepares.
     *
     * @param rows refuses numbers of rows that do not fit what the score compares with
     */
    SampleMean(
            String name,
            boolean higherIsBetter,
            Metrics.SampleScore score,
            Consumer<RowCounts> rows) {
        super(name, higherIsBetter);
        this.score = score;
        this.rows = rows;
    }

    @Override
    public void requireRows(RowCounts counts) {
        rows.accept(counts);
    }

    @Override
    int sums(PairedBatch first, String output) {
        return 2;
    }

    @Override
    void score(PairedBatch batch, PairedBatch.Rows answers, int row, Sums sums) {
        sums.add(0, score.of(batch, answers, row));
        sums.add(1, 1);
    }

    @Override
    double value(double[] sums) {
        return sums[0] / sums[1];
    }
}
