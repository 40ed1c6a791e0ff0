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

import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Measures how fast and how large two model files are.
 *
 * @param source the source model
 * @param quantized the quantized model
 * @param feeds gives a batch of so many rows, or fewer; of one row where the model fixes its batch
 */
record PerformanceMeasurement(
        Path source, Path quantized, IntFunction<Optional<Map<String, Tensor>>> feeds) {

    private static final long LATENCY_MILLIS = 2500;
    private static final long THROUGHPUT_MILLIS = 1500;
    private static final List<Integer> BATCHES = List.of(1, 8, 32);
    private static final int STARTS = 9;
    private static final int SLOW_STARTS = 6;
    private static final double SLOW_NANOS = 1.5e9;

    /** What was measured: the distribution and, of the first number of threads, the short form. */
    record Result(Performance performance, LatencyRatio latency) {}

    Result measure(List<Integer> threadCounts) {
        Map<String, Tensor> one = feeds.apply(1).orElseThrow();
        List<LatencyDistribution> latencies = new ArrayList<>();
        LatencyRatio first = null;
        for (int threads : threadCounts) {
            CallTimer timer = time(threads, one, LATENCY_MILLIS);
            PairedRatio ratio = timer.ratio();
            latencies.add(
                    new LatencyDistribution(
                            threads,
                            rows(one),
                            timer.sourceTimes(),
                            timer.quantizedTimes(),
                            ratio.median(),
                            ratio.interval()));
            if (first == null) {
                first =
                        new LatencyRatio(
                                timer.sourceMicros(),
                                timer.quantizedMicros(),
                                ratio.interval().low(),
                                ratio.median(),
                                ratio.interval().high(),
                                timer.calls(),
                                threads);
            }
        }
        Performance performance =
                new Performance(
                        latencies,
                        throughputs(threadCounts.get(0)),
                        Optional.of(coldStart(threadCounts.get(0), one)),
                        Optional.of(new FootprintMeasurement(source, quantized).measure()));
        return new Result(performance, first);
    }

    private CallTimer time(int threads, Map<String, Tensor> batch, long millis) {
        RunOptions options = new RunOptions(threads, true);
        try (GraphRunner before = open(source, options);
                GraphRunner after = open(quantized, options)) {
            return CallTimer.measure(before, after, batch, millis);
        }
    }

    private static GraphRunner open(Path model, RunOptions options) {
        return Backends.forFile(model).open(model, options);
    }

    private static int rows(Map<String, Tensor> batch) {
        Tensor first = batch.values().iterator().next();
        return first.shape().rank() == 0 ? 1 : (int) first.shape().size(0);
    }

    /** A batch that the data can't fill, or the model does not take, is left out. */
    private List<Throughput> throughputs(int threads) {
        List<Throughput> found = new ArrayList<>();
        for (int size : BATCHES) {
            Optional<Map<String, Tensor>> batch = feeds.apply(size);
            if (batch.filter(made -> rows(made) == size).isPresent()) {
                CallTimer timer = time(threads, batch.get(), THROUGHPUT_MILLIS);
                found.add(
                        new Throughput(
                                size,
                                threads,
                                size * 1e6 / timer.sourceMicros(),
                                size * 1e6 / timer.quantizedMicros(),
                                timer.ratio().median(),
                                timer.ratio().interval()));
            }
        }
        return found;
    }

    private ColdStart coldStart(int threads, Map<String, Tensor> one) {
        RunOptions options = new RunOptions(threads, true);
        boolean slow = start(source, options, one) + start(quantized, options, one) > SLOW_NANOS;
        int starts = slow ? SLOW_STARTS : STARTS;
        double[] before = new double[starts];
        double[] after = new double[starts];
        double[] ratios = new double[starts];
        for (int i = 0; i < starts; i++) {
            before[i] = start(source, options, one);
            after[i] = start(quantized, options, one);
            ratios[i] = before[i] / after[i];
        }
        Arrays.sort(before);
        Arrays.sort(after);
        PairedRatio ratio = PairedRatio.of(ratios);
        return new ColdStart(
                starts,
                PairedRatio.median(before) / 1e6,
                PairedRatio.median(after) / 1e6,
                ratio.median(),
                ratio.interval());
    }

    private static double start(Path model, RunOptions options, Map<String, Tensor> one) {
        long start = System.nanoTime();
        try (GraphRunner runner = open(model, options)) {
            runner.run(one);
            return System.nanoTime() - start;
        }
    }
}
