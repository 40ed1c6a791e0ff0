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
package io.github.djlquant.calibrate;

import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.ChannelProfile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds how large the channels of values become on a few batches. Which channels stand out is a
 * property of the weights far more than of the data, so that made inputs show them.
 */
public final class ChannelProfiler {

    private ChannelProfiler() {}

    /**
     * Runs the batches in the engine.
     *
     * @param backend the engine
     * @param graph the graph
     * @param values what to look at
     * @param batches a tensor for each of the graph's inputs, per batch; each counts alike
     * @param options threads of the engine, and how many batches run at once
     * @return a profile for each value whose elements are finite numbers
     * @throws io.github.djlquant.CalibrationException if the engine refuses the inputs
     * @throws QuantizationCancelledException if the calling thread was interrupted
     */
    public static Map<String, ChannelProfile> profile(
            Backend backend,
            Graph graph,
            Collection<String> values,
            List<Map<String, Tensor>> batches,
            RunOptions options) {
        Map<String, Sums> sums = new LinkedHashMap<>();
        List<Probe> probes = new ArrayList<>();
        values.forEach(value -> probes.add(new Probe.ChannelSizes(value)));
        try (ProbeRunner runner = backend.probe(graph, probes, options);
                BatchRuns runs = new BatchRuns(runner, options.atOnce())) {
            int started = 0;
            while (started < batches.size() || !runs.isEmpty()) {
                if (started < batches.size() && !runs.isFull()) {
                    requireUninterrupted();
                    runs.start(new Feed(batches.get(started), 1, started), started);
                    started++;
                } else {
                    runs.next().results().forEach((probe, sizes) -> add(probe, sizes, sums));
                }
            }
        }
        Map<String, ChannelProfile> profiles = new LinkedHashMap<>();
        sums.forEach((value, sum) -> profiles.put(value, sum.profile()));
        profiles.values().removeIf(profile -> !profile.isFinite());
        return profiles;
    }

    private static void requireUninterrupted() {
        if (Thread.interrupted()) {
            throw new QuantizationCancelledException(
                    Problem.of("looking for channels that stand out was cancelled"));
        }
    }

    private static void add(Probe probe, Tensor sizes, Map<String, Sums> sums) {
        sums.computeIfAbsent(probe.value(), value -> new Sums(sizes.elementCount()))
                .add(sizes.toFloats());
    }

    /** Minima, maxima and mean squares of one value's channels over the batches. */
    private static final class Sums {
        private final float[] min;
        private final float[] max;
        private final double[] squares;
        private int batches;

        Sums(long elements) {
            int channels = Math.toIntExact(elements / 3);
            min = new float[channels];
            max = new float[channels];
            squares = new double[channels];
        }

        void add(float[] sizes) {
            int channels = min.length;
            for (int i = 0; i < channels; i++) {
                float low = sizes[i];
                float high = sizes[channels + i];
                min[i] = batches == 0 ? low : Math.min(min[i], low);
                max[i] = batches == 0 ? high : Math.max(max[i], high);
                squares[i] += sizes[2 * channels + i];
            }
            batches++;
        }

        ChannelProfile profile() {
            double[] means = squares.clone();
            for (int i = 0; i < means.length; i++) {
                means[i] /= batches;
            }
            return new ChannelProfile(min, max, means);
        }
    }
}
