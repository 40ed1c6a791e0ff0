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

import io.github.djlquant.graph.Attribute;
import io.github.djlquant.graph.Dimension;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.OpType;
import io.github.djlquant.graph.Shape;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.graph.ValueType;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import io.github.djlquant.op.Role;
import io.github.djlquant.op.Window;
import io.github.djlquant.transform.BlockTransform;
import io.github.djlquant.transform.Phase;
import io.github.djlquant.transform.TransformContext;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets a first convolution that skips every other row read two rows of the network's input as one
 * with twice the channels.
 *
 * <pre>
 *    x [N, C, H, W]                      x [N, C, H, W]
 *    |                                   |
 *    conv [O, C, 3, 3], strides 2, 2     reshape   [N, C, H/2, 2, W]
 *                                        transpose [N, C, 2, H/2, W]
 *                               =&gt;       reshape   [N, 2C, H/2, W]
 *                                        |
 *                                        conv [O, 2C, 2, 3], strides 1, 2
 * </pre>
 *
 * <p>Row 2y + i of the input becomes row y of channel 2c + i, and a kernel row that lies d rows
 * below the output's row 2y (above, if d is negative) belongs to row floor(d / 2) of the stacked
 * input. The function stays the same. The engine turns channels innermost eight at a time and
 * gathers patches by kernel position, so that few wide positions beat many narrow ones: the first
 * layer of MobileNetV2, with its input's way there, takes half the time together with {@link
 * AlignChannels}, which appends zeros to the six channels.
 */
public final class StackInputRows implements BlockTransform {

    private static final int FEW_CHANNELS = 4;

    /** Creates the transform; called by ServiceLoader. */
    public StackInputRows() {}

    @Override
    public Phase phase() {
        return Phase.EQUALIZE;
    }

    @Override
    public int order() {
        return 200;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.statistics().isPresent() && context.target().kernels().stacksRows();
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        ChannelSets sets = new ChannelSets(graph, context);
        GraphEditor editor = graph.edit();
        boolean changed = false;
        for (Node node : graph.nodes()) {
            if (context.catalog().role(node) != Role.CONVOLUTION
                    || !sets.isBeforeLayers(node.input(0))) {
                continue;
            }
            Optional<String> obstacle = obstacle(graph, context, sets, node);
            if (obstacle.isPresent()) {
                context.didNotFire(name(), node.name(), obstacle.get());
                continue;
            }
            stack(graph, context, editor, node, sets.weight(node).orElseThrow());
            context.fired(name(), node.name(), "reads two rows of its input as one");
            changed = true;
        }
        return changed ? editor.build() : graph;
    }

    private static Optional<String> obstacle(
            Graph graph, TransformContext context, ChannelSets sets, Node node) {
        if (!context.recipe().scope().holds(node.name(), node.op().name())) {
            return Optional.of("the recipe's scope leaves it out");
        }
        Optional<Tensor> weight = sets.weight(node);
        if (!sets.isDirect(node)
                || weight.get().shape().rank() != 4
                || weight.get().shape().size(1) > FEW_CHANNELS) {
            return Optional.of("it is no plain convolution of few channels to many");
        }
        Optional<Rows> rows = Rows.of(context, node, weight.get().shape());
        if (rows.isEmpty()) {
            return Optional.of("it reads every row, or rows further apart");
        }
        Shape shape = graph.shape(node.input(0)).orElse(null);
        if (shape == null || shape.rank() != 4 || shape.size(2) < 0 || shape.size(2) % 2 != 0) {
            return Optional.of("the number of its input's rows is not known to be even");
        }
        return rows.get().bottom(shape.size(2)) < 0
                ? Optional.of("it leaves the last rows out")
                : Optional.empty();
    }

