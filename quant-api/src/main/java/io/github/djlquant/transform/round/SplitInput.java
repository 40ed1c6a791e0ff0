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
package io.github.djlquant.transform.round;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.Value;
import io.github.djlquant.op.Port;
import io.github.djlquant.plan.InputSplit;
import io.github.djlquant.plan.QuantPlan;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets the first convolution read its input twice, a quarter step lower and higher, where the plan
 * found that it pays.
 *
 * <pre>
 *   x   w                x - d   x + d    w/2  w/2
 *    \ /                     \   /          \  /
 *    conv        =&gt;         concat        concat
 *                                \         /
 *                                 conv
 * </pre>
 *
 * The float function is the same: (x - d) w/2 + (x + d) w/2 = x w, also where padding adds zeros.
 * Rounded, the two halves hold nine bits of x (see {@link InputSplit}).
 */
public final class SplitInput implements BlockTransform {

    /** Creates the transform; called by ServiceLoader. */
    public SplitInput() {}

    @Override
    public Phase phase() {
        return Phase.ROUND;
    }

    /** After the bias was corrected, which looks at the whole input and weight. */
    @Override
    public int order() {
        return 200;
    }

    @Override
    public boolean isFloatEquivalent() {
        return true;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.plan().isPresent();
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        QuantPlan plan = context.plan().orElseThrow();
        Graph split = graph;
        for (Value input : graph.inputs()) {
            Optional<InputSplit> halves =
                    InputSplit.of(graph, context, input.name())
                            .filter(h -> plan.value(h.both()).isPresent());
            if (halves.isPresent()) {
                QuantParams params = plan.value(halves.get().both()).orElseThrow().params();
                split = split(split, halves.get(), params.scale(0) / 4, context);
                context.fired(name(), halves.get().layer().name(), "reads its input in nine bits");
            }
        }
        return split;
    }

    private static Graph split(
            Graph graph, InputSplit halves, float shift, TransformContext context) {
        GraphEditor editor = graph.edit();
        String down = editor.newConstant(halves.low() + "_shift", Tensor.ofFloat(-shift));
        String up = editor.newConstant(halves.high() + "_shift", Tensor.ofFloat(shift));
        editor.put(node("Add", halves.low(), halves.input(), down));
        editor.put(node("Add", halves.high(), halves.input(), up));
        editor.put(
                node("Concat", halves.both(), halves.low(), halves.high())
                        .withAttribute("axis", Attribute.of(1)));
        editor.constant(halves.halvedWeight(), halvedTwice(graph.constants().get(halves.weight())));
        Map<Port, Integer> ports = context.catalog().spec(halves.layer()).ports();
        Node layer = graph.node(halves.layer().name()).orElseThrow();
        editor.put(
                layer.withInput(ports.get(Port.DATA), halves.both())
                        .withInput(ports.get(Port.WEIGHT), halves.halvedWeight()));
        return editor.build();
    }

    private static Node node(String op, String made, String a, String b) {
        return new Node(made, OpType.onnx(op), List.of(a, b), List.of(made), Map.of());
    }

    private static Tensor halvedTwice(Tensor weight) {
        float[] whole = weight.toFloats();
        long[] shape = weight.shape().toArray();
        int block = (int) (whole.length / shape[0]);
        float[] halves = new float[2 * whole.length];
        for (int i = 0; i < whole.length; i++) {
            int at = i / block * 2 * block + i % block;
            halves[at] = whole[i] / 2;
            halves[at + block] = whole[i] / 2;
        }
        shape[1] *= 2;
        return Tensor.ofFloats(halves, shape);
    }
}
