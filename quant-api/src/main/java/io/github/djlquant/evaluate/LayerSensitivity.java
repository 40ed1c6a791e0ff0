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

import io.github.djlquant.Problem;
import io.github.djlquant.QuantizationCancelledException;
import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures what each layer of a QDQ graph costs: two models more per layer, each on a few samples.
 *
 * @param backend the engine
 * @param source the float graph
 * @param quantized its QDQ form
 * @param plan what the artifact says of its nodes; empty if it says nothing
 */
record LayerSensitivity(
        Backend backend, Graph source, Graph quantized, Optional<WrittenPlan> plan) {

    List<Sensitivity> measure(List<Map<String, Tensor>> batches) {
        FloatAgain form = new FloatAgain(source, quantized, backend.catalog());
        List<Node> layers =
                quantized.nodes().stream()
                        .filter(node -> isLayer(node) && form.isQuantized(node))
                        .toList();
        List<Map<String, Tensor>> expected = run(source, batches);
        double all = sqnr(expected, run(quantized, batches));
        List<Sensitivity> found = new ArrayList<>();
        for (Node layer : layers) {
            if (Thread.interrupted()) {
                throw new QuantizationCancelledException(
                        Problem.of("the evaluation was interrupted"));
            }
            Graph alone =
                    form.of(node -> !node.name().equals(layer.name()) && form.isQuantized(node));
            Graph without = form.of(node -> node.name().equals(layer.name()));
            double withoutIt = sqnr(expected, run(without, batches));
            found.add(
                    new Sensitivity(
                            layer.name(),
                            quantized.nodes().indexOf(layer),
                            plan.flatMap(written -> written.node(layer.name()))
                                    .map(WrittenPlan.Node::macs)
                                    .orElse(0L),
                            samples(batches),
                            finite(sqnr(expected, run(alone, batches))),
                            finite(withoutIt),
                            finite(withoutIt - all)));
        }
        return found;
    }

    private static long samples(List<Map<String, Tensor>> batches) {
        return batches.stream()
                .map(batch -> batch.values().iterator().next().shape())
                .mapToLong(shape -> shape.rank() == 0 ? 1 : shape.size(0))
                .sum();
    }

    private static Optional<Double> finite(double value) {
        return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
    }

    private boolean isLayer(Node node) {
        Role role = backend.catalog().role(node);
        return role == Role.CONVOLUTION || role == Role.LINEAR || role == Role.MATRIX_PRODUCT;
    }

    private List<Map<String, Tensor>> run(Graph graph, List<Map<String, Tensor>> batches) {
        try (GraphRunner runner = backend.open(graph, RunOptions.DEFAULT)) {
            return batches.stream().map(runner::run).toList();
        }
    }

    private static double sqnr(
            List<Map<String, Tensor>> expected, List<Map<String, Tensor>> actual) {
        Map<String, OutputComparison> outputs = new LinkedHashMap<>();
        for (int i = 0; i < expected.size(); i++) {
            Map<String, Tensor> answer = actual.get(i);
            expected.get(i)
                    .forEach(
                            (name, tensor) -> {
                                // Detectors yield as many rows as they find something.
                                boolean same = tensor.shape().equals(answer.get(name).shape());
                                if (same && tensor.dataType().isFloatingPoint()) {
                                    outputs.computeIfAbsent(name, OutputComparison::new)
                                            .add(tensor, answer.get(name));
                                }
                            });
        }
        return outputs.values().stream()
                .mapToDouble(output -> output.result().sqnr())
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }
}
