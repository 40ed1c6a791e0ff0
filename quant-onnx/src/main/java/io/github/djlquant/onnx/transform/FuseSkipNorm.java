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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.onnx.shape.Extent;
import io.github.djlquant.onnx.shape.ShapeInference;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a residual sum into the layer norm behind it, as one operator of ONNX Runtime.
 *
 * <pre>
 *   x   skip                         x   skip  gamma  beta
 *    \ /                              \    |     |    /
 *    add    gamma  beta      =&gt;    com.microsoft::SkipLayerNormalization
 *     | \     |    /                  |             \
 *     |  layer norm                   y            sum (only if it is read elsewhere)
 *    sum     |
 *            y
 * </pre>
 *
 * y = gamma (s - mean(s)) / sqrt(var(s) + epsilon) + beta with s = x + skip, over the last of three
 * axes. The second operand must have the shape of the first, or be one sequence for the whole
 * batch; other broadcasts stay as they are.
 */
public final class FuseSkipNorm implements BlockTransform {

    private static final int RANK = 3;
    private static final String FUSED = "SkipLayerNormalization";

    /** Creates the transform; called by ServiceLoader. */
    public FuseSkipNorm() {}

    @Override
    public Phase phase() {
        return Phase.TUNE;
    }

    @Override
    public int order() {
        return 100;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.target().isHere();
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        List<Node> norms =
                graph.nodes().stream()
                        .filter(node -> node.op().isOnnx("LayerNormalization"))
                        .toList();
        if (norms.isEmpty()) {
            return graph;
        }
        ShapeInference shapes = new ShapeInference(graph, context.catalog());
        GraphEditor editor = graph.edit();
        boolean changed = false;
        for (Node norm : norms) {
            OpSpec spec = context.catalog().spec(norm);
            Optional<Node> sum =
                    spec.input(norm, Port.DATA)
                            .flatMap(graph::producer)
                            .filter(node -> context.catalog().role(node) == Role.ADD)
                            .filter(node -> node.inputs().size() == 2);
            if (sum.isEmpty()) {
                context.didNotFire(name(), norm.name(), "no sum stands before it");
                continue;
            }
            String obstacle = obstacle(graph, spec, norm);
            int skip = skip(shapes, sum.get());
            if (obstacle.isEmpty() && skip < 0) {
                obstacle = "the operands of the sum are not known to have one shape";
            }
            if (!obstacle.isEmpty()) {
                context.didNotFire(name(), norm.name(), obstacle);
                continue;
            }
            fuse(editor, graph, spec, norm, sum.get(), skip);
            context.fired(name(), norm.name(), "took in the sum " + sum.get().name());
            changed = true;
        }
        return changed ? editor.opset(OpType.MICROSOFT, 1).build() : graph;
    }

    private static String obstacle(Graph graph, OpSpec spec, Node norm) {
        long axis = norm.intAttribute("axis", -1);
        if (axis != -1 && axis != RANK - 1) {
            return "it normalizes over more than the last axis";
        }
        if (norm.outputs().stream().filter(output -> !output.isEmpty()).count() > 1) {
            return "its mean or deviation is read too";
        }
        boolean plain =
                isVector(graph, spec.input(norm, Port.WEIGHT))
                        && (spec.input(norm, Port.BIAS).isEmpty()
                                || isVector(graph, spec.input(norm, Port.BIAS)));
        return plain ? "" : "its scale or shift is no constant float vector";
    }

    private static boolean isVector(Graph graph, Optional<String> value) {
        return value.flatMap(graph::constant)
                .filter(t -> t.dataType() == DataType.FLOAT && t.shape().rank() == 1)
                .isPresent();
    }

    /** Which operand may be the second one of the fused operator; -1 if none. */
    private static int skip(ShapeInference shapes, Node sum) {
        Optional<List<Extent>> left = extents(shapes, sum.input(0));
        Optional<List<Extent>> right = extents(shapes, sum.input(1));
        if (left.isEmpty() || right.isEmpty()) {
            return -1;
        }
        if (fits(right.get(), left.get())) {
            return 1;
        }
        return fits(left.get(), right.get()) ? 0 : -1;
    }

    private static Optional<List<Extent>> extents(ShapeInference shapes, String value) {
        return shapes.type(value)
                .filter(type -> type.dataType() == DataType.FLOAT && type.shape().rank() == RANK)
                .flatMap(type -> shapes.extents(value));
    }

    private static boolean fits(List<Extent> skip, List<Extent> x) {
        return (skip.get(0).equals(x.get(0)) || skip.get(0).is(1))
                && skip.get(1).fits(x.get(1))
                && skip.get(2).equals(x.get(2));
    }

    private static void fuse(
            GraphEditor editor, Graph graph, OpSpec spec, Node norm, Node sum, int skip) {
        String made = sum.output();
        boolean needed = graph.isOutput(made) || graph.consumers(made).size() > 1;
        String gamma = spec.input(norm, Port.WEIGHT).orElseThrow();
        List<String> reads =
                spec.input(norm, Port.BIAS)
                        .map(beta -> List.of(sum.input(1 - skip), sum.input(skip), gamma, beta))
                        .orElse(List.of(sum.input(1 - skip), sum.input(skip), gamma));
        List<String> outputs =
                needed ? List.of(norm.output(), "", "", made) : List.of(norm.output());
        float epsilon = norm.floatAttribute("epsilon", 1e-5f);
        editor.remove(sum.name());
        editor.put(
                norm.withOp(new OpType(OpType.MICROSOFT, FUSED))
                        .withInputs(reads)
                        .withOutputs(outputs)
                        .withAttributes(Map.of("epsilon", new Attribute.FloatAttribute(epsilon))));
    }
}
