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
package io.github.djlquant.onnx.transform;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.transform.NodeRewrite;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.Optional;

/**
 * Hands integers to their reader that would become the same integers again.
 *
 * <pre>
 *   x:uint8 -> Cast -> - z -> Quantize(scale 1, zero point z) -> q      =&gt;      x:uint8
 * </pre>
 *
 * The cast and the subtraction go where nobody else reads them.
 */
public final class ReadPixels extends NodeRewrite {

    /** Creates the transform; called by ServiceLoader. */
    public ReadPixels() {}

    @Override
    public Phase phase() {
        return Phase.CONVERT;
    }

    /** Behind the insertion of quantize and dequantize. */
    @Override
    public int order() {
        return 200;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.plan().isPresent();
    }

    @Override
    protected Outcome rewrite(Graph graph, Node node, TransformContext context) {
        if (context.catalog().role(node) != Role.QUANTIZE) {
            return Outcome.unconcerned();
        }
        return pixels(graph, node, context)
                .<Outcome>map(
                        pixels ->
                                new Outcome.Rewritten(
                                        read(graph, node, pixels), "reads %" + pixels))
                .orElse(Outcome.unconcerned());
    }

    /** The uint8 value that a quantize node gives back, if it is one. */
    private static Optional<String> pixels(Graph graph, Node node, TransformContext context) {
        OpSpec spec = context.catalog().spec(node);
        Optional<Float> scale = number(graph, spec.input(node, Port.SCALE));
        Optional<Tensor> zeroPoint = spec.input(node, Port.ZERO_POINT).flatMap(graph::constant);
        if (!scale.equals(Optional.of(1f))
                || graph.isOutput(node.output())
                || zeroPoint.filter(z -> z.dataType() == DataType.UINT8).isEmpty()) {
            return Optional.empty();
        }
        int zero = zeroPoint.get().toInts()[0];
        Optional<Node> maker = graph.producer(node.input(0));
        Optional<Node> cast =
                zero == 0
                        ? maker
                        : maker.filter(m -> m.op().isOnnx("Sub"))
                                .filter(
                                        m ->
                                                number(graph, Optional.of(m.input(1)))
                                                        .equals(Optional.of((float) zero)))
                                .flatMap(m -> graph.producer(m.input(0)));
        return cast.filter(c -> c.op().isOnnx("Cast"))
                .map(c -> c.input(0))
                .filter(
                        value ->
                                graph.type(value) instanceof ValueType.TensorType type
                                        && type.dataType() == DataType.UINT8);
    }

    private static Optional<Float> number(Graph graph, Optional<String> value) {
        return value.flatMap(graph::constant)
                .filter(t -> t.elementCount() == 1)
                .filter(t -> t.dataType() == DataType.FLOAT)
                .map(t -> t.toFloats()[0]);
    }

    private static Graph read(Graph graph, Node quantize, String pixels) {
        GraphEditor editor = graph.edit();
        editor.replaceReads(quantize.output(), pixels).remove(quantize.name());
        Graph rest = editor.build();
        Optional<Node> unread = graph.producer(quantize.input(0));
        while (unread.isPresent()
                && rest.consumers(unread.get().output()).isEmpty()
                && !rest.isOutput(unread.get().output())) {
            rest = rest.edit().remove(unread.get().name()).build();
            unread = rest.producer(unread.get().input(0)).filter(n -> n.op().isOnnx("Cast"));
        }
        return rest;
    }
}
