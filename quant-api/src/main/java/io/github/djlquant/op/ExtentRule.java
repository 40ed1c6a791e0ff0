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
import java.util.Optional;
import java.util.function.Function;

/** How the extents of a node's first output follow from those of its inputs. */
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
}
