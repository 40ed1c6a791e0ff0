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
package io.github.djlquant.onnx.transform;

import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.onnx.OnnxBackend;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * How close 8 bits can come to a network, by what the network itself makes of a rounding. The float
 * network runs once more with noise, uniform within half a step, added to each value and each
 * weight: what a rounding error is, wherever it falls (Widrow and Kollar, Quantization Noise,
 * 2008).
 *
 * <pre>
 * before   x ------------ Conv(w) ----- Relu ---- y
 * after    x --+-- Conv(w + noise) --+-- Relu --+-- y
 *              noise                 noise      noise
 * </pre>
 *
 * <p>A step is a 255th of a value's range over all batches, and a 63rd of the largest weight of an
 * output channel. Nothing here knows the plan or the converted graph.
 */
final class RoundingNoise {

    private static final int DRAWS = 8;

    private RoundingNoise() {}

    /** The SQNR in dB, over all batches, outputs and draws pooled. */
    static double sqnr(Graph graph, List<Map<String, Tensor>> batches, Random random) {
        List<Map<String, Tensor>> exact = runs(exposed(graph), batches);
        Map<String, Double> steps = steps(exact);
        List<Map<String, Tensor>> wanted = new ArrayList<>();
        List<Map<String, Tensor>> found = new ArrayList<>();
        try (GraphRunner noisy = new OnnxBackend().open(noisy(graph), RunOptions.DEFAULT)) {
            for (int draw = 0; draw < DRAWS; draw++) {
                Map<String, Tensor> ofWeights = new LinkedHashMap<>();
                weights(graph).forEach((w, t) -> ofWeights.put(noise(w), ofWeight(t, random)));
                for (int i = 0; i < batches.size(); i++) {
                    Map<String, Tensor> feeds = new LinkedHashMap<>(batches.get(i));
                    feeds.putAll(ofWeights);
                    exact.get(i)
                            .forEach(
                                    (value, t) ->
                                            feeds.put(
                                                    noise(value),
                                                    uniform(t, steps.get(value), random)));
                    found.add(noisy.run(feeds));
                    wanted.add(exact.get(i));
                }
            }
        }
        return MiniatureLine.sqnr(outputs(graph, wanted), found);
    }

    private static List<Map<String, Tensor>> outputs(Graph graph, List<Map<String, Tensor>> runs) {
        return runs.stream()
                .map(
                        run ->
                                graph.outputs().stream()
                                        .collect(
                                                Collectors.toMap(
                                                        Value::name, v -> run.get(v.name()))))
                .toList();
    }

    private static List<Map<String, Tensor>> runs(Graph graph, List<Map<String, Tensor>> batches) {
        try (GraphRunner runner = new OnnxBackend().open(graph, RunOptions.DEFAULT)) {
            List<Map<String, Tensor>> runs = new ArrayList<>();
            for (Map<String, Tensor> batch : batches) {
                Map<String, Tensor> values = new LinkedHashMap<>(batch);
                values.putAll(runner.run(batch));
                runs.add(values);
            }
            return runs;
        }
    }

    private static Graph exposed(Graph graph) {
        return graph.edit()
                .outputs(
                        old ->
                                graph.nodes().stream()
                                        .map(node -> new Value(node.output(), floats()))
                                        .toList())
                .build();
    }

    private static Map<String, Double> steps(List<Map<String, Tensor>> runs) {
        Map<String, Double> steps = new LinkedHashMap<>();
        for (String value : runs.get(0).keySet()) {
            double min = 0;
            double max = 0;
            for (Map<String, Tensor> run : runs) {
                for (float element : run.get(value).toFloats()) {
                    min = Math.min(min, element);
                    max = Math.max(max, element);
                }
            }
            steps.put(value, (max - min) / 255);
        }
        return steps;
    }

    private static Graph noisy(Graph graph) {
        List<Value> inputs = new ArrayList<>(graph.inputs());
        List<Node> nodes = new ArrayList<>();
        List<String> given = new ArrayList<>(weights(graph).keySet());
        graph.inputs().forEach(input -> given.add(input.name()));
        for (String value : given) {
            inputs.add(new Value(noise(value), floats()));
            nodes.add(sum(value + ".noisy", value, noise(value)));
        }
        for (Node node : graph.nodes()) {
            Node moved = node.withOutputs(List.of(node.output() + ".exact"));
            for (String value : given) {
                moved = GraphEditor.renameReads(moved, value, value + ".noisy");
            }
            inputs.add(new Value(noise(node.output()), floats()));
            nodes.add(moved);
            nodes.add(sum(node.output(), moved.output(), noise(node.output())));
        }
        return new Graph(
                graph.name(),
                inputs,
                graph.outputs(),
                nodes,
                graph.constants(),
                Map.of(),
                graph.opsets(),
                Map.of(),
                Map.of());
    }

    private static Map<String, Tensor> weights(Graph graph) {
        Map<String, Tensor> weights = new LinkedHashMap<>(graph.constants());
        weights.values().removeIf(constant -> constant.shape().rank() < 2);
        return weights;
    }

    private static String noise(String value) {
        return value + ".noise";
    }

    private static Node sum(String output, String a, String b) {
        return new Node(
                output + ".sum",
                new OpType(OpType.ONNX, "Add"),
                List.of(a, b),
                List.of(output),
                Map.of());
    }

    private static Tensor ofWeight(Tensor weight, Random random) {
        float[] elements = weight.toFloats();
        int row = elements.length / (int) weight.shape().size(0);
        for (int start = 0; start < elements.length; start += row) {
            double max = 0;
            for (int i = start; i < start + row; i++) {
                max = Math.max(max, Math.abs(elements[i]));
            }
            for (int i = start; i < start + row; i++) {
                elements[i] = (float) (max / 63 * (random.nextDouble() - 0.5));
            }
        }
        return Tensor.ofFloats(elements, weight.shape().toArray());
    }

    private static Tensor uniform(Tensor value, double step, Random random) {
        float[] elements = new float[(int) value.elementCount()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = (float) (step * (random.nextDouble() - 0.5));
        }
        return Tensor.ofFloats(elements, value.shape().toArray());
    }

    private static ValueType floats() {
        return new ValueType.TensorType(DataType.FLOAT, null);
    }
}
