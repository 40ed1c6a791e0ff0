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
import io.github.djlquant.backend.Backends;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures how fast and how large two model files are.
 *
 * @param source the source model
 * @param quantized the quantized model
 * @param one the batch of which a call is timed: one row, or as many as the model fixes
 * @param batches the batches of which throughput is measured
 */
record PerformanceMeasurement(
        Path source, Path quantized, Map<String, Tensor> one, ThroughputBatches batches) {

    private static final long LATENCY_MILLIS = 2500;
    private static final long THROUGHPUT_MILLIS = 1500;
    private static final int STARTS = 9;
    private static final int SLOW_STARTS = 6;
    private static final double SLOW_NANOS = 1.5e9;

    /**
     * What was measured.
     *
     * @param performance the distribution
     * @param latency the short form, of the first number of threads
     * @param warnings what could not be measured, and why
     */
    record Result(Performance performance, LatencyRatio latency, List<String> warnings) {}

    Result measure(List<Integer> threadCounts) {
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
        List<String> warnings = new ArrayList<>();
        Performance performance =
                new Performance(
                        latencies,
                        throughputs(threadCounts.get(0), warnings),
                        Optional.of(coldStart(threadCounts.get(0))),
                        Optional.of(new FootprintMeasurement(source, quantized).measure()));
        return new Result(performance, first, warnings);
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

    /** A size that can't be measured is told, with the reason. */
    private List<Throughput> throughputs(int threads, List<String> warnings) {
        List<Throughput> found = new ArrayList<>();
        Map<String, List<String>> missing = new LinkedHashMap<>();
        for (int size : batches.sizes()) {
            Optional<String> obstacle = batches.obstacle(size);
            if (obstacle.isEmpty()) {
                try {
                    found.add(throughput(size, threads));
                } catch (CalibrationException refused) {
                    obstacle = Optional.of(String.join(" ", refused.getMessage().lines().toList()));
                }
            }
            obstacle.ifPresent(
                    why ->
                            missing.computeIfAbsent(why, key -> new ArrayList<>())
                                    .add(Integer.toString(size)));
        }
        missing.forEach(
                (why, sizes) ->
                        warnings.add(
                                "throughput of batches of "
                                        + String.join(", ", sizes)
                                        + " is not measured: "
                                        + why));
        return found;
    }

    private Throughput throughput(int size, int threads) {
        CallTimer timer = time(threads, batches.of(size), THROUGHPUT_MILLIS);
        return new Throughput(
                size,
                threads,
                size * 1e6 / timer.sourceMicros(),
                size * 1e6 / timer.quantizedMicros(),
                timer.ratio().median(),
                timer.ratio().interval());
    }

    private ColdStart coldStart(int threads) {
        RunOptions options = new RunOptions(threads, true);
        boolean slow = start(source, options) + start(quantized, options) > SLOW_NANOS;
        int starts = slow ? SLOW_STARTS : STARTS;
        double[] before = new double[starts];
        double[] after = new double[starts];
        double[] ratios = new double[starts];
        for (int i = 0; i < starts; i++) {
            before[i] = start(source, options);
            after[i] = start(quantized, options);
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

    private double start(Path model, RunOptions options) {
        long start = System.nanoTime();
        try (GraphRunner runner = open(model, options)) {
            runner.run(one);
            return System.nanoTime() - start;
        }
    }
}
