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

import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Value;
import io.github.djlquant.graph.ValueType.TensorType;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.RangeRule;
import io.github.djlquant.op.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the state that a model takes in and gives back: the inputs that callers fill with an output
 * of the step before. Two sources tell:
 *
 * <ul>
 *   <li>the graph: an input that, moved at most, is the initial state of a recurrent layer, and an
 *       output that holds the last state of the same layer, also inside the branches of an If;
 *   <li>the names: {@code h_in} and {@code h_out}, {@code state} and {@code stateN}, {@code past_0}
 *       and {@code present_0}, if types and shapes agree.
 * </ul>
 */
public final class RecurrentStates {

    private final OpCatalog catalog;
    private final Graph graph;
    private final Map<String, Set<LastState>> initial = new LinkedHashMap<>();

    private RecurrentStates(Graph graph, OpCatalog catalog) {
        this.graph = graph;
        this.catalog = catalog;
    }

    /**
     * Finds the states of a model.
     *
     * @param graph the model
     * @param catalog its operators
     * @return the output by the input that it becomes in the next step; empty for models without
     */
    public static Map<String, String> of(Graph graph, OpCatalog catalog) {
        Map<String, String> pairs = new RecurrentStates(graph, catalog).byGraph();
        StateNames.pairs(graph, pairs);
        // A model of nothing but states has no sequence to run over.
        return pairs.size() < graph.inputs().size() ? pairs : Map.of();
    }

    /** The state that a recurrent layer ends with: its second output, or the third (cells). */
    private record LastState(Node layer, int output) {}

    /** A value and the graphs around it, the innermost first. */
    private record Place(String value, List<Graph> scopes) {}

    private Map<String, String> byGraph() {
        collect(List.of(graph));
        Map<String, String> pairs = new LinkedHashMap<>();
        if (initial.isEmpty()) {
            return pairs;
        }
        for (Value output : graph.outputs()) {
            Set<LastState> ends = ends(output.name());
            initial.forEach(
                    (input, states) -> {
                        if (!pairs.containsKey(input)
                                && !pairs.containsValue(output.name())
                                && states.stream().anyMatch(ends::contains)
                                && agree(graph, input, output)) {
                            pairs.put(input, output.name());
                        }
                    });
        }
        return pairs;
    }

    /** Finds which inputs are initial states of which layers. */
    private void collect(List<Graph> scopes) {
        for (Node node : scopes.get(0).nodes()) {
            for (Graph body : node.bodies()) {
                collect(inside(body, scopes));
            }
            OpSpec spec = catalog.spec(node);
            if (spec.role() == Role.RECURRENT) {
                Map<Port, Integer> ends = Map.of(Port.INITIAL_STATE, 1, Port.INITIAL_CELL, 2);
                ends.forEach(
                        (port, output) ->
                                spec.input(node, port)
                                        .flatMap(value -> start(new Place(value, scopes)))
                                        .ifPresent(
                                                input ->
                                                        initial.computeIfAbsent(
                                                                        input, k -> new HashSet<>())
                                                                .add(new LastState(node, output))));
            }
        }
    }

    private static List<Graph> inside(Graph body, List<Graph> scopes) {
        List<Graph> all = new ArrayList<>();
        all.add(body);
        all.addAll(scopes);
        return all;
    }

    /** The input of the model that a value holds, moved at most. */
    private Optional<String> start(Place place) {
        Optional<Place> at = Optional.of(place);
        while (at.isPresent()) {
            Place seen = at.get();
            Optional<Place> made = made(seen);
            if (made.isEmpty()) {
                return graph.isInput(seen.value()) && !isHidden(seen)
                        ? Optional.of(seen.value())
                        : Optional.empty();
            }
            at = moved(maker(made.get())).map(from -> new Place(from, made.get().scopes()));
        }
        return Optional.empty();
    }

    /** Where the node that makes a value stands; empty for what no node makes. */
    private static Optional<Place> made(Place place) {
        for (int depth = 0; depth < place.scopes().size(); depth++) {
            Graph scope = place.scopes().get(depth);
            if (scope.producer(place.value()).isPresent()) {
                List<Graph> around = place.scopes().subList(depth, place.scopes().size());
                return Optional.of(new Place(place.value(), around));
            }
            if (scope.isInput(place.value())) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Node maker(Place made) {
        return made.scopes().get(0).producer(made.value()).orElseThrow();
    }

    /** True if the parameter of a body has the name. */
    private static boolean isHidden(Place place) {
        return place.scopes().subList(0, place.scopes().size() - 1).stream()
                .anyMatch(scope -> scope.isInput(place.value()));
    }

    /** The last states that an output is made of, moved and joined at most. */
    private Set<LastState> ends(String output) {
        Set<LastState> found = new HashSet<>();
        Deque<Place> next = new ArrayDeque<>(List.of(new Place(output, List.of(graph))));
        Set<Place> seen = new HashSet<>(next);
        while (!next.isEmpty()) {
            made(next.remove())
                    .ifPresent(
                            made -> {
                                if (catalog.role(maker(made)) == Role.RECURRENT) {
                                    int index = maker(made).outputs().indexOf(made.value());
                                    found.add(new LastState(maker(made), index));
                                } else {
                                    parts(made).filter(seen::add).forEach(next::add);
                                }
                            });
        }
        return found;
    }

    private Stream<Place> parts(Place made) {
        Node maker = maker(made);
        if (catalog.role(maker) == Role.CONCAT) {
            return maker.inputs().stream().map(part -> new Place(part, made.scopes()));
        }
        int output = maker.outputs().indexOf(made.value());
        Stream<Place> branches =
                maker.bodies().stream()
                        // The outputs of a branch are those of its node, one for one.
                        .filter(body -> body.outputs().size() == maker.outputs().size())
                        .map(
                                body ->
                                        new Place(
                                                body.outputs().get(output).name(),
                                                inside(body, made.scopes())));
        return Stream.concat(
                branches, moved(maker).map(from -> new Place(from, made.scopes())).stream());
    }

    private Optional<String> moved(Node node) {
        OpSpec spec = catalog.spec(node);
        return spec.ranges().apply(graph, node) instanceof RangeRule.Preserving
                ? spec.input(node, Port.DATA)
                : Optional.empty();
    }

    /** Tells whether an output may be fed back, as far as the signature tells. */
    static boolean agree(Graph graph, String input, Value output) {
        if (!(graph.type(input) instanceof TensorType in)
                || !(output.type() instanceof TensorType out)
                || in.dataType() == null
                || !in.dataType().isFloatingPoint()) {
            return false;
        }
        if (out.dataType() != null && out.dataType() != in.dataType()) {
            return false;
        }
        return in.shape() == null || out.shape() == null || fit(in.shape(), out.shape());
    }

    private static boolean fit(Shape a, Shape b) {
        if (a.rank() != b.rank()) {
            return false;
        }
        for (int axis = 0; axis < a.rank(); axis++) {
            if (a.dimensions().get(axis) instanceof Dimension.Fixed x
                    && b.dimensions().get(axis) instanceof Dimension.Fixed y
                    && x.size() != y.size()) {
                return false;
            }
        }
        return true;
    }
}
