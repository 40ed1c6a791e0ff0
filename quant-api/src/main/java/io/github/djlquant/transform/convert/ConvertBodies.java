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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.ClosedBody;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.plan.NodeDecision;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import io.github.djlquant.transform.TransformPipeline;
import java.util.Map;

/**
 * Converts what the plan decided on inside the bodies of If, Loop and Scan, to any depth.
 *
 * <pre>
 *   If                          If
 *     then: LSTM       =&gt;        then: DynamicQuantizeLSTM
 *     else: ..                    else: ..
 * </pre>
 *
 * Each body passes the same transforms as a whole graph would. Its new values get names that no
 * value around it has; weights that it captured from around it become its own, as integers.
 */
public final class ConvertBodies implements BlockTransform {

    /** Creates the transform; called by ServiceLoader. */
    public ConvertBodies() {}

    @Override
    public Phase phase() {
        return Phase.CONVERT;
    }

    /** Last: the names that the others make are known then. */
    @Override
    public int order() {
        return 1000;
    }

    @Override
    public boolean isFloatEquivalent() {
        return false;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.plan().isPresent();
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        QuantPlan plan = context.plan().orElseThrow();
        GraphEditor editor = graph.edit();
        boolean changed = false;
        for (Node node : graph.nodes()) {
            for (Map.Entry<String, Attribute> attribute : node.attributes().entrySet()) {
                if (!(attribute.getValue() instanceof Attribute.GraphAttribute nested)) {
                    continue;
                }
                QuantPlan inside = plan.within(QuantPlan.path(node, attribute.getKey()));
                if (inside.nodes().stream()
                        .allMatch(decision -> decision.form() == NodeDecision.Form.FLOAT)) {
                    continue;
                }
                ClosedBody closed = ClosedBody.of(nested.body(), graph);
                Graph converted =
                        TransformPipeline.load()
                                .run(Phase.CONVERT, closed.graph(), context.withPlan(inside));
                converted.opsets().forEach(editor::opset);
                Node current = editor.node(node.name()).orElseThrow();
                editor.put(
                        current.withAttribute(
                                attribute.getKey(),
                                new Attribute.GraphAttribute(closed.reopen(converted))));
                changed = true;
            }
        }
        return changed ? editor.build() : graph;
    }
}