    private static void stack(
            Graph graph, TransformContext context, GraphEditor editor, Node node, Tensor weight) {
        String data = node.input(0);
        long channels = weight.shape().size(1);
        long rows = graph.shape(data).orElseThrow().size(2);
        Rows kernel = Rows.of(context, node, weight.shape()).orElseThrow();
        ValueType.TensorType type = (ValueType.TensorType) graph.type(data);
        Dimension batch = type.shape().dimensions().get(0);
        Dimension width = type.shape().dimensions().get(3);
        String pairs = reshape(editor, data, data + "_row_pairs", 0, channels, rows / 2, 2, -1);
        tell(editor, pairs, type, batch, fixed(channels), fixed(rows / 2), fixed(2), width);
        String turned = editor.freshName(data + "_rows_apart");
        editor.make(
                OpType.onnx("Transpose"),
                List.of(pairs),
                Map.of("perm", ints(0, 1, 3, 2, 4)),
                turned);
        tell(editor, turned, type, batch, fixed(channels), fixed(2), fixed(rows / 2), width);
        String stacked = reshape(editor, turned, data + "_stacked", 0, 2 * channels, rows / 2, -1);
        tell(editor, stacked, type, batch, fixed(2 * channels), fixed(rows / 2), width);
        OpSpec spec = context.catalog().spec(node);
        Node stackedNode =
                node.withInput(spec.ports().get(Port.DATA), stacked)
                        .withInput(
                                spec.ports().get(Port.WEIGHT),
                                editor.newConstant(
                                        spec.input(node, Port.WEIGHT).orElseThrow() + "_stacked",
                                        kernel.stacked(weight)));
        editor.put(spec.layer().windows().with(stackedNode, kernel.window(rows)));
        context.statistics()
                .flatMap(table -> table.get(data))
                .ifPresent(seen -> context.derive(stacked, seen.repeatedChannels(2)));
    }

    private static void tell(
            GraphEditor editor, String value, ValueType.TensorType like, Dimension... sizes) {
        editor.type(value, new ValueType.TensorType(like.dataType(), new Shape(List.of(sizes))));
    }

    private static Dimension fixed(long size) {
        return new Dimension.Fixed(size);
    }

    private static Attribute ints(long... values) {
        return new Attribute.IntsAttribute(Arrays.stream(values).boxed().toList());
    }

    private static String reshape(GraphEditor editor, String from, String wanted, long... sizes) {
        String made = editor.freshName(wanted);
        String shape = editor.newConstant(made + "_shape", Tensor.ofLongs(sizes, sizes.length));
        editor.make(OpType.onnx("Reshape"), List.of(from, shape), Map.of(), made);
        return made;
    }

    /** Where a kernel of stride 2 lies in rows, and in pairs of rows. */
    private record Rows(
            long height,
            long width,
            long top,
            long left,
            long belowInput,
            long right,
            long strideX,
            long dilationX) {

        /** Empty unless the convolution skips every other row and nothing else. */
        static Optional<Rows> of(TransformContext context, Node node, Shape weight) {
            return context.catalog()
                    .spec(node)
                    .layer()
                    .window(node)
                    .filter(w -> w.fits(2) && !w.keepsExtents())
                    .filter(w -> w.stride(0) == 2 && w.dilation(0) == 1)
                    .map(
                            w ->
                                    new Rows(
                                            weight.size(2),
                                            weight.size(3),
                                            w.before(0),
                                            w.before(1),
                                            w.behind(0),
                                            w.behind(1),
                                            w.stride(1),
                                            w.dilation(1)));
        }

        /** The window over pairs of rows, of an input with so many rows. */
        Window window(long rows) {
            return new Window(
                    List.of(blocks(), width),
                    List.of(1L, strideX),
                    List.of(above(), left, bottom(rows), right),
                    List.of(1L, dilationX),
                    1,
                    false,
                    false);
        }

        /** Pairs of rows of padding above the input. */
        long above() {
            return (top + 1) / 2;
        }

        /** Pairs of rows that the kernel touches. */
        long blocks() {
            return Math.floorDiv(height - 1 - top, 2) + above() + 1;
        }

        /** Pairs of rows of padding below the input, so that it gives as many rows as before. */
        long bottom(long rows) {
            long outputs = (rows + top + belowInput - height) / 2 + 1;
            return outputs - 1 + blocks() - above() - rows / 2;
        }

        /** [O, C, height, width] to [O, 2C, blocks, width]. */
        Tensor stacked(Tensor weight) {
            int outputs = (int) weight.shape().size(0);
            int channels = (int) weight.shape().size(1);
            int wide = (int) width;
            int tall = (int) blocks();
            float[] values = weight.toFloats();
            float[] made = new float[outputs * 2 * channels * tall * wide];
            for (int row = 0; row < outputs * channels; row++) {
                for (int y = 0; y < height; y++) {
                    int below = (int) (y - top);
                    int block = (int) (Math.floorDiv(below, 2) + above());
                    int channel = 2 * row + Math.floorMod(below, 2);
                    System.arraycopy(
                            values,
                            (int) (row * height + y) * wide,
                            made,
                            (channel * tall + block) * wide,
                            wide);
                }
            }
            return Tensor.ofFloats(made, outputs, 2L * channels, tall, wide);
        }
    }
}
