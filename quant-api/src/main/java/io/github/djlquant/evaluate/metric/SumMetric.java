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

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.evaluate.ConfidenceInterval;
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.PairedBatch;
import io.github.djlquant.evaluate.PairedMetric;
import java.util.Optional;

/**
 * A metric that follows from sums over the samples. Interval and significance come from a paired
 * Poisson bootstrap: each replicate counts each sample as often as a Poisson number of mean 1 says,
 * the same for both models (Chamandy et al. 2012, "Estimating uncertainty for massive data
 * streams"). That needs one pass and memory for the replicates alone. Where no sample changed, a
 * share has the score interval of paired proportions.
 */
abstract class SumMetric implements PairedMetric {

    private final String name;
    private final boolean higherIsBetter;
    private PoissonBootstrap bootstrap;
    private double[] source;
    private double[] quantized;
    private long samples;
    private long undefinedAt = -1;

    SumMetric(String name, boolean higherIsBetter) {
        this.name = name;
        this.higherIsBetter = higherIsBetter;
    }

    /** Returns how many sums there are, from the first batch. */
    abstract int sums(PairedBatch first, String output);

    /** Adds what a sample contributes to the sums of one model. */
    abstract void score(PairedBatch batch, PairedBatch.Rows answers, int row, Sums sums);

    /** Computes the metric; NaN if it is not defined. */
    abstract double value(double[] sums);

    /**
     * True if a sample counts for at most 1 / samples: the metric is a share, or a mean of them.
     */
    boolean isShare() {
        return false;
    }

    /** Takes contributions. */
    interface Sums {
        void add(int index, double value);
    }

    @Override
    public final void add(PairedBatch batch) {
        String output = batch.mainOutput();
        if (!batch.isSameShape(output)) {
            return;
        }
        if (bootstrap == null) {
            int size = sums(batch, output);
            source = new double[size];
            quantized = new double[size];
            bootstrap = new PoissonBootstrap(size);
        }
        PairedBatch.Rows before = batch.sourceRows(output);
        PairedBatch.Rows after = batch.quantizedRows(output);
        for (int place = 0; place < batch.rows(); place++) {
            int row = place;
            bootstrap.start(batch.sample(row));
            score(
                    batch,
                    before,
                    row,
                    (index, value) -> {
                        requireFinite(value, batch, row);
                        source[index] += value;
                        bootstrap.add(PoissonBootstrap.SOURCE, index, value);
                    });
            score(
                    batch,
                    after,
                    row,
                    (index, value) -> {
                        if (undefinedAt < 0 && !Double.isFinite(value)) {
                            undefinedAt = batch.sample(row);
                        }
                        quantized[index] += value;
                        bootstrap.add(PoissonBootstrap.QUANTIZED, index, value);
                    });
            samples++;
        }
    }

    private void requireFinite(double value, PairedBatch batch, int row) {
        if (!Double.isFinite(value)) {
            throw new CalibrationException(
                    Problem.of("the source model's " + name + " is not finite")
                            .at("sample " + batch.sample(row))
                            .actual(value));
        }
    }

    /** Where no sample changed, no replicate does, which proves nothing of other samples. */
    private ConfidenceInterval interval(Replicates drops, double drop) {
        ConfidenceInterval interval = drops.interval();
        return isShare() && drop == 0 && interval.low() == 0 && interval.high() == 0
                ? ConfidenceInterval.ofPairedShares(0, 0, samples)
                : interval;
    }

    @Override
    public final Optional<Metric> result() {
        if (samples == 0) {
            return Optional.empty();
        }
        double before = value(source);
        double after = value(quantized);
        if (!Double.isFinite(before)) {
            return Optional.empty();
        }
        if (!Double.isFinite(after)) {
            return Optional.of(
                    Metric.undefined(
                            name,
                            before,
                            higherIsBetter,
                            samples,
                            undefinedAt < 0 ? Optional.empty() : Optional.of(undefinedAt)));
        }
        double sign = higherIsBetter ? 1 : -1;
        Replicates drops = bootstrap.replicates((a, b) -> sign * (value(a) - value(b)));
        return Optional.of(
                new Metric(
                        name,
                        before,
                        after,
                        higherIsBetter,
                        sign * (before - after),
                        interval(drops, before - after),
                        "paired Poisson bootstrap, " + drops.count() + " replicates",
                        Optional.of(drops.test()),
                        samples));
    }
}
