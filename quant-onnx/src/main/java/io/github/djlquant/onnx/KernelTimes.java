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
package io.github.djlquant.onnx;

import com.google.gson.stream.JsonReader;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.Profile;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the file that ONNX Runtime's profiler writes: a JSON array of events in Chrome's tracing
 * format. Those of category {@code Node} whose name ends in {@code _kernel_time} tell how long a
 * node of the optimized graph took, in microseconds.
 */
final class KernelTimes {

    private static final String SUFFIX = "_kernel_time";

    private final Map<String, List<Long>> durations;
    private final int warmUp;

    private KernelTimes(Map<String, List<Long>> durations, int warmUp) {
        this.durations = durations;
        this.warmUp = warmUp;
    }

    /**
     * Reads a file.
     *
     * @param file what the profiler wrote
     * @param warmUp calls at the beginning that do not count
     */
    static KernelTimes read(Path file, int warmUp) throws IOException {
        Map<String, List<Long>> durations = new HashMap<>();
        try (JsonReader reader = new JsonReader(Files.newBufferedReader(file))) {
            reader.beginArray();
            while (reader.hasNext()) {
                readEvent(reader, durations);
            }
            reader.endArray();
        }
        return new KernelTimes(durations, warmUp);
    }

    private static void readEvent(JsonReader reader, Map<String, List<Long>> durations)
            throws IOException {
        String category = "";
        String name = "";
        long duration = 0;
        reader.beginObject();
        while (reader.hasNext()) {
            switch (reader.nextName()) {
                case "cat" -> category = reader.nextString();
                case "name" -> name = reader.nextString();
                case "dur" -> duration = reader.nextLong();
                default -> reader.skipValue();
            }
        }
        reader.endObject();
        if (category.equals("Node") && name.endsWith(SUFFIX)) {
            durations
                    .computeIfAbsent(
                            name.substring(0, name.length() - SUFFIX.length()),
                            node -> new ArrayList<>())
                    .add(duration);
        }
    }

    /**
     * Puts times to kernels. Those inside of bodies have none of their own: the time of the node
     * with the body holds theirs.
     *
     * @param optimized the runtime's optimized graph
     * @param kernels the kernels of its nodes, in their order, those of bodies behind their node
     */
    List<Profile.Timed> of(Graph optimized, List<Execution.Kernel> kernels) {
        List<Profile.Timed> timed = new ArrayList<>();
        int next = 0;
        for (Node node : optimized.nodes()) {
            timed.add(new Profile.Timed(kernels.get(next++), median(node.name())));
            int inside = node.attributes().values().stream().mapToInt(KernelTimes::nodes).sum();
            for (int i = 0; i < inside; i++) {
                timed.add(new Profile.Timed(kernels.get(next++), Optional.empty()));
            }
        }
        return timed;
    }

    private static int nodes(io.github.djlquant.graph.Attribute attribute) {
        if (!(attribute instanceof io.github.djlquant.graph.Attribute.GraphAttribute nested)) {
            return 0;
        }
        return nested.body().nodes().stream()
                .mapToInt(
                        node ->
                                1
                                        + node.attributes().values().stream()
                                                .mapToInt(KernelTimes::nodes)
                                                .sum())
                .sum();
    }

    private Optional<Double> median(String node) {
        List<Long> all = durations.getOrDefault(node, List.of());
        if (all.size() <= warmUp) {
            return Optional.empty();
        }
        List<Long> counted = new ArrayList<>(all.subList(warmUp, all.size()));
        Collections.sort(counted);
        return Optional.of((double) counted.get(counted.size() / 2));
    }
}
