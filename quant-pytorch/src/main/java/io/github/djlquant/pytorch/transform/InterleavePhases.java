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

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.pytorch.op.Argument;
import io.github.djlquant.pytorch.op.Call;
import io.github.djlquant.pytorch.op.LiteralArguments;
import io.github.djlquant.transform.fuse.PhaseAxis;
import io.github.djlquant.transform.fuse.PhaseWeights;
import io.github.djlquant.transform.fuse.SplitIntoPhases;
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
public final class InterleavePhases extends SplitIntoPhases {

    /** Groups of fewer channels are computed and moved byte by byte. */
    private static final int LEAST_CHANNELS = 8;

    /** Creates the transform; called by ServiceLoader. */
    public InterleavePhases() {}

    @Override
    protected String dialect() {
        return OpType.ATEN;
    }

    @Override
    protected Optional<List<Long>> outputPadding(Node node) {
        return LiteralArguments.of(node).integers("output_padding");
    }

    @Override
    protected Optional<String> obstacle(Graph graph, PhaseWeights phases) {
        return fewProducts(phases).or(() -> narrowGroups(phases));
    }

    private static Optional<String> narrowGroups(PhaseWeights phases) {
        boolean narrow =
                phases.inputs() < LEAST_CHANNELS
                        || phases.groups() > 1 && phases.outputs() < LEAST_CHANNELS;
        return narrow ? Optional.of("its groups have too few channels") : Optional.empty();
    }

    @Override
    protected Node convolution(
            Node node, PhaseWeights phases, String weight, Optional<String> bias, String output) {
        List<PhaseAxis> axes = phases.axes();
        List<Argument> arguments =
                List.of(
                        Argument.of(node.input(0)),
                        Argument.of(weight),
                        bias.map(Argument::of).orElse(Argument.NONE),
                        Argument.literal(axes.stream().map(axis -> 1L).toList()),
                        Argument.literal(axes.stream().map(PhaseAxis::padding).toList()),
                        Argument.literal(axes.stream().map(PhaseAxis::dilation).toList()),
                        Argument.literal((long) phases.groups()));
        OpType convolution = new OpType(OpType.ATEN, "conv" + axes.size() + "d");
        return new Call(convolution, arguments).node(node.name(), List.of(output));
    }

    @Override
    protected void interleave(
            Graph graph,
            Node node,
            PhaseWeights phases,
            GraphEditor editor,
            String from,
            String to) {
        new Interleaving(editor, phases).put(from, to);
    }
}
