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

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.graph.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * Times the calls of two models in turns, in short rounds: a change of the machine's speed meets
 * both. Keeps a histogram of each (HdrHistogram, three digits).
 */
final class CallTimer {

    private static final int ROUNDS = 25;
    private static final int MOST_CALLS = 400;
    private static final int BUCKETS = 60;

    private final Histogram source = new Histogram(3);
    private final Histogram quantized = new Histogram(3);
    private final double[] ratios = new double[ROUNDS];
    private final double[] sourceMedians = new double[ROUNDS];
    private final double[] quantizedMedians = new double[ROUNDS];

    private CallTimer() {}

    /**
     * Measures.
     *
     * @param budgetMillis about how long, a fifth of it for warming up
     */
    static CallTimer measure(
            GraphRunner before, GraphRunner after, Map<String, Tensor> feeds, long budgetMillis) {
        CallTimer timer = new CallTimer();
        long end = System.nanoTime() + budgetMillis * 1_000_000 / 5;
        long start = System.nanoTime();
        int warm = 0;
        do {
            before.run(feeds);
            after.run(feeds);
            warm++;
        } while (System.nanoTime() < end);
        double pair = (System.nanoTime() - start) / (double) warm;
        int calls = (int) Math.max(1, Math.min(MOST_CALLS, budgetMillis * 0.8e6 / (ROUNDS * pair)));
        for (int round = 0; round < ROUNDS; round++) {
            timer.sourceMedians[round] = median(before, feeds, calls, timer.source);
            timer.quantizedMedians[round] = median(after, feeds, calls, timer.quantized);
            timer.ratios[round] = timer.sourceMedians[round] / timer.quantizedMedians[round];
        }
        return timer;
    }

    private static double median(
            GraphRunner runner, Map<String, Tensor> feeds, int calls, Histogram histogram) {
        double[] nanos = new double[calls];
        for (int i = 0; i < calls; i++) {
            long start = System.nanoTime();
            runner.run(feeds);
            long took = System.nanoTime() - start;
            histogram.recordValue(took);
            nanos[i] = took;
        }
        Arrays.sort(nanos);
        return PairedRatio.median(nanos);
    }

    /** How many times as fast the quantized model is. */
    PairedRatio ratio() {
        return PairedRatio.of(ratios);
    }

    double sourceMicros() {
        return middle(sourceMedians);
    }

    double quantizedMicros() {
        return middle(quantizedMedians);
    }

    int calls() {
        return (int) source.getTotalCount();
    }

    private static double middle(double[] nanos) {
        double[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return PairedRatio.median(sorted) / 1e3;
    }

    CallTimes sourceTimes() {
        return times(source);
    }

    CallTimes quantizedTimes() {
        return times(quantized);
    }

    private static CallTimes times(Histogram histogram) {
        return new CallTimes(
                histogram.getTotalCount(),
                histogram.getMean() / 1e3,
                at(histogram, 50),
                at(histogram, 90),
                at(histogram, 99),
                histogram.getMaxValue() / 1e3,
                buckets(histogram));
    }

    private static double at(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e3;
    }

    /** Of equal width up to the 99th percentile; what took longer is one more. */
    private static List<CallTimes.Bucket> buckets(Histogram histogram) {
        long high = histogram.getValueAtPercentile(99);
        long low = histogram.getMinValue();
        long width = Math.max(1, (high - low) / BUCKETS + 1);
        List<CallTimes.Bucket> buckets = new ArrayList<>();
        for (HistogramIterationValue step : histogram.linearBucketValues(width)) {
            long count = step.getCountAddedInThisIterationStep();
            double from = step.getValueIteratedFrom() / 1e3;
            double to = step.getValueIteratedTo() / 1e3;
            if (buckets.isEmpty() && count == 0) {
                continue;
            }
            if (buckets.size() < BUCKETS + 1) {
                buckets.add(new CallTimes.Bucket(from, to, count));
            } else {
                CallTimes.Bucket last = buckets.remove(buckets.size() - 1);
                buckets.add(new CallTimes.Bucket(last.from(), to, last.calls() + count));
            }
        }
        return buckets;
    }
}
