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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Value;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.RangeRule;
import io.github.djlquant.op.Role;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What names and operators tell of the outputs' {@link Task}.
 *
 * @param byOutput what an output is for, as far as that is known
 * @param vocabularies rows of the tables that inputs are looked up in
 */
record TaskHints(Map<String, Task> byOutput, Set<Long> vocabularies) {

    /** Nothing is known of the model but what it yields. */
    static final TaskHints NONE = new TaskHints(Map.of(), Set.of());

    private static final List<String> SURE_SCORES = List.of("logit", "prob", "softmax", "score");
    private static final List<String> NUMBERS =
            List.of("embed", "feature", "hidden", "vector", "latent", "pooler", "pooled", "encod");
    private static final List<String> SCORES = List.of("class", "label");

    static TaskHints of(Graph graph, OpCatalog catalog) {
        Map<String, Task> hints = new HashMap<>();
        for (Value output : graph.outputs()) {
            byName(output.name())
                    .or(() -> byOperator(graph, catalog, output.name()))
                    .ifPresent(task -> hints.put(output.name(), task));
        }
        Set<Long> vocabularies = new HashSet<>();
        TableRows tables = new TableRows(graph, catalog);
        for (Value input : graph.inputs()) {
            tables.of(input.name()).ifPresent(vocabularies::add);
        }
        return new TaskHints(hints, vocabularies);
    }

    /** Returns what an output is for; one that a readout makes has but its name. */
    Optional<Task> of(String output) {
        return Optional.ofNullable(byOutput.get(output)).or(() -> byName(output));
    }

    /** Reads the name of an output. */
    static Optional<Task> byName(String output) {
        String name = output.toLowerCase(Locale.ROOT);
        if (SURE_SCORES.stream().anyMatch(name::contains)) {
            return Optional.of(Task.CLASSIFICATION);
        }
        if (NUMBERS.stream().anyMatch(name::contains)) {
            return Optional.of(Task.EMBEDDING);
        }
        return SCORES.stream().anyMatch(name::contains)
                ? Optional.of(Task.CLASSIFICATION)
                : Optional.empty();
    }

    private static Optional<Task> byOperator(Graph graph, OpCatalog catalog, String value) {
        Node node = graph.producer(value).orElse(null);
        if (node == null) {
            return Optional.empty();
        }
        OpSpec spec = catalog.spec(node);
        if (spec.role() == Role.SOFTMAX) {
            return Optional.of(Task.CLASSIFICATION);
        }
        if (spec.role() == Role.NORM || spec.role() == Role.BATCH_NORM) {
            return Optional.of(Task.EMBEDDING);
        }
        return spec.ranges().apply(graph, node) instanceof RangeRule.Preserving
                ? spec.input(node, Port.DATA).flatMap(from -> byOperator(graph, catalog, from))
                : Optional.empty();
    }
}
