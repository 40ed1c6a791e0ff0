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

import io.github.djlquant.backend.Kernels;
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
import io.github.djlquant.transform.equalize.ChannelSets.ChannelSet;
import io.github.djlquant.transform.equalize.ChannelSets.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives integer convolutions the numbers of channels that the engine's fast kernels take: zeros are
 * appended until dense and depthwise convolutions have the multiples that the target asks for, here
 * 4 and 16.
 *
 * <pre>
 *    x [N, 3, H, W]                   x [N, 3, H, W]
 *    |                                |
 *    conv [32, 3, 3, 3]       =&gt;      pad with one channel of zeros
 *    |                                |
 *    conv [72, 32, 1, 1]              conv [32, 4, 3, 3]
 *    |                                |
 *    depthwise [72, 1, 3, 3]          conv [80, 32, 1, 1]
 *    |                                |
 *    conv [24, 72, 1, 1]              depthwise [80, 1, 3, 3]
 *                                     |
 *                                     conv [24, 80, 1, 1]
 * </pre>
 *
 * <p>Whatever an added channel holds, it is read with weights of zero, so the function stays the
 * same. Without this the engine gathers every patch into a matrix first and rounds the sums in a
 * second pass: ResNet-20's first layer takes half the time afterwards, and so do depthwise layers
 * of 72 or 120 channels. Inside the network nothing is inserted; only weights grow. What the caller
 * feeds is padded as integers.
 */
public final class AlignChannels implements BlockTransform {

    /** Channels may grow by this factor at most: beyond, the added work eats what is won. */
    private static final double MOST_GROWTH = 1.5;

    /** From this opset on padding runs on integers. */
    private static final long PADS_INTEGERS_SINCE = 13;

    /** Creates the transform; called by ServiceLoader. */
    public AlignChannels() {}

    @Override
    public Phase phase() {
        return Phase.EQUALIZE;
    }

    @Override
    public int order() {
        return 300;
    }

    @Override
    public boolean requires(TransformContext context) {
        return context.statistics().isPresent()
                && !context.target().kernels().widths().equals(Kernels.Widths.ANY);
    }

    @Override
    public Graph apply(Graph graph, TransformContext context) {
        return new Alignment(graph, context).run();
    }

    /** One application. */
    private final class Alignment {
        private final Graph graph;
        private final TransformContext context;
        private final ChannelSets sets;
        private final Kernels.Widths widths;
        private final GraphEditor editor;
        private final Map<String, Integer> added = new HashMap<>();

        Alignment(Graph graph, TransformContext context) {
            this.graph = graph;
            this.context = context;
            this.sets = new ChannelSets(graph, context);
            this.widths = context.target().kernels().widths();
            this.editor = graph.edit();
        }

        Graph run() {
            sets.paddable().forEach(this::align);
            added.forEach((value, channels) -> retell(value, value, channels));
            List<Node> layers = graph.nodes().stream().filter(this::isConvolution).toList();
            layers.stream().filter(this::readsTheCallers).forEach(this::padInput);
            if (added.isEmpty()) {
                return graph;
            }
            layers.forEach(this::padWeights);
            return editor.build();
        }

        private boolean isConvolution(Node node) {
            return context.catalog().role(node) == Role.CONVOLUTION;
        }

        /** Decides how many channels the values of a set get. */
        private void align(ChannelSet set) {
            int multiple = 1;
            String first = "";
            for (String value : set.values()) {
                for (Node layer : graph.consumers(value)) {
                    int wanted = wanted(layer);
                    if (wanted > multiple && set.channels() % wanted != 0) {
                        multiple = wanted;
                        first = layer.name();
                    }
                }
            }
            int aligned = aligned(set.channels(), multiple);
            if (aligned > MOST_GROWTH * set.channels()) {
                context.didNotFire(
                        name(),
                        first,
                        "%d channels would become %d".formatted(set.channels(), aligned));
            } else if (aligned > set.channels()) {
                set.values().forEach(value -> added.put(value, aligned - set.channels()));
                fired(first, set.channels(), aligned);
            }
        }

        /** The number that the input channels of a layer should be a multiple of. */
        private int wanted(Node layer) {
            if (!isConvolution(layer)
                    || !context.recipe().scope().holds(layer.name(), layer.op().name())) {
                return 1;
            }
            if (sets.kind(layer) == Kind.DEPTHWISE) {
                return widths.depthwise();
            }
            return sets.isDirect(layer) ? widths.dense() : 1;
        }

        private boolean readsTheCallers(Node layer) {
            return sets.kind(layer) == Kind.DENSE
                    && wanted(layer) > 1
                    && sets.isBeforeLayers(layer.input(0));
        }

