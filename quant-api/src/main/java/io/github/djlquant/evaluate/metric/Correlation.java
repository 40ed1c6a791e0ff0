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
import io.github.djlquant.evaluate.Metric;
import io.github.djlquant.evaluate.PairedBatch;
import io.github.djlquant.evaluate.PairedMetric;
import io.github.djlquant.evaluate.RowCounts;
import io.github.djlquant.evaluate.Targets;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.commons.statistics.ranking.NaNStrategy;
import org.apache.commons.statistics.ranking.NaturalRanking;
import org.apache.commons.statistics.ranking.TiesStrategy;

/**
 * Spearman's or Pearson's correlation with targets. Ranks need all numbers: {@value #MOST} pairs
 * are kept, of more a uniform sample (Vitter 1985, algorithm R). Interval and significance come
 * from a paired bootstrap over the pairs.
 */
final class Correlation implements PairedMetric {

    private static final int MOST = 100_000;
    private static final double BOOTSTRAP_NUMBERS = 2e7;

    private final boolean ranks;
    private final Targets targets;
    private final PairScore score;
    private final PairScore.Reader reader;
    private final SplittableRandom random = new SplittableRandom(0);
    private double[][] kept = new double[3][1024];
    private int size;
    private long seen;
    private long undefinedAt = -1;

    Correlation(boolean ranks, Targets targets, PairScore score) {
        this.ranks = ranks;
        this.targets = targets;
        this.score = score;
        this.reader = score.reader();
    }

    @Override
    public void requireRows(RowCounts rows) {
        targets.requireRows(score.counts(rows));
    }

    @Override
    public void add(PairedBatch batch) {
        if (!batch.isSameShape(batch.mainOutput())) {
            return;
        }
        for (int row = 0; row < batch.rows(); row++) {
            reader.read(batch, row, this::keep);
        }
    }

    private void keep(long target, double source, double quantized) {
        seen++;
        int place = size;
        if (size < MOST) {
            if (size == kept[0].length) {
                for (int i = 0; i < kept.length; i++) {
                    kept[i] = Arrays.copyOf(kept[i], Math.min(MOST, 2 * size));
                }
            }
            size++;
        } else {
            long drawn = random.nextLong(seen);
            if (drawn >= MOST) {
                return;
            }
            place = (int) drawn;
        }
        if (!Double.isFinite(source)) {
            throw new CalibrationException(
                    Problem.of("the source model's answer is not finite")
                            .at("target " + target)
                            .actual(source));
        }
        if (undefinedAt < 0 && !Double.isFinite(quantized)) {
            undefinedAt = target;
        }
        kept[0][place] = targets.target(target);
        kept[1][place] = source;
        kept[2][place] = quantized;
    }

    @Override
    public Optional<Metric> result() {
        double[] wanted = Arrays.copyOf(kept[0], size);
        double before = correlation(wanted, Arrays.copyOf(kept[1], size));
        if (!Double.isFinite(before)) {
            return Optional.empty();
        }
        double after =
                undefinedAt < 0 ? correlation(wanted, Arrays.copyOf(kept[2], size)) : Double.NaN;
        String name = ranks ? "spearman" : "pearson";
        if (!Double.isFinite(after)) {
            return Optional.of(
                    Metric.undefined(
                            name,
                            before,
                            true,
                            seen,
                            undefinedAt < 0 ? Optional.empty() : Optional.of(undefinedAt)));
        }
        Replicates drops = bootstrap();
        return Optional.of(
                new Metric(
                        name,
                        before,
                        after,
                        true,
                        before - after,
                        drops.interval(),
                        "paired bootstrap, "
                                + drops.count()
                                + " replicates"
                                + (seen > size ? " of a sample of " + size + " pairs" : ""),
                        Optional.of(drops.test()),
                        seen));
    }

    private Replicates bootstrap() {
        int count = (int) Math.max(100, Math.min(1000, BOOTSTRAP_NUMBERS / size));
        double[] drops = new double[count];
        double[][] drawn = new double[3][size];
        SplittableRandom draws = new SplittableRandom(1);
        for (int replicate = 0; replicate < count; replicate++) {
            for (int i = 0; i < size; i++) {
                int from = draws.nextInt(size);
                for (int part = 0; part < drawn.length; part++) {
                    drawn[part][i] = kept[part][from];
                }
            }
            drops[replicate] = correlation(drawn[0], drawn[1]) - correlation(drawn[0], drawn[2]);
        }
        return Replicates.of(drops, "paired bootstrap");
    }

    private double correlation(double[] x, double[] y) {
        return ranks ? pearson(ranked(x), ranked(y)) : pearson(x, y);
    }

    private static double[] ranked(double[] values) {
        return new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE).apply(values);
    }

    /** The covariance over the product of the deviations; NaN if one of them is constant. */
    static double pearson(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElse(Double.NaN);
        double meanY = Arrays.stream(y).average().orElse(Double.NaN);
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        return xx == 0 || yy == 0 ? Double.NaN : xy / Math.sqrt(xx * yy);
    }
}
