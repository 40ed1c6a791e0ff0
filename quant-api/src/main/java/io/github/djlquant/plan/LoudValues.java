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
package io.github.djlquant.plan;

import io.github.djlquant.calibrate.BodySignal;
import io.github.djlquant.calibrate.Range;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.observe.Statistics;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.Role;
import io.github.djlquant.plan.ValueDecision.Kind;
import io.github.djlquant.recipe.Recipe;
import io.github.djlquant.scheme.QuantParams;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Values of which a few elements are so large that one scale leaves the others next to no steps.
 * They stay float, and with them whatever reads or makes them on integers. Not so a softmax: its
 * rows sum to 1, so that what is small beside its large elements hardly counts for who reads it. So
 * do values that were empty in all data, such as a past of length 0: nothing tells their range.
 *
 * <p>16 bits would hold them too, but no engine here has a 16-bit kernel: it would dequantize,
 * compute on floats and quantize again, slower than floats and less accurate.
 */
final class LoudValues {

    /** No value is loud. */
    static final LoudValues NONE = new LoudValues(Map.of());

    /**
     * With less, rounding errors are half as large as the body itself or larger. The lowest in
     * ResNet-20, MiniLM (behind its first GELU) and the networks of the fixtures is 18 dB.
     */
    private static final double LEAST_DECIBELS = 6;

    /** Why a value stays float of which calibration saw no element. */
    static final String UNSEEN = "empty in all data, so nothing tells its range";

    private final Map<String, ValueDecision> decisions;

    private LoudValues(Map<String, ValueDecision> decisions) {
        this.decisions = decisions;
    }

    /**
     * Looks for them; without protection only for those that nothing was seen of.
     *
     * @param activations the decisions on all values that would be quantized, in graph order
     * @param statistics what calibration saw of a value, empty if that is not known
     */
    static LoudValues among(
            Graph graph,
            OpCatalog catalog,
            NodeForms forms,
            ScaleGroups groups,
            Map<String, ValueDecision> activations,
            Function<String, Optional<Statistics>> statistics,
            Recipe recipe) {
        Map<String, ValueDecision> loud = new LinkedHashMap<>();
        activations.forEach(
                (value, decision) -> {
                    Optional<String> reason;
                    Optional<String> read = multiplied(graph, forms, value);
                    if (!decision.isQuantized()) {
                        reason = Optional.of(decision.reason());
                    } else if (!recipe.protectOutliers()) {
                        return;
                    } else if (read.isPresent()) {
                        reason =
                                Optional.ofNullable(loud.get(read.get()))
                                        .map(ValueDecision::reason);
                    } else {
                        List<String> sources =
                                sources(groups, value).stream()
                                        .filter(v -> !sharesOfOne(graph, catalog, v))
                                        .toList();
                        reason = reason(sources, decision.params(), statistics, recipe);
                    }
                    boolean computed = groups.sources(value).contains(value);
                    reason.ifPresent(why -> loud.put(value, decision(value, why, computed)));
                });
        return loud.isEmpty() ? NONE : new LoudValues(loud);
    }

    /** What a value whose integers are another one's is a multiple of. */
    private static Optional<String> multiplied(Graph graph, NodeForms forms, String value) {
        return graph.producer(value)
                .filter(maker -> forms.rescaled(maker).isPresent())
                .map(Node::inputs)
                .flatMap(
                        read -> read.stream().filter(i -> graph.constant(i).isEmpty()).findFirst());
    }

    private static boolean sharesOfOne(Graph graph, OpCatalog catalog, String value) {
        return graph.producer(value)
                .filter(maker -> catalog.role(maker) == Role.SOFTMAX)
                .isPresent();
    }

    /** A value that is computed stands for itself, one that is moved for all that it may hold. */
    private static List<String> sources(ScaleGroups groups, String value) {
        List<String> sources = groups.sources(value);
        return sources.contains(value) ? List.of(value) : sources;
    }

    private static Optional<String> reason(
            List<String> sources,
            QuantParams params,
            Function<String, Optional<Statistics>> statistics,
            Recipe recipe) {
        Optional<Statistics> seen =
                sources.stream()
                        .map(statistics)
                        .flatMap(Optional::stream)
                        .reduce(Statistics::merge);
        if (seen.isEmpty()) {
            return Optional.empty();
        }
        Range range =
                Range.holding(
                        params.dequantize(params.qmin(), 0), params.dequantize(params.qmax(), 0));
        double decibels =
                BodySignal.decibels(seen.get(), recipe.activations(), range)
                        .orElse(Double.POSITIVE_INFINITY);
        if (decibels >= LEAST_DECIBELS) {
            return Optional.empty();
        }
        return Optional.of(
                String.format(
                        Locale.ROOT,
                        "a few elements reach %.4g: at a step of %.3g the quieter 75 %% keep %.1f dB",
                        Math.max(-seen.get().min(), seen.get().max()),
                        params.scale(0),
                        decibels));
    }

    /** Users are told of computed values only: the moved ones follow from them. */
    private static ValueDecision decision(String value, String reason, boolean computed) {
        return new ValueDecision(
                value,
                Kind.ACTIVATION,
                null,
                reason,
                computed
                        ? reason + "; it stays float, and with it the layers that read or make it"
                        : "");
    }

    boolean isEmpty() {
        return decisions.isEmpty();
    }

    /** The decisions on them, in graph order. */
    Map<String, ValueDecision> decisions() {
        return decisions;
    }

    /** Why a node that reads or makes one of some values can't run on integers. */
    Optional<String> obstacle(List<String> values) {
        return values.stream()
                .filter(decisions::containsKey)
                .findFirst()
                .map(
                        value ->
                                decisions.get(value).reason().startsWith(UNSEEN)
                                        ? "%" + value + " was empty in all data"
                                        : "%" + value + " would lose all but its largest elements");
    }
}
