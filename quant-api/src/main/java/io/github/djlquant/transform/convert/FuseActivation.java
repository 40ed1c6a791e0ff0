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
import io.github.djlquant.plan.NodeDecision.Form;
import io.github.djlquant.transform.TransformContext;
import java.util.List;

/**
 * Removes the clamps that the quantized range of their output makes redundant: an unsigned range
 * with zero point 0 starts at 0, as ReLU does.
 *
 * <pre>
 *   layer -> clamp -> [quantized value]   =&gt;   layer -> [quantized value]
 * </pre>
 *
 * On floats the result differs, so it belongs to conversion and obeys the plan, which chose the
 * parameters and found that the clamp can go. It must run before quantize and dequantize are
 * inserted.
 */
public final class FuseActivation extends NodeConversion {

    /** Creates the transform; called by ServiceLoader. */
    public FuseActivation() {}

    @Override
    boolean concerns(Node node, TransformContext context) {
        return isPlanned(node, Form.ABSORBED, context);
    }

    @Override
    Converter converter(Graph graph, GraphEditor editor, TransformContext context) {
        return clamp -> {
            String read = clamp.input(0);
            Node maker = editor.node(graph.producer(read).orElseThrow().name()).orElseThrow();
            List<String> outputs =
                    maker.outputs().stream().map(o -> o.equals(read) ? clamp.output() : o).toList();
            editor.put(maker.withOutputs(outputs)).remove(clamp.name());
            context.fired(name(), clamp.name(), "absorbed by the range of %" + clamp.output());
        };
    }
}
