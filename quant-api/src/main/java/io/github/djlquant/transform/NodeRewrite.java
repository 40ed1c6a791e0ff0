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
package io.github.djlquant.transform;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import java.util.Optional;

/**
 * A transform that looks at one node after the other and rewrites the graph around those that it
 * matches. Each node is seen as the rewrites before it left it; what they removed is not seen.
 */
public abstract class NodeRewrite implements BlockTransform {

    /** Creates the transform. */
    protected NodeRewrite() {}

    /** What came of one node. */
    public sealed interface Outcome {

        /** The node is none that the transform is about. */
        record Unconcerned() implements Outcome {}

        /**
         * The transform is about such nodes, but leaves this one as it is.
         *
         * @param reason why
         */
        record Left(String reason) implements Outcome {}

        /**
         * The graph was rewritten around the node.
         *
         * @param graph the new graph
         * @param what what was done
         */
        record Rewritten(Graph graph, String what) implements Outcome {}

        /**
         * Returns the outcome of a node that the transform is not about.
         *
         * @return the outcome
         */
        static Outcome unconcerned() {
            return new Unconcerned();
        }
    }

    /**
     * Rewrites a graph around one node.
     *
     * @param graph the graph as the rewrites before left it
     * @param node a node of this graph
     * @param context as for {@link #apply}
     * @return what came of it
     */
    protected abstract Outcome rewrite(Graph graph, Node node, TransformContext context);

    @Override
    public final Graph apply(Graph graph, TransformContext context) {
        Graph current = graph;
        for (Node seen : graph.nodes()) {
            Optional<Node> node = current.node(seen.name());
            if (node.isEmpty()) {
                continue;
            }
            Outcome outcome = rewrite(current, node.get(), context);
            if (outcome instanceof Outcome.Left left) {
                context.didNotFire(name(), seen.name(), left.reason());
            } else if (outcome instanceof Outcome.Rewritten rewritten) {
                context.fired(name(), seen.name(), rewritten.what());
                current = rewritten.graph();
            }
        }
        return current;
    }
}
