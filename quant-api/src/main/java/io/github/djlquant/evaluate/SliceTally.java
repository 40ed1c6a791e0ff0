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

import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.BinomialTest;

/** Sums of one slice. */
final class SliceTally {

    private long samples;
    private double source;
    private double quantized;
    private double squares;
    private long worse;
    private long better;
    private long flips;

    void add(SampleGrade grade) {
        double drop = grade.source() - grade.quantized();
        samples++;
        source += grade.source();
        quantized += grade.quantized();
        squares += drop * drop;
        worse += drop > 0 ? 1 : 0;
        better += drop < 0 ? 1 : 0;
        flips += grade.flipped() ? 1 : 0;
    }

    void add(SliceTally other) {
        samples += other.samples;
        source += other.source;
        quantized += other.quantized;
        squares += other.squares;
        worse += other.worse;
        better += other.better;
        flips += other.flips;
    }

    long samples() {
        return samples;
    }

    double source() {
        return source / samples;
    }

    double quantized() {
        return quantized / samples;
    }

    double drop() {
        return (source - quantized) / samples;
    }

    double flips() {
        return flips / (double) samples;
    }

    private double deviation() {
        double mean = drop();
        return Math.sqrt(Math.max(0, squares / samples - mean * mean));
    }

    /**
     * The interval of the drop. Of shares it has a width where nothing changed; of numbers that are
     * all the same it is not known.
     *
     * @param shares true if each sample counts as 1 or 0
     * @param labelled false if the source is always right, by definition
     */
    ConfidenceInterval interval(boolean shares, boolean labelled) {
        if (shares) {
            return labelled
                    ? ConfidenceInterval.ofPairedShares(worse, better, samples)
                    : ConfidenceInterval.wilson(worse, samples);
        }
        double deviation = deviation();
        return deviation == 0
                ? ConfidenceInterval.UNKNOWN
                : ConfidenceInterval.ofMean(drop(), deviation, samples);
    }

    /** McNemar's exact test: of the samples that changed, are half for the worse? */
    double pairedTest() {
        int changed = Math.toIntExact(worse + better);
        return changed == 0
                ? 1
                : Math.min(
                        1, BinomialTest.withDefaults().test(changed, (int) worse, 0.5).getPValue());
    }

    /**
     * Without labels everything that changes is for the worse; what counts is whether more changes
     * here than elsewhere. For shares the binomial tail, else the normal one.
     */
    double testAgainst(SliceTally all, boolean shares) {
        if (shares) {
            double rate = all.worse / (double) all.samples;
            if (worse == 0 || rate >= 1) {
                return 1;
            }
            return BinomialDistribution.of(Math.toIntExact(samples), rate)
                    .survivalProbability((int) worse - 1);
        }
        double spread = all.deviation() / Math.sqrt(samples);
        return spread == 0
                ? 1
                : NormalDistribution.of(0, 1).survivalProbability((drop() - all.drop()) / spread);
    }
}
