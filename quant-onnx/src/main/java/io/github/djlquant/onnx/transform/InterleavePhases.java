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
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.onnx.op.OnnxOpCatalog;
import io.github.djlquant.plan.Macs;
import io.github.djlquant.transform.fuse.PhaseAxis;
import io.github.djlquant.transform.fuse.PhaseWeights;
import io.github.djlquant.transform.fuse.SplitIntoPhases;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Computes a transposed convolution as a convolution that makes all phases of its output at once,
 * which then lie between each other.
 *
 * <pre>
 *   x [N, C, H, W]                              x [N, C, H, W]
 *   |                                           |
 *   ConvTranspose (w [C, O, k, k], strides s)   Conv (w' [s s O, C, k / s, k / s])
 *   |                                           |
 *   Relu                                 =&gt;     Relu
 *   |                                           |
 *   y [N, O, s H, s W]                          Transpose   [N, H, W, s s O]
 *                                               Reshape     [N, H, W, s, s, O]
 *                                               Transpose   [N, H, s, W, s, O]
 *                                               Reshape     [N, s H, s W, O]
 *                                               Transpose   [N, O, s H, s W]
 *                                               Slice       what is padding, if there is any
 *                                               |
 *                                               y
 * </pre>
 *
 * Where both H and W are open, a Reshape and a Transpose more move one axis after the other. ONNX
 * Runtime has no integer kernel for ConvTranspose; the convolution has one, and whatever moves its
 * output moves bytes. (DepthToSpace takes up to twice as long as floats where channels are few, and
 * that of 1.21.1 moves no signed bytes.)
 *
 * <p>Measured between two convolutions on integers with 1.29.0 (AVX512-VNNI, one thread; 1.21.1 is
 * within a tenth), ratios of the time with DequantizeLinear, ConvTranspose, Relu and QuantizeLinear
 * to that with this form, in brackets with open extents: kernel 4, stride 2, 512 channels to 256 of
 * 8 x 8 points: 4.5 (5.0), 128 to 64 of 32 x 32: 4.8 (4.5), 16 to 16: 3.0 (1.5), 8 to 8: 1.7 (1.6),
 * 64 to 3: 1.1 (0.8), 32 to 3: 1.1 (0.7); kernel and stride 2, 512 to 256: 4.3 (4.4), 64 to 32: 3.0
 * (1.8), 32 to 16: 2.2 (1.05), 16 to 8: 1.1 (1.1); kernel 3, stride 2, which leaves 7 of 16
 * products with zeros, 128 to 128: 3.2 (3.1), 32 to 32: 2.5 (1.6); stride 1, 64 to 64: 5.3; kernel
 * 16, stride 8, 64 to 32: 5.3 (3.8); kernel 4, stride 2, 64 channels in 4 groups: 2.3, 256 in 16
 * groups: 2.5, in groups of one: 0.28.
 */
public final class InterleavePhases extends SplitIntoPhases {

    /** Fewer channels are gathered and moved byte by byte. */
    private static final int LEAST_CHANNELS = 8;

    /** The opset since which the bounds of a slice are inputs. */
    private static final long SINCE = 10;

    /** Creates the transform; called by ServiceLoader. */
    public InterleavePhases() {}

    @Override
    protected String dialect() {
        return OpType.ONNX;
    }

    @Override
    protected Optional<List<Long>> outputPadding(Node node) {
        boolean plain =
                List.of("NOTSET", "VALID").contains(node.stringAttribute("auto_pad", "NOTSET"))
                        && node.intsAttribute("output_shape").isEmpty();
        return plain ? Optional.of(node.intsAttribute("output_padding")) : Optional.empty();
    }

    @Override
    protected Optional<String> obstacle(Graph graph, PhaseWeights phases) {
        if (graph.opsets().getOrDefault(OpType.ONNX, 0L) < SINCE) {
            return Optional.of("slices have other forms before opset " + SINCE);
        }
        if (phases.axes().size() > 2) {
            return Optional.of("it has more than two axes");
        }
        return fewProducts(phases).or(() -> fewChannels(phases));
    }

    private static Optional<String> fewChannels(PhaseWeights phases) {
        return phases.inputs() < LEAST_CHANNELS || phases.outputs() < LEAST_CHANNELS
                ? Optional.of("it has too few channels, or its groups have")
                : Optional.empty();
    }

    /** The extents of the interleaved axes, -1 for those that are open. */
    private static long[] positions(Graph graph, Node node, PhaseWeights phases) {
        List<PhaseAxis> axes = phases.axes();
        long[] known = new Macs(graph, OnnxOpCatalog.catalog()).extents(node.input(0)).orElse(null);
        long[] positions = new long[axes.size()];
        for (int i = 0; i < positions.length; i++) {
            boolean open =
                    known == null || known.length != positions.length + 2 || known[i + 2] < 0;
            positions[i] = open ? -1 : axes.get(i).phases() * axes.get(i).positions(known[i + 2]);
        }
        return positions;
    }

    @Override
    protected Node convolution(
            Node node, PhaseWeights phases, String weight, Optional<String> bias, String output) {
        List<PhaseAxis> axes = phases.axes();
        List<String> inputs = new ArrayList<>(List.of(node.input(0), weight));
        bias.ifPresent(inputs::add);
        List<Long> pads = new ArrayList<>();
        for (int end = 0; end < 2; end++) {
            axes.forEach(axis -> pads.add(axis.padding()));
        }
        Map<String, Attribute> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", integers(axes.stream().map(PhaseAxis::taps).toList()));
        attributes.put("pads", integers(pads));
        attributes.put("dilations", integers(axes.stream().map(PhaseAxis::dilation).toList()));
        attributes.put("group", Attribute.of(phases.groups()));
        return new Node(node.name(), OpType.onnx("Conv"), inputs, List.of(output), attributes);
    }

    private static Attribute integers(List<Long> values) {
        return new Attribute.IntsAttribute(values);
    }

    @Override
    protected void interleave(
            Graph graph,
            Node node,
            PhaseWeights phases,
            GraphEditor editor,
            String from,
            String to) {
        Moves moves = new Moves(editor, to);
        if (phases.phases() > 1) {
            moves.interleave(phases, positions(graph, node, phases));
        }
        moves.cut(phases.axes());
        moves.put(from);
    }
}
