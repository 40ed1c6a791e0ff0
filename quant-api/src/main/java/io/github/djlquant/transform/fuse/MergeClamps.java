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
package io.github.djlquant.transform.fuse;

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.plan.Macs;
import io.github.djlquant.recipe.Fusion;
import io.github.djlquant.transform.NodeRewrite;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes one clamp of two.
 *
 * <pre>
 *   x                      x
 *   |                      |
 *   clamp to [a, b]   =&gt;   clamp to [min(max(a, c), d), min(max(b, c), d)]
 *   |                      |
 *   clamp to [c, d]        y
 *   |
 *   y
 * </pre>
 *
 * A plan takes up one clamp behind a layer into the range of its output; a second one would have to
 * be computed on floats, and would end the chain of integers. DJL's {@code relu6} is such a pair:
 * the larger of x and 0, then the smaller of that and 6.
 */
public final class MergeClamps extends NodeRewrite {

    /** From this opset on the limits are inputs. */
    private static final long LIMITS_ARE_INPUTS_SINCE = 11;

    /** Creates the transform; called by ServiceLoader. */
    public MergeClamps() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    /** Before whatever looks for the clamp behind a layer. */
    @Override
    public int order() {
        return 50;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.recipe().fusion() == Fusion.BATCH_NORM_ACTIVATION;
    }

    @Override
    protected Outcome rewrite(Graph graph, Node node, TransformContext context) {
        Optional<OpSpec.Clamp> second = clamp(graph, context.catalog(), node);
        if (second.isEmpty()) {
            return Outcome.unconcerned();
        }
        Node maker = graph.producer(node.input(0)).orElse(null);
        Optional<OpSpec.Clamp> first =
                maker == null ? Optional.empty() : clamp(graph, context.catalog(), maker);
        if (first.isEmpty()) {
            return Outcome.unconcerned();
        }
        String between = maker.output();
        if (graph.isOutput(between) || graph.consumers(between).size() > 1) {
            return new Outcome.Left("what is between both clamps is read elsewhere");
        }
        if (context.kept(between).isPresent()) {
            return new Outcome.Left("the source gave what is between both clamps a scale");
        }
        if (mayAddAnAxis(graph, maker, node, context)) {
            return new Outcome.Left("a number in an axis of its own gives that axis to a scalar");
        }
        OpSpec.Clamp both = both(first.get(), second.get());
        if (both.min() == 0 && both.max() == Double.POSITIVE_INFINITY) {
            return Outcome.unconcerned();
        }
        GraphEditor editor = graph.edit();
        editor.remove(maker.name());
        editor.put(clip(graph, editor, node, maker.input(0), both));
        return new Outcome.Rewritten(editor.build(), "one clamp with " + maker.name());
    }

    private static Optional<OpSpec.Clamp> clamp(Graph graph, OpCatalog catalog, Node node) {
        return catalog.spec(node).clamp().apply(graph, node);
    }

    /** The larger of a scalar and a vector of one number is a vector; what is clipped stays. */
    private static boolean mayAddAnAxis(
            Graph graph, Node first, Node second, TransformContext context) {
        boolean hasAxis =
                Stream.of(first, second)
                        .flatMap(node -> node.inputs().stream().skip(1))
                        .flatMap(limit -> graph.constant(limit).stream())
                        .anyMatch(limit -> limit.shape().rank() > 0);
        return hasAxis
                && new Macs(graph, context.catalog(), context.sample())
                        .extents(first.input(0))
                        .filter(extents -> extents.length > 0)
                        .isEmpty();
    }

    private static OpSpec.Clamp both(OpSpec.Clamp first, OpSpec.Clamp second) {
        return new OpSpec.Clamp(limited(first.min(), second), limited(first.max(), second));
    }

    private static double limited(double value, OpSpec.Clamp clamp) {
        return Math.min(Math.max(value, clamp.min()), clamp.max());
    }

    private static Node clip(
            Graph graph, GraphEditor editor, Node node, String read, OpSpec.Clamp limits) {
        OpType clip = OpType.onnx("Clip");
        boolean below = limits.min() != Double.NEGATIVE_INFINITY;
        boolean above = limits.max() != Double.POSITIVE_INFINITY;
        Long opset = graph.opsets().get(OpType.ONNX);
        if (opset != null && opset < LIMITS_ARE_INPUTS_SINCE) {
            Map<String, Attribute> attributes = new LinkedHashMap<>();
            if (below) {
                attributes.put("min", Attribute.of((float) limits.min()));
            }
            if (above) {
                attributes.put("max", Attribute.of((float) limits.max()));
            }
            return new Node(node.name(), clip, List.of(read), node.outputs(), attributes);
        }
        List<String> inputs = new ArrayList<>(List.of(read));
        inputs.add(below ? number(editor, node.output() + "_min", limits.min()) : "");
        if (above) {
            inputs.add(number(editor, node.output() + "_max", limits.max()));
        }
        return new Node(node.name(), clip, inputs, node.outputs(), Map.of());
    }

    private static String number(GraphEditor editor, String name, double value) {
        return editor.newConstant(name, Tensor.ofFloat((float) value));
    }
}
