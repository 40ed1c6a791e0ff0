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
package io.github.djlquant.transform.convert;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.List;

/**
 * The frame of what obeys the plan node by node: it finds the nodes concerned, converts one after
 * the other in an editor that they share, and leaves the graph alone if there are none.
 */
abstract class NodeConversion implements BlockTransform {

    /** Converts the nodes of one graph; what they share is made once. */
    @FunctionalInterface
    interface Converter {

        /**
         * Converts a node.
         *
         * @param node a node that the conversion concerns, as it stands in the source graph
         */
        void convert(Node node);
    }

    @Override
    public final Phase phase() {
        return Phase.CONVERT;
    }

    @Override
    public final boolean requires(TransformContext context) {
        return context.plan().isPresent();
    }

    @Override
    public final Graph apply(Graph graph, TransformContext context) {
        List<Node> concerned =
                graph.nodes().stream().filter(node -> concerns(node, context)).toList();
        if (concerned.isEmpty()) {
            return graph;
        }
        GraphEditor editor = graph.edit();
        Converter converter = converter(graph, editor, context);
        concerned.forEach(converter::convert);
        return editor.build();
    }

    /**
     * Tells whether a node is to be converted.
     *
     * @param node the node
     * @param context holds a plan
     * @return true to convert it
     */
    abstract boolean concerns(Node node, TransformContext context);

    /**
     * Starts the conversion of a graph.
     *
     * @param graph the source graph, of which at least one node is concerned
     * @param editor receives the changes
     * @param context holds a plan
     * @return what converts its nodes
     */
    abstract Converter converter(Graph graph, GraphEditor editor, TransformContext context);

    /**
     * Tells whether a node's dialect has integer products and look-ups beside its float operators,
     * as ONNX does. TorchScript's come with packed weights, which only the writer knows.
     */
    static boolean hasIntegerOperators(Node node) {
        return !node.op().dialect().equals(OpType.ATEN);
    }

    /** Tells whether the plan decided on a form for a node. */
    static boolean isPlanned(Node node, Form form, TransformContext context) {
        return context.plan()
                .flatMap(plan -> plan.node(node.name()))
                .map(NodeDecision::form)
                .filter(form::equals)
                .isPresent();
    }
}