        /** What the caller feeds can't grow, so zeros are put beside it. */
        private void padInput(Node layer) {
            String data = layer.input(0);
            Shape weight = sets.weight(layer).orElseThrow().shape();
            int channels = Math.toIntExact(weight.size(1));
            int padded = aligned(channels, widths.dense());
            if (padded == channels) {
                return;
            }
            if (graph.opsets().getOrDefault(OpType.ONNX, Long.MAX_VALUE) < PADS_INTEGERS_SINCE) {
                context.didNotFire(name(), layer.name(), "padding of this opset takes floats only");
                return;
            }
            if (context.kept(data).filter(p -> p.type().dataType().bits() > 8).isPresent()) {
                context.didNotFire(
                        name(), layer.name(), "the source's integers are wider than 8 bits");
                return;
            }
            long[] pads = new long[2 * weight.rank()];
            int more = padded - channels;
            pads[weight.rank() + 1] = more;
            String made = editor.freshName(data + "_aligned");
            String amounts = editor.newConstant(made + "_pads", Tensor.ofLongs(pads, pads.length));
            editor.make(OpType.onnx("Pad"), List.of(data, amounts), Map.of(), made);
            editor.put(layer.withInput(0, made));
            added.put(made, more);
            retell(data, made, more);
            fired(layer.name(), channels, padded);
        }

        private void fired(String node, int channels, int aligned) {
            context.fired(name(), node, "reads %d channels as %d".formatted(channels, aligned));
        }

        /** Appends zeros to a layer's weight for the channels that its values got. */
        private void padWeights(Node layer) {
            Node now = editor.node(layer.name()).orElseThrow();
            int outputs = added.getOrDefault(now.output(), 0);
            boolean dense = sets.kind(layer) == Kind.DENSE;
            int inputs = dense ? added.getOrDefault(now.input(0), 0) : 0;
            if (inputs == 0 && outputs == 0) {
                return;
            }
            OpSpec spec = context.catalog().spec(layer);
            String weight = spec.input(layer, Port.WEIGHT).orElseThrow();
            now =
                    now.withInput(
                            spec.ports().get(Port.WEIGHT),
                            editor.newConstant(
                                    weight + "_aligned",
                                    padded(sets.weight(layer).orElseThrow(), outputs, inputs)));
            Optional<String> bias = spec.input(layer, Port.BIAS);
            if (outputs > 0 && bias.isPresent()) {
                float[] values = graph.constant(bias.get()).orElseThrow().toFloats();
                float[] longer = Arrays.copyOf(values, values.length + outputs);
                now =
                        now.withInput(
                                spec.ports().get(Port.BIAS),
                                editor.newConstant(
                                        bias.get() + "_aligned",
                                        Tensor.ofFloats(longer, longer.length)));
            }
            if (outputs > 0 && !dense) {
                Window window = spec.layer().window(layer).orElseThrow();
                now =
                        spec.layer()
                                .windows()
                                .with(now, window.withGroups(window.groups() + outputs));
            }
            editor.put(now);
        }

        /** Says what is known of a value that has more channels than another one. */
        private void retell(String from, String to, int channels) {
            if (graph.type(from) instanceof ValueType.TensorType type && type.shape() != null) {
                List<Dimension> sizes = new ArrayList<>(type.shape().dimensions());
                if (sizes.size() > 1 && sizes.get(1) instanceof Dimension.Fixed fixed) {
                    sizes.set(1, new Dimension.Fixed(fixed.size() + channels));
                    editor.type(to, new ValueType.TensorType(type.dataType(), new Shape(sizes)));
                } else {
                    editor.type(to, ValueType.UNKNOWN);
                }
            }
            context.statistics()
                    .flatMap(table -> table.get(from))
                    .ifPresent(seen -> context.derive(to, seen.besideZeros(channels)));
        }
    }

    private static int aligned(int channels, int multiple) {
        return -Math.floorDiv(-channels, multiple) * multiple;
    }

    /** [O, I, ...] with zeros for more outputs and more inputs. */
    private static Tensor padded(Tensor weight, int outputs, int inputs) {
        long[] sizes = weight.shape().toArray();
        float[] values = weight.toFloats();
        int rows = Math.toIntExact(sizes[0]);
        int row = rows == 0 ? 0 : values.length / rows;
        int longer = sizes[1] == 0 ? 0 : Math.toIntExact(row / sizes[1] * (sizes[1] + inputs));
        float[] made = new float[Math.multiplyExact(rows + outputs, longer)];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(values, i * row, made, i * longer, row);
        }
        sizes[0] += outputs;
        sizes[1] += inputs;
        return Tensor.ofFloats(made, sizes);
    }
}
