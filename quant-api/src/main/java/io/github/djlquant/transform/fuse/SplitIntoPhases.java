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

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.op.Window;
import io.github.djlquant.plan.Macs;
import io.github.djlquant.recipe.Method;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.transform.NodeRewrite;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Computes a transposed convolution as a convolution that makes all phases of its output at once,
 * which then are moved to their places between each other.
 *
 * <pre>
 *   x [N, C, H, W]                            x [N, C, H, W]
 *   |                                         |
 *   transposed (w [C, O, k, k], stride s)     convolution (w' [s s O, C, k / s, k / s])
 *   |                                         |
 *   relu                               =&gt;     relu
 *   |                                         |
 *   y [N, O, s H, s W]                        interleave
 *                                             |
 *                                             cut off what is padding, if there is any
 *                                             |
 *                                             y
 * </pre>
 *
 * {@link PhaseAxis} and {@link PhaseWeights} hold the formulas. With stride 1 it is a convolution
 * with the kernel turned around, and nothing is moved. From there on it is a convolution like any
 * other. A dialect says by which operators, and where they take less time than what they replace.
 */
public abstract class SplitIntoPhases extends NodeRewrite {

    /** What is sorted lies in arrays. */
    private static final long LARGEST = 1 << 30;

    /** Fewer products for each element of the output cost as much as moving it does. */
    private static final long LEAST_PRODUCTS = 32;

    /** Creates the transform. */
    protected SplitIntoPhases() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    /** Behind FoldBatchNorm, which knows transposed convolutions. */
    @Override
    public int order() {
        return 150;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.recipe().method() == Method.STATIC;
    }

    /**
     * Returns the dialect of the operators that are replaced.
     *
     * @return its name
     */
    protected abstract String dialect();

    /**
     * Returns the positions that are kept at the end of each axis.
     *
     * @param node a transposed convolution
     * @return one number for each axis, or one for all, or none; empty if they are not known
     */
    protected abstract Optional<List<Long>> outputPadding(Node node);

    /**
     * Says why this form should not replace a node, although it could.
     *
     * @param graph the graph
     * @param phases what would replace it
     * @return the reason; empty if it should
     */
    protected abstract Optional<String> obstacle(Graph graph, PhaseWeights phases);

    /**
     * Says where the result takes as long to move as to compute, in every engine.
     *
     * @param phases what would replace a transposed convolution
     * @return the reason; empty if it does not
     */
    protected static Optional<String> fewProducts(PhaseWeights phases) {
        return phases.products() < LEAST_PRODUCTS
                ? Optional.of("too few products for each element of its output")
                : Optional.empty();
    }

    /**
     * Makes the convolution.
     *
     * @param node the transposed one
     * @param phases how it falls into phases
     * @param weight the name of the sorted weight
     * @param bias the name of the repeated bias; empty if there is none
     * @param output what it is to make, [N, groups * phases * out / groups, positions ...]
     * @return the node
     */
    protected abstract Node convolution(
            Node node, PhaseWeights phases, String weight, Optional<String> bias, String output);

    /**
     * Adds what moves the phases to their places and cuts off what is padding.
     *
     * @param graph the graph before
     * @param node the transposed convolution
     * @param phases of which {@link PhaseWeights#isMoved} is true
     * @param editor takes the nodes
     * @param from what the convolution makes
     * @param to the value that gets the result, [N, out, positions ...]
     */
    protected abstract void interleave(
            Graph graph,
            Node node,
            PhaseWeights phases,
            GraphEditor editor,
            String from,
            String to);

    @Override
    protected final Outcome rewrite(Graph graph, Node node, TransformContext context) {
        if (!node.op().dialect().equals(dialect())
                || context.catalog().role(node) != Role.TRANSPOSED_CONVOLUTION) {
            return Outcome.unconcerned();
        }
        if (!context.recipe().scope().holds(node.name(), node.op().name())) {
            return new Outcome.Left("the recipe's scope leaves it out");
        }
        OpSpec spec = context.catalog().spec(node);
        Optional<Window> window = spec.layer().window(node);
        Optional<List<Long>> more = outputPadding(node);
        if (window.isEmpty() || more.isEmpty()) {
            return new Outcome.Left("its stride, padding, dilation or groups are computed");
        }
        String weightName = spec.input(node, Port.WEIGHT).orElse("");
        Optional<Tensor> weight = floats(graph, weightName).filter(w -> isWeight(w, window.get()));
        Optional<String> biasName = spec.input(node, Port.BIAS);
        if (weight.isEmpty() || biasName.filter(b -> floats(graph, b).isEmpty()).isPresent()) {
            return new Outcome.Left("its weight or bias is no float constant");
        }
        if (!isBatched(graph, node, weight.get(), context)) {
            return new Outcome.Left("its input has no batch axis");
        }
        Optional<PhaseWeights> phases = phases(weight.get(), window.get(), more.get());
        if (phases.isEmpty()) {
            return new Outcome.Left("with both stride and dilation most products would be zeros");
        }
        if (phases.get().elements() > LARGEST) {
            return new Outcome.Left("its weight has more than " + LARGEST + " elements");
        }
        Optional<String> obstacle = obstacle(graph, phases.get());
        if (obstacle.isPresent()) {
            return new Outcome.Left(obstacle.get());
        }
        Optional<QuantParams> kept = context.kept(weightName);
        if (kept.isPresent() && kept.flatMap(phases.get()::sorted).isEmpty()) {
            return new Outcome.Left("the source gave its weight scales of input channels");
        }
        return new Outcome.Rewritten(
                replaced(graph, node, phases.get(), context), "a convolution makes its phases");
    }

    private static Optional<Tensor> floats(Graph graph, String value) {
        return graph.constant(value).filter(t -> t.dataType() == DataType.FLOAT);
    }

    private static boolean isWeight(Tensor weight, Window window) {
        Shape shape = weight.shape();
        return shape.rank() >= 3
                && shape.rank() <= 5
                && weight.elementCount() > 0
                && window.fits(shape.rank() - 2)
                && window.groups() > 0
                && shape.size(0) % window.groups() == 0;
    }

    /** libtorch takes a single sample too, without the first axis. */
    private static boolean isBatched(
            Graph graph, Node node, Tensor weight, TransformContext context) {
        return new Macs(graph, context.catalog(), context.sample())
                .extents(node.input(0))
                .filter(extents -> extents.length != weight.shape().rank())
                .isEmpty();
    }

    private static Optional<PhaseWeights> phases(Tensor weight, Window window, List<Long> more) {
        List<PhaseAxis> axes = new ArrayList<>();
        for (int i = 0; i < weight.shape().rank() - 2; i++) {
            long kernel = weight.shape().size(i + 2);
            if (!PhaseAxis.fits(kernel, window.stride(i), window.dilation(i))) {
                return Optional.empty();
            }
            axes.add(
                    PhaseAxis.of(
                            kernel,
                            window.stride(i),
                            window.before(i),
                            window.behind(i),
                            window.dilation(i),
                            more.isEmpty() ? 0 : more.get(Math.min(i, more.size() - 1))));
        }
        int groups = Math.toIntExact(window.groups());
        return Optional.of(
                new PhaseWeights(
                        (int) weight.shape().size(0) / groups,
                        (int) weight.shape().size(1),
                        groups,
                        axes));
    }

    private Graph replaced(Graph graph, Node node, PhaseWeights phases, TransformContext context) {
        OpSpec spec = context.catalog().spec(node);
        GraphEditor editor = graph.edit();
        String weightName = spec.input(node, Port.WEIGHT).orElseThrow();
        String weight =
                editor.newConstant(
                        weightName + "_phases",
                        phases.sorted(graph.constant(weightName).orElseThrow()));
        context.kept(weightName)
                .flatMap(phases::sorted)
                .ifPresent(params -> context.keep(weight, params));
        Optional<String> bias =
                spec.input(node, Port.BIAS)
                        .map(
                                name ->
                                        editor.newConstant(
                                                name + "_phases",
                                                phases.repeated(
                                                        graph.constant(name).orElseThrow())));
        // It stays with the convolution: it belongs into its kernel.
        Optional<Node> clamp = context.catalog().attachedClamp(graph, node);
        String result = clamp.orElse(node).output();
        String made = phases.isMoved() ? editor.freshName(result + "_phases") : result;
        String convolved = clamp.isPresent() ? editor.freshName(node.output() + "_phases") : made;
        editor.put(convolution(node, phases, weight, bias, convolved));
        clamp.ifPresent(c -> editor.put(c.withInput(0, convolved).withOutputs(List.of(made))));
        context.kept(result).ifPresent(params -> context.keep(made, params));
        if (phases.isMoved()) {
            interleave(graph, node, phases, editor, made, result);
        }
        return editor.build();
    }
}
