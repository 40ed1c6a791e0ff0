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
package io.github.djlquant;

import io.github.djlquant.backend.Backend;
import io.github.djlquant.backend.GraphRunner;
import io.github.djlquant.backend.RunOptions;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.op.Role;
import io.github.djlquant.transform.EquivalenceCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a float model to the engine that its artifact is for, before anything else is done to it,
 * and proves on real rows that it answers there as it did.
 *
 * <pre>
 *   model.onnx -- ONNX Runtime --&gt; answers
 *       |                             ||  up to rounding
 *     adopt                           ||
 *       v                             ||
 *     Graph ------ libtorch -----&gt; answers
 * </pre>
 */
final class SourceCrossing {

    private final Engines engines;
    private final Path source;

    SourceCrossing(Engines engines, Path source) {
        this.engines = engines;
        this.source = source;
    }

    /**
     * Returns the graph in the target engine's dialect.
     *
     * @throws UnsupportedModelException if it can't cross; names the file
     */
    Graph adopt(Graph graph) {
        try {
            return engines.target().adopt(graph);
        } catch (UnsupportedModelException e) {
            throw e.problem() == null || engines.source() == engines.target()
                    ? e
                    : new UnsupportedModelException(e.problem().in(source), e);
        }
    }

    /**
     * Compares the source in its engine with what it crossed to in the other: the file itself, or
     * what lies between the roundings of a model that was trained for integers.
     *
     * @param graph what was read from the file
     * @param crossed what it became
     * @param batches a few rows of data
     * @throws UnsupportedModelException if they answer differently; names the first value that does
     */
    void prove(Graph graph, Graph crossed, List<Map<String, Tensor>> batches) {
        Graph before = RoundingFreeForm.of(graph, engines.source().catalog());
        Graph after = RoundingFreeForm.of(crossed, engines.target().catalog());
        double error;
        try (GraphRunner expected = before == graph ? open() : open(engines.source(), before);
                GraphRunner actual = open(engines.target(), after)) {
            error =
                    EquivalenceCheck.error(
                            batches.stream().map(expected::run).toList(),
                            batches.stream().map(actual::run).toList());
        }
        if (error > EquivalenceCheck.DEFAULT_TOLERANCE) {
            throw new UnsupportedModelException(
                    Problem.of(
                                    "the model answers differently in "
                                            + engines.target().getEngineName())
                            .in(source)
                            .at(firstDifference(before, after, batches).orElse(null))
                            .expected("equal results up to rounding")
                            .actual(String.format(Locale.ROOT, "a relative error of %.3g", error))
                            .next("Keep the source's format, and report this with the model"));
        }
    }

    private GraphRunner open() {
        return engines.source().open(source, options());
    }

    private static GraphRunner open(Backend backend, Graph graph) {
        return backend.open(graph, options());
    }

    private static RunOptions options() {
        return new RunOptions(0, false);
    }

    /**
     * Exposes every value that has kept its name, but for integers with a scale, which engines hold
     * in ways of their own; graph order makes the first one the cause.
     */
    private Optional<String> firstDifference(
            Graph graph, Graph crossed, List<Map<String, Tensor>> batches) {
        List<Value> common = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (engines.source().catalog().role(node) == Role.QUANTIZE) {
                continue;
            }
            for (String output : node.outputs()) {
                if (crossed.producer(output).isPresent()
                        && !graph.isOutput(output)
                        && crossed.type(output) instanceof ValueType.TensorType) {
                    common.add(new Value(output, crossed.type(output)));
                }
            }
        }
        Map<String, Tensor> row = batches.get(0);
        Map<String, Tensor> expected = run(engines.source(), exposing(graph, common), row);
        Map<String, Tensor> actual = run(engines.target(), exposing(crossed, common), row);
        return common.stream()
                .map(Value::name)
                .filter(
                        name ->
                                EquivalenceCheck.error(
                                                List.of(Map.of(name, expected.get(name))),
                                                List.of(Map.of(name, actual.get(name))))
                                        > EquivalenceCheck.DEFAULT_TOLERANCE)
                .findFirst()
                .map(name -> "value " + name);
    }

    private static Graph exposing(Graph graph, List<Value> values) {
        return graph.edit()
                .outputs(
                        outputs -> {
                            List<Value> all = new ArrayList<>(outputs);
                            values.forEach(
                                    value ->
                                            all.add(
                                                    new Value(
                                                            value.name(),
                                                            graph.type(value.name()))));
                            return all;
                        })
                .build();
    }

    private static Map<String, Tensor> run(Backend backend, Graph graph, Map<String, Tensor> row) {
        try (GraphRunner runner = open(backend, graph)) {
            return runner.run(row);
        }
    }
}
