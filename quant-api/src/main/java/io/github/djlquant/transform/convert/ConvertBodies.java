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
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.plan.QuantPlan;
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
public final class ConvertBodies extends NodeConversion {

    /** Creates the transform; called by ServiceLoader. */
    public ConvertBodies() {}

    /** Last: the names that the others make are known then. */
    @Override
    public int order() {
        return 1000;
    }

    @Override
    boolean concerns(Node node, TransformContext context) {
        return node.attributes().keySet().stream()
                .anyMatch(attribute -> isPlanned(node, attribute, context));
    }

    /** Tells whether the plan decided on anything inside a body. */
    private static boolean isPlanned(Node node, String attribute, TransformContext context) {
        return node.attributes().get(attribute) instanceof Attribute.GraphAttribute
                && inside(node, attribute, context).nodes().stream()
                        .anyMatch(decision -> decision.form() != Form.FLOAT);
    }

    private static QuantPlan inside(Node node, String attribute, TransformContext context) {
        return context.plan().orElseThrow().within(QuantPlan.path(node, attribute));
    }

    @Override
    Converter converter(Graph graph, GraphEditor editor, TransformContext context) {
        TransformPipeline pipeline = TransformPipeline.load();
        return node -> {
            Node converted = node;
            for (Map.Entry<String, Attribute> attribute : node.attributes().entrySet()) {
                if (!isPlanned(node, attribute.getKey(), context)) {
                    continue;
                }
                Graph body = ((Attribute.GraphAttribute) attribute.getValue()).body();
                ClosedBody closed = ClosedBody.of(body, graph);
                TransformContext within =
                        context.withPlan(inside(node, attribute.getKey(), context));
                Graph changed = pipeline.run(Phase.CONVERT, closed.graph(), within);
                changed.opsets().forEach(editor::opset);
                converted =
                        converted.withAttribute(
                                attribute.getKey(),
                                new Attribute.GraphAttribute(closed.reopen(changed)));
            }
            editor.put(converted);
        };
    }
}
