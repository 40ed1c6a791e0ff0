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
package io.github.djlquant.monitor;

import java.util.List;

/** The figures of one tensor in one window, with their thresholds. */
final class TensorReadings {

    private final TensorBaseline baseline;
    private final TensorCounts counts;
    private final Thresholds thresholds;
    private final double[] live;

    private TensorReadings(TensorBaseline baseline, TensorCounts counts, double alpha) {
        this.baseline = baseline;
        this.counts = counts;
        this.thresholds = baseline.thresholds(counts.rows(), alpha);
        long[] bins = counts.bins();
        this.live = new double[bins.length];
        double counted = Math.max(1, counts.drawn());
        for (int bin = 0; bin < live.length; bin++) {
            live[bin] = bins[bin] / counted;
        }
    }

    static List<Reading> of(TensorBaseline baseline, TensorCounts counts, double alpha) {
        TensorReadings readings = new TensorReadings(baseline, counts, alpha);
        return List.of(
                readings.outOfRange(),
                readings.saturation(),
                readings.stability(),
                readings.distance());
    }

    private Reading outOfRange() {
        double rows = counts.rows();
        return reading(
                Figure.OUT_OF_RANGE,
                Math.max(counts.rowsBelow(), counts.rowsAbove()) / rows,
                thresholds.outOfRange());
    }

    private Reading saturation() {
        return reading(
                Figure.SATURATION,
                counts.clipped() / (double) Math.max(1, counts.drawn()),
                thresholds.saturation());
    }

    /**
     * Both sides get a row more, so that no bin is empty; this makes the index a little smaller.
     */
    private Reading stability() {
        double index = 0;
        double rows = counts.rows();
        for (int bin = 0; bin < live.length; bin++) {
            double q = FiniteSample.smoothed(baseline, bin);
            double p = (rows * live[bin] + q) / (rows + 1);
            index += (p - q) * Math.log(p / q);
        }
        return reading(Figure.STABILITY_INDEX, index, thresholds.stability());
    }

    private Reading distance() {
        double distance = 0;
        double difference = 0;
        for (int bin = 0; bin < live.length - 1; bin++) {
            difference += live[bin] - baseline.share(bin);
            distance = Math.max(distance, Math.abs(difference));
        }
        return reading(Figure.KOLMOGOROV_SMIRNOV, distance, thresholds.distance());
    }

    private Reading reading(Figure figure, double value, double threshold) {
        return new Reading(baseline.tensor(), figure, value, threshold);
    }
}
