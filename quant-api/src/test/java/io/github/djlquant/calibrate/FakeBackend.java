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

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.Execution;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.InstrumentedGraph;
import io.github.djlquant.backend.Probe;
import io.github.djlquant.backend.ProbeRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpCatalog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Computes one value from the input {@code x} in Java, and probes of it by their definition. */
final class FakeBackend implements Backend {

    private final Function<float[], float[]> function;
    final List<Integer> batchSizes = new ArrayList<>();
    int open;

    FakeBackend(Function<float[], float[]> function) {
        this.function = function;
    }

    @Override
    public ProbeRunner probe(Graph graph, List<Probe> probes, RunOptions options) {
        open++;
        return new ProbeRunner() {
            @Override
            public Map<Probe, Tensor> run(Map<String, Tensor> feeds, long batch) {
                Tensor x = feeds.get("x");
                int rows = (int) x.shape().size(0);
                batchSizes.add(rows);
                Map<Probe, Tensor> results = new LinkedHashMap<>();
                float[] y = function.apply(x.toFloats());
                probes.forEach(probe -> results.put(probe, answer(probe, y, rows)));
                return results;
            }

            @Override
            public void close() {
                open--;
            }
        };
    }

    private static Tensor answer(Probe probe, float[] y, int rows) {
        float[] answer;
        if (probe instanceof Probe.MinMax) {
            answer = new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
            for (float value : y) {
                answer[0] = Math.min(answer[0], value);
                answer[1] = Math.max(answer[1], value);
            }
        } else if (probe instanceof Probe.NanSign) {
            answer = new float[1];
            for (float value : y) {
                answer[0] += value;
            }
        } else if (probe instanceof Probe.Sample sample) {
            int size = Math.min(sample.limit(), y.length);
            answer = new float[size];
            for (int i = 0; i < size; i++) {
                answer[i] = y[i * (y.length / size)];
            }
        } else {
            int channels = y.length / rows;
            answer = new float[channels];
            for (int i = 0; i < y.length; i++) {
                answer[i % channels] += y[i] / rows;
            }
        }
        return Tensor.ofFloats(answer, answer.length);
    }

    @Override
    public String getEngineName() {
        return "Fake";
    }

    @Override
    public String runtimeVersion() {
        return "1";
    }

    @Override
    public boolean reads(Path file) {
        return false;
    }

    @Override
    public Graph read(Path file) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void requireFits(Graph graph, Target target, Path source) {}

    @Override
    public void write(Graph graph, Target target, Path file) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Path> files(Path file) {
        return List.of(file);
    }

    @Override
    public String formatName() {
        return "fake";
    }

    @Override
    public String fileExtension() {
        return ".fake";
    }

    @Override
    public Graph adopt(Graph graph) {
        return graph;
    }

    @Override
    public OpCatalog catalog() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Target target(Target.Name name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public GraphRunner open(Graph graph, RunOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public GraphRunner open(Path file, RunOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public InstrumentedGraph instrument(Graph graph, List<Probe> probes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Execution explain(Path file) {
        throw new UnsupportedOperationException();
    }
}
