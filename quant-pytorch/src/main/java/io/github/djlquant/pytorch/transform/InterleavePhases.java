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
package io.github.djlquant.pytorch.transform;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.op.Window;
import io.github.djlquant.plan.Macs;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.LiteralArguments;
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
 * which then lie between each other.
 *
 * <pre>
 *   x [N, C, H, W]                          x [N, C, H, W]
 *   |                                       |
 *   conv_transpose2d (w [C, O, k, k], s)    conv2d (w' [s s O, C, k / s, k / s])
 *   |                                       |
 *   relu                              =&gt;    relu
 *   |                                       |
 *   y [N, O, s H, s W]                      permute     [N, H, W, s s O]
 *                                           unflatten   [N, H, W, s, s, O]
 *                                           permute     [N, H, s, W, s, O]
 *                                           flatten     [N, H, s, s W, O], [N, s H, s W, O]
 *                                           permute     [N, O, s H, s W]
 *                                           slice       what is padding, if there is any
 *                                           |
 *                                           y
 * </pre>
 *
 * {@link PhaseAxis} and {@link PhaseWeights} hold the formulas. With stride 1 it is a convolution
 * with the kernel turned around, and nothing is moved.
 *
 * <p>libtorch 2.7.1 has kernels for transposed convolutions on integers ({@code
 * quantized::conv_transpose2d}), but none that is worth it: they take one scale for all weights,
 * oneDNN's is wrong, and FBGEMM's takes longer than floats more often than not (64 channels to 32
 * of 56 x 56 points, kernel and stride 2, one thread: dequantize, float, quantize 641 us, FBGEMM's
 * 1085 us; this form 209 us). A convolution has a scale per channel, is right in every library and
 * on every CPU, and takes the relu into its kernel.
 *
 * <p>Measured so, ratios of the time between dequantize and quantize to that of this form: kernel
 * and stride 2, 512 channels to 256: 4.5, 64 to 32: 3.1, 32 to 16: 1.9, 16 to 3: 1.0; kernel 4,
 * stride 2, 512 to 256: 3.8, 128 to 64: 3.3, 64 to 3: 2.6, 16 to 16: 1.4, 21 to 21: 0.9; kernel 3,
 * stride 2, which leaves 7 of 16 products with zeros, 128 to 128: 1.8, 32 to 32: 1.5; stride 1, 64
 * to 64: 3.0; kernel 16, stride 8, 64 to 32: 3.6; 256 channels in 16 groups: 2.7, in 4 groups of
 * 32: 1.4, in groups of one: 0.25. As FBGEMM computes it, which the target {@code any} takes, four
 * fifths of that.
 */
public final class InterleavePhases extends NodeRewrite {

    /** Fewer products for each element of the output cost as much as moving it does. */
    private static final long LEAST_PRODUCTS = 32;

    /** Groups of fewer channels are computed and moved byte by byte. */
    private static final int LEAST_CHANNELS = 8;

    /** What is sorted lies in arrays. */
    private static final long LARGEST = 1 << 30;

    /** Creates the transform; called by ServiceLoader. */
    public InterleavePhases() {}

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

    @Override
    protected Outcome rewrite(Graph graph, Node node, TransformContext context) {
        if (!node.op().dialect().equals(OpType.ATEN)
                || context.catalog().role(node) != Role.TRANSPOSED_CONVOLUTION) {
            return Outcome.unconcerned();
        }
        if (!context.recipe().scope().holds(node.name(), node.op().name())) {
            return new Outcome.Left("the recipe's scope leaves it out");
        }
        OpSpec spec = context.catalog().spec(node);
        Optional<Window> window = spec.layer().window(node);
        Optional<List<Long>> more = LiteralArguments.of(node).integers("output_padding");
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
        Optional<String> waste = waste(phases.get());
        if (waste.isPresent()) {
            return new Outcome.Left(waste.get());
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
            long kept = more.isEmpty() ? 0 : more.get(Math.min(i, more.size() - 1));
            axes.add(
                    PhaseAxis.of(
                            kernel, window.stride(i), window.before(i), window.dilation(i), kept));
        }
        int groups = Math.toIntExact(window.groups());
        return Optional.of(
                new PhaseWeights(
                        (int) weight.shape().size(0) / groups,
                        (int) weight.shape().size(1),
                        groups,
                        axes));
    }

    private static Optional<String> waste(PhaseWeights phases) {
        long products =
                phases.elements() / ((long) phases.groups() * phases.phases() * phases.outputs());
        if (products < LEAST_PRODUCTS) {
            return Optional.of("too few products for each element of its output");
        }
        if (phases.inputs() < LEAST_CHANNELS
                || phases.groups() > 1 && phases.outputs() < LEAST_CHANNELS) {
            return Optional.of("its groups have too few channels");
        }
        return phases.elements() > LARGEST
                ? Optional.of("its weight has more than " + LARGEST + " elements")
                : Optional.empty();
    }

    private static Graph replaced(
            Graph graph, Node node, PhaseWeights phases, TransformContext context) {
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
        Argument bias =
                spec.input(node, Port.BIAS)
                        .map(
                                name ->
                                        editor.newConstant(
                                                name + "_phases",
                                                phases.repeated(
                                                        graph.constant(name).orElseThrow())))
                        .map(Argument::of)
                        .orElse(Argument.NONE);
        // It stays with the convolution: it belongs into its kernel.
        Optional<Node> clamp = context.catalog().attachedClamp(graph, node);
        String result = clamp.orElse(node).output();
        Interleaving interleaving = new Interleaving(editor, phases);
        String made = interleaving.isNeeded() ? editor.freshName(result + "_phases") : result;
        String convolved = clamp.isPresent() ? editor.freshName(node.output() + "_phases") : made;
        List<PhaseAxis> axes = phases.axes();
        List<Argument> arguments =
                List.of(
                        Argument.of(node.input(0)),
                        Argument.of(weight),
                        bias,
                        Argument.literal(axes.stream().map(axis -> 1L).toList()),
                        Argument.literal(axes.stream().map(PhaseAxis::padding).toList()),
                        Argument.literal(axes.stream().map(PhaseAxis::dilation).toList()),
                        Argument.literal((long) phases.groups()));
        OpType convolution = new OpType(OpType.ATEN, "conv" + axes.size() + "d");
        editor.put(new Call(convolution, arguments).node(node.name(), List.of(convolved)));
        clamp.ifPresent(c -> editor.put(c.withInput(0, convolved).withOutputs(List.of(made))));
        context.kept(result).ifPresent(params -> context.keep(made, params));
        interleaving.put(made, result);
        return editor.build();
    }
}
