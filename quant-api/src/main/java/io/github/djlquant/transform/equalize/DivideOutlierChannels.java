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
package io.github.djlquant.transform.equalize;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.plan.OutlierChannels;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps channels that are many times as large as the others from coarsening the one scale that they
 * share. The idea is SmoothQuant's (Xiao et al. 2022), here with factors for the outliers only.
 *
 * <pre>
 *     x                        x
 *    / \                       |
 *   |   product(W)    =&gt;     Mul(1/s)         s = 1, for outliers more
 *   |                        |
 *                           product(s W)
 * </pre>
 *
 * Who else reads x still gets x. The float function stays what it was, rounding aside. A multiplied
 * weight is held as the weight and its factors.
 */
public final class DivideOutlierChannels implements BlockTransform {

    /** Creates the transform; called by ServiceLoader. */
    public DivideOutlierChannels() {}

    @Override
    public Phase phase() {
        return Phase.EQUALIZE;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.knowsChannels();
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        List<OutlierChannels.Division> divisions = new OutlierChannels(graph, context).divisions();
        if (divisions.isEmpty()) {
            return graph;
        }
        GraphEditor editor = graph.edit();
        for (OutlierChannels.Division division : divisions) {
            String divided = divide(graph, editor, division);
            Map<String, String> weights = new HashMap<>();
            for (Node layer : division.layers()) {
                OpSpec spec = context.catalog().spec(layer);
                String weight = spec.input(layer, Port.WEIGHT).orElseThrow();
                int axis = 1 - spec.layer().weightAxis(graph, layer).orElseThrow();
                String multiplied =
                        weights.computeIfAbsent(
                                weight,
                                name ->
                                        editor.newConstant(
                                                name + "_multiplied",
                                                graph.constant(name)
                                                        .orElseThrow()
                                                        .multiplied(division.factors(), axis)));
                editor.put(
                        layer.withInput(spec.ports().get(Port.DATA), divided)
                                .withInput(spec.ports().get(Port.WEIGHT), multiplied));
            }
            context.fired(name(), division.layers().get(0).name(), division.reason());
        }
        return editor.build();
    }

    private static String divide(
            Graph graph, GraphEditor editor, OutlierChannels.Division division) {
        float[] inverse = new float[division.factors().length];
        for (int i = 0; i < inverse.length; i++) {
            inverse[i] = 1 / division.factors()[i];
        }
        String divided = editor.freshName(division.value() + "_divided");
        String constant =
                editor.newConstant(divided + "_by", Tensor.ofFloats(inverse, inverse.length));
        editor.make(OpType.onnx("Mul"), List.of(division.value(), constant), Map.of(), divided);
        editor.type(divided, graph.type(division.value()));
        return divided;
    }
}
