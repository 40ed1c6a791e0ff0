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
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.op.Window;
import io.github.djlquant.recipe.Fusion;
import io.github.djlquant.scheme.QuantParams;
import io.github.djlquant.scheme.QuantType;
import io.github.djlquant.transform.NodeRewrite;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Takes the normalization of pixels into the first convolution, which then reads the pixels
 * themselves: they are integers already, and quantizing them again loses nothing.
 *
 * <pre>
 *   x:uint8                                   x:uint8
 *     |                                         |
 *   Cast, Transpose                          Transpose
 *     |                                         |
 *   a x + c  (Div, Sub, Mul, Add)    =&gt;       Cast - z        (scale 1, zero point z)
 *     |                                         |
 *   conv(w, b), zero padding                 conv(a w, b + sum w (a z + c))
 * </pre>
 *
 * a and c are one number per channel, z is the integer nearest to the mean pixel -c/a. Where
 * channels have different means, padding with zeros stands for another pixel than the padding of
 * the source. The convolution then gets one more input channel: 0 in the image, so -z once z is
 * subtracted, and 0 in the padding, with the weight -sum w (a z + c) / z in place of the addition
 * to the bias.
 */
public final class FoldNormalization extends NodeRewrite {

    private static final ValueType PIXELS = new ValueType.TensorType(DataType.UINT8, null);

    /** Pad takes integers from this opset on. */
    private static final long PADS_INTEGERS = 13;

    /** What of a channel's standard deviation is no more than the rounding of floats. */
    private static final double NOTHING = 1e-6;

    /** Creates the transform; called by ServiceLoader. */
    public FoldNormalization() {}

    @Override
    public Phase phase() {
        return Phase.FUSE;
    }

    /** Behind the batch norms: their layer's weight is final then. */
    @Override
    public int order() {
        return 200;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.recipe().fusion() != Fusion.NONE;
    }

    @Override
    protected Outcome rewrite(Graph graph, Node node, TransformContext context) {
        if (context.catalog().role(node) != Role.CONVOLUTION) {
            return Outcome.unconcerned();
        }
        return PixelChain.before(graph, node, context)
                .map(chain -> fold(graph, node, chain, context))
                .orElse(Outcome.unconcerned());
    }

    private static Outcome fold(
            Graph graph, Node node, PixelChain chain, TransformContext context) {
        OpSpec spec = context.catalog().spec(node);
        Centered centered = Centered.of(chain);
        Optional<String> obstacle = obstacle(graph, node, context);
        boolean ownChannel = obstacle.isEmpty() && !centered.isExact() && pads(spec, node);
        if (ownChannel) {
            obstacle = noFurtherChannel(graph, centered);
        }
        if (obstacle.isPresent()) {
            return new Outcome.Left(obstacle.get());
        }
        GraphEditor editor = graph.edit();
        chain.nodes().forEach(step -> editor.remove(step.name()));
        String pixels = chain.pixels();
        for (Node move : chain.moves()) {
            String moved = editor.freshName(pixels + "_moved");
            editor.put(move.withInputs(List.of(pixels)).withOutputs(List.of(moved)))
                    .type(moved, PIXELS);
            pixels = moved;
        }
        FoldedWeights weights = FoldedWeights.of(graph, spec, node, chain, centered, ownChannel);
        if (ownChannel) {
            pixels = widened(editor, pixels, weights.weight().shape().rank());
        }
        String read = subtracted(editor, pixels, centered.zeroPoint());
        context.keep(read, QuantParams.perTensor(QuantType.UINT8, 1, centered.zeroPoint()));
        editor.put(weights.into(editor, spec, node.withInput(spec.ports().get(Port.DATA), read)));
        return new Outcome.Rewritten(
                editor.build(),
                "reads %" + chain.pixels() + " itself, with zero point " + centered.zeroPoint());
    }

    private static Optional<String> obstacle(Graph graph, Node node, TransformContext context) {
        OpSpec spec = context.catalog().spec(node);
        String weight = spec.input(node, Port.WEIGHT).orElse("");
        if (!isFloatConstant(graph, weight)) {
            return Optional.of("its weight is no float constant");
        }
        if (context.kept(weight).isPresent()) {
            return Optional.of("the source gave its weight a scale");
        }
        if (!spec.input(node, Port.BIAS).map(b -> isFloatConstant(graph, b)).orElse(true)) {
            return Optional.of("its bias is no float constant");
        }
        return spec.layer().window(node).filter(w -> w.groups() == 1).isEmpty()
                ? Optional.of("it is grouped")
                : spec.irregular().apply(graph, node);
    }

    private static boolean isFloatConstant(Graph graph, String value) {
        return graph.constant(value).filter(t -> t.dataType() == DataType.FLOAT).isPresent();
    }

    private static boolean pads(OpSpec spec, Node node) {
        Window window = spec.layer().window(node).orElseThrow();
        return window.keepsExtents() || window.pads().stream().anyMatch(zeros -> zeros != 0);
    }

    private static Optional<String> noFurtherChannel(Graph graph, Centered centered) {
        if (graph.opsets().getOrDefault(OpType.ONNX, 0L) < PADS_INTEGERS) {
            return Optional.of(
                    "its channels have different means, its padding needs a channel of its own,"
                            + " and integers are padded from opset "
                            + PADS_INTEGERS
                            + " on");
        }
        return centered.zeroPoint() == 0
                ? Optional.of("its mean pixel is no pixel, and it pads")
                : Optional.empty();
    }

    /** Appends a channel of zeros. */
    private static String widened(GraphEditor editor, String pixels, int rank) {
        long[] pads = new long[2 * rank];
        pads[rank + 1] = 1;
        String wide = editor.freshName(pixels + "_widened");
        String counts = editor.newConstant(wide + "_pads", Tensor.ofLongs(pads, pads.length));
        editor.make(OpType.onnx("Pad"), List.of(pixels, counts), Map.of(), wide).type(wide, PIXELS);
        return wide;
    }

    private static String subtracted(GraphEditor editor, String pixels, int zeroPoint) {
        String floats = editor.freshName(pixels + "_float");
        editor.make(OpType.onnx("Cast"), List.of(pixels), Map.of("to", Attribute.of(1L)), floats);
        if (zeroPoint == 0) {
            return floats;
        }
        String centered = editor.freshName(pixels + "_centered");
        String number = editor.newConstant(centered + "_mean", Tensor.ofFloat(zeroPoint));
        editor.make(OpType.onnx("Sub"), List.of(floats, number), Map.of(), centered);
        return centered;
    }

    /**
     * The normalization of x - z.
     *
     * @param zeroPoint z, the integer nearest to the pixel that normalization makes 0, from 0 to
     *     255
     * @param rest what normalization makes of z, per channel
     */
    record Centered(int zeroPoint, double[] rest) {

        static Centered of(PixelChain chain) {
            int channels = chain.factor().length;
            double mean =
                    IntStream.range(0, channels)
                            .filter(i -> chain.factor()[i] != 0)
                            .mapToDouble(i -> -chain.shift()[i] / chain.factor()[i])
                            .average()
                            .orElse(0);
            int zeroPoint = (int) Math.max(0, Math.min(255, Math.rint(mean)));
            double[] rest = new double[channels];
            Arrays.setAll(rest, i -> chain.factor()[i] * zeroPoint + chain.shift()[i]);
            return new Centered(zeroPoint, rest);
        }

        boolean isExact() {
            return Arrays.stream(rest).allMatch(r -> Math.abs(r) < NOTHING);
        }
    }
}
