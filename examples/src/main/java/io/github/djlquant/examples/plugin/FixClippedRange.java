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
package io.github.djlquant.examples.plugin;

import io.github.djlquant.CalibrationException;
import io.github.djlquant.Problem;
import io.github.djlquant.calibrate.ObservationRequest;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A range rule of one's own: a clipped activation gets the whole interval between its limits as its
 * range, so that the scale of every network with that activation is the same; but only where enough
 * of the data come near the upper limit ({@link ReachedShare}), since steps beyond it would be
 * wasted. Changes no node, but what the planner will decide.
 */
public final class FixClippedRange implements BlockTransform {

    /** The share of the upper limit that counts as near. */
    private static final float NEAR = 0.8f;

    /** The share of the elements that must come near. */
    private static final double ENOUGH = 0.001;

    /** Creates the transform; called by ServiceLoader. */
    public FixClippedRange() {}

    @Override
    public Phase phase() {
        return Phase.EQUALIZE;
    }

    /** The phase runs before calibration too, without statistics. */
    @Override
    public boolean requires(TransformContext context) {
        return context.recipe().method() == Method.STATIC && context.statistics().isPresent();
    }

    @Override
    public Map<String, ObservationRequest> probes(Graph graph, TransformContext context) {
        Map<String, ObservationRequest> requests = new LinkedHashMap<>();
        graph.nodes().stream()
                .forEach(
                        node ->
                                limits(graph, context, node)
                                        .ifPresent(
                                                limits ->
                                                        requests.put(
                                                                node.output(),
                                                                ObservationRequest.EXTREMES.with(
                                                                        near(limits).measure()))));
        return requests;
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        for (Node node : graph.nodes()) {
            OpSpec.Clamp limits = limits(graph, context, node).orElse(null);
            if (limits == null) {
                continue;
            }
            double share = near(limits).of(observed(context, node));
            if (!(share >= ENOUGH)) {
                context.didNotFire(
                        name(), node.name(), share + " of the data come near " + limits.max());
                continue;
            }
            context.keep(
                    node.output(),
                    QuantParams.perTensor(
                            context.recipe().activations(), limits.min(), limits.max()));
            context.fired(
                    name(),
                    node.name(),
                    "its range is " + limits + ", which " + share + " of the data come near");
        }
        return graph;
    }

    private static ReachedShare near(OpSpec.Clamp limits) {
        return new ReachedShare((float) (NEAR * limits.max()));
    }

    private static Statistics observed(TransformContext context, Node node) {
        return context.statistics()
                .flatMap(table -> table.get(node.output()))
                .orElseThrow(
                        () ->
                                new CalibrationException(
                                        Problem.of("the statistics lack a value")
                                                .at(node.name())
                                                .expected("what was asked of " + node.output())
                                                .next("Calibrate again with this transform")));
    }

    /** Both limits, where 0 lies between them. */
    private static Optional<OpSpec.Clamp> limits(Graph graph, TransformContext context, Node node) {
        return context.catalog()
                .spec(node)
                .clamp()
                .apply(graph, node)
                .filter(c -> c.min() <= 0 && c.max() > 0)
                .filter(c -> Double.isFinite(c.min()) && Double.isFinite(c.max()));
    }
}
