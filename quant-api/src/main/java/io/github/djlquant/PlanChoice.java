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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.Role;
import io.github.djlquant.plan.DynamicPlanner;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.Planner;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.transform.TransformContext;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The plan of the planner that the recipe asks for.
 *
 * @param plan the plan
 * @param discouraged why the recipe does not suit the model; empty if it does
 * @param unknown the nodes that read weights and whose operators no row tells about
 * @param isInQdqForm true if the model came with scales, from quantization-aware training
 */
record PlanChoice(
        QuantPlan plan, List<String> discouraged, List<Node> unknown, boolean isInQdqForm) {

    private static final int MOST_REASONS = 5;

    static PlanChoice of(Graph graph, TransformContext context) {
        List<Node> unknown = unknown(graph, context.catalog());
        boolean scaled = isInQdqForm(graph, context.catalog());
        return switch (context.recipe().method()) {
            case FLOAT ->
                    new PlanChoice(
                            QuantPlan.allFloat(graph, context.catalog()),
                            List.of(),
                            unknown,
                            scaled);
            case STATIC ->
                    new PlanChoice(new Planner(graph, context).plan(), List.of(), unknown, scaled);
            case DYNAMIC -> {
                DynamicPlanner planner = new DynamicPlanner(graph, context);
                yield new PlanChoice(planner.plan(), planner.warnings(), unknown, scaled);
            }
        };
    }

    /** What a runtime's optimizer fused, for instance: layers whose ports nothing tells. */
    private static List<Node> unknown(Graph graph, OpCatalog catalog) {
        return graph.nodes().stream()
                .filter(node -> catalog.role(node) == Role.OPAQUE)
                .filter(
                        node ->
                                node.inputs().stream()
                                        .map(graph::constant)
                                        .flatMap(Optional::stream)
                                        .anyMatch(PlanChoice::isWeight))
                .toList();
    }

    private static boolean isInQdqForm(Graph graph, OpCatalog catalog) {
        return graph.nodes().stream()
                .map(catalog::role)
                .anyMatch(role -> role == Role.QUANTIZE || role == Role.FAKE_QUANTIZE);
    }

    private static boolean isWeight(Tensor constant) {
        return constant.dataType().isFloatingPoint() && constant.shape().rank() >= 2;
    }

    void requireSomethingQuantized(Recipe recipe, Path source) {
        if (recipe.method() == Method.FLOAT
                || plan.nodes().stream().anyMatch(node -> node.form() != NodeDecision.Form.FLOAT)) {
            return;
        }
        // One node for each reason.
        Map<String, String> examples = new LinkedHashMap<>();
        plan.nodes().stream()
                // Where extents are open the work is not known: -1.
                .filter(node -> node.macs() != 0)
                .forEach(
                        node ->
                                examples.putIfAbsent(
                                        node.reason(), node.node() + ": " + node.reason()));
        String found =
                !examples.isEmpty()
                        ? joined(examples.values().stream(), "float nodes such as ")
                        : unknown.isEmpty()
                                ? "no node that multiplies with weights"
                                : joined(
                                        unknown.stream().map(n -> n.name() + " (" + n.op() + ")"),
                                        "weights in operators only that no rule knows: ");
        throw new UnsupportedModelException(
                Problem.of("nothing in this model can be quantized with this recipe")
                        .in(source)
                        .at("recipe " + recipe.name())
                        .actual(found)
                        .next(
                                examples.isEmpty() && !unknown.isEmpty()
                                        ? "Start from the model as it was before a runtime's"
                                                + " optimizer fused its operators"
                                        : next(recipe)));
    }

    private static String joined(Stream<String> texts, String before) {
        return texts.limit(MOST_REASONS).collect(Collectors.joining("; ", before, ""));
    }

    private String next(Recipe recipe) {
        if (recipe.method() != Method.DYNAMIC) {
            return "Widen the recipe's scope, choose another recipe, or export the model in float32"
                    + " if it computes on other floats";
        }
        if (isInQdqForm) {
            return "The model has scales of its own: the recipe static-int8 with calibration data"
                    + " keeps them and finishes the rest";
        }
        return discouraged.isEmpty()
                ? "Try the recipe static-int8 with calibration data: it pays for smaller layers too"
                : "Convolutional models need the recipe static-int8 and calibration data";
    }
}
