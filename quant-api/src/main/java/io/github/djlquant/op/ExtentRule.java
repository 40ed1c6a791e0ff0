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
package io.github.djlquant.op;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * How the extents of a node's first output follow from those of its inputs, and those inside its
 * bodies from those around them.
 */
@FunctionalInterface
public interface ExtentRule {

    /** Of operators whose output's extents are not known before a run. */
    ExtentRule UNKNOWN = (graph, node, known) -> Optional.empty();

    /** Of operators whose output is like their first input. */
    ExtentRule SAME = (graph, node, known) -> known.apply(node.input(0));

    /**
     * Computes the extents.
     *
     * @param graph the graph
     * @param node the node
     * @param known the extents of values so far, -1 for those that are open
     * @return the extents of the first output, -1 for those that are open; empty if not even their
     *     number is known
     */
    Optional<long[]> of(Graph graph, Node node, Function<String, Optional<long[]>> known);

    /**
     * Tells how a body is entered.
     *
     * @param graph the graph
     * @param node the node that holds the body
     * @param body the body
     * @param known the extents of values around it, -1 for those that are open
     * @return what is known before a run; nothing if the rule does not say
     */
    default Entry inside(
            Graph graph, Node node, Graph body, Function<String, Optional<long[]>> known) {
        return Entry.UNKNOWN;
    }

    /**
     * How a body is entered.
     *
     * @param extents of the body's inputs in its first round, by name; those that are known
     * @param rounds how often it runs; empty if the data decide
     */
    record Entry(Map<String, long[]> extents, OptionalLong rounds) {

        /** The body of a branch, or one of which nothing is known. */
        public static final Entry UNKNOWN = new Entry(Map.of(), OptionalLong.empty());

        /** Copies the map. */
        public Entry {
            extents = Map.copyOf(extents);
        }
    }
}
