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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.ClosedBody;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.op.ExtentRule;
import io.github.djlquant.op.OpCatalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A body of an If, Loop or Scan as a graph of its own, with what is known of it before a run: the
 * extents of the values around it, of what its first round is handed, and how many rounds there
 * are.
 *
 * @param path what stands before the names of its nodes and values, see {@link QuantPlan#path}
 * @param graph the body, closed
 * @param sample the extents of its inputs, of one row of data, -1 for those that are open
 * @param rounds how often it runs; empty if the data decide
 */
public record NestedBody(
        String path, Graph graph, Map<String, long[]> sample, OptionalLong rounds) {

    /** Copies the map. */
    public NestedBody {
        sample = Map.copyOf(sample);
    }

    /**
     * Finds the bodies of a graph's nodes. Those inside them are found from each body's own graph.
     *
     * @param graph the graph
     * @param catalog the operators
     * @param macs what is known of the graph's extents
     * @return in graph order
     */
    public static List<NestedBody> of(Graph graph, OpCatalog catalog, Macs macs) {
        List<NestedBody> bodies = new ArrayList<>();
        for (Node node : graph.nodes()) {
            ExtentRule rule = catalog.spec(node).extents();
            node.attributes()
                    .forEach(
                            (key, attribute) -> {
                                if (attribute instanceof Attribute.GraphAttribute nested) {
                                    Graph body = nested.body();
                                    bodies.add(
                                            entered(
                                                    QuantPlan.path(node, key),
                                                    ClosedBody.of(body, graph).graph(),
                                                    rule.inside(
                                                            graph,
                                                            node,
                                                            body,
                                                            value -> extents(graph, macs, value)),
                                                    macs));
                                }
                            });
        }
        return bodies;
    }

    private static Optional<long[]> extents(Graph graph, Macs macs, String value) {
        return macs.extents(value)
                .or(() -> graph.constant(value).map(tensor -> tensor.shape().toArray()));
    }

    private static NestedBody entered(
            String path, Graph closed, ExtentRule.Entry entry, Macs macs) {
        Map<String, long[]> sample = new HashMap<>();
        closed.inputs().stream()
                .map(input -> input.name())
                .forEach(input -> macs.extents(input).ifPresent(e -> sample.put(input, e)));
        entry.extents()
                .forEach(
                        (input, extents) -> {
                            // A state may grow: what the body declares holds for all rounds.
                            Optional<Shape> declared = closed.shape(input);
                            sample.put(
                                    input, declared.map(d -> joined(d, extents)).orElse(extents));
                        });
        return new NestedBody(path, closed, sample, entry.rounds());
    }

    private static long[] joined(Shape declared, long[] first) {
        long[] sizes = declared.toArray();
        for (int axis = 0; axis < sizes.length && sizes.length == first.length; axis++) {
            sizes[axis] = sizes[axis] < 0 ? first[axis] : sizes[axis];
        }
        return sizes;
    }

    /**
     * Counts the work of all rounds.
     *
     * @param macs multiply-accumulates of one round; negative if not known
     * @return those of all rounds, of one where their number is not known
     */
    public long allRounds(long macs) {
        if (rounds.isEmpty() || macs <= 0) {
            return macs;
        }
        long times = rounds.getAsLong();
        return times > 0 && macs > Long.MAX_VALUE / times ? Long.MAX_VALUE : macs * times;
    }
}
