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

import io.github.djlquant.evaluate.Evaluation;
import io.github.djlquant.evaluate.Labels;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.PairedBatch;
import io.github.djlquant.evaluate.PairedMetric;
import java.util.Optional;

/** Right answers among the k highest scores. */
final class TopK implements PairedMetric {

    private final Labels labels;
    private final int k;
    private long samples;
    private long sourceRight;
    private long lost;
    private long gained;

    TopK(Labels labels, int k) {
        if (k < 1) {
            throw new IllegalArgumentException("the " + k + " highest scores");
        }
        this.labels = labels;
        this.k = k;
    }

    @Override
    public void add(PairedBatch batch) {
        String output = batch.mainOutput();
        if (!batch.isSameShape(output)) {
            return;
        }
        PairedBatch.Rows before = batch.sourceRows(output);
        PairedBatch.Rows after = batch.quantizedRows(output);
        for (int row = 0; row < batch.rows(); row++) {
            int label = labels.label(batch.feed(), row);
            Labels.requireClass(label, output, before.classes());
            boolean was = isRight(before, row, label);
            boolean is = isRight(after, row, label);
            samples++;
            sourceRight += was ? 1 : 0;
            lost += was && !is ? 1 : 0;
            gained += !was && is ? 1 : 0;
        }
    }

    private boolean isRight(PairedBatch.Rows answers, int row, int label) {
        return k == 1 ? answers.largest(row) == label : answers.rank(row, label) < k;
    }

    @Override
    public Optional<Metric> result() {
        if (samples == 0) {
            return Optional.empty();
        }
        var counts = new Evaluation.Accuracy(samples, sourceRight, lost, gained);
        return Optional.of(
                new Metric(
                        "top-" + k,
                        counts.source(),
                        counts.quantized(),
                        true,
                        (lost - gained) / (double) samples,
                        counts.drop(),
                        "score interval of paired proportions",
                        Optional.of(counts.test()),
                        samples));
    }
}
