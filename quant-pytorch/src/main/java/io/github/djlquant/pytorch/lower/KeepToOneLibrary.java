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
package io.github.djlquant.pytorch.lower;

import io.github.djlquant.backend.Target;
import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.GraphEditor;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.pytorch.archive.PackedParameters.Window;
import io.github.djlquant.transform.round.PairSafeScale;
import java.util.Arrays;

/**
 * Makes convolutions run in the same library on every x86 CPU, for targets that name none.
 *
 * <pre>
 * conv_prepack(w, zero points 0, 0, ...)    =>    conv_prepack(w', zero points 0, -1, ...)
 * </pre>
 *
 * libtorch packs a convolution for oneDNN where the CPU has 8-bit dot products and every zero point
 * of the weights is 0, else for FBGEMM ({@code should_use_onednn_quant}, libtorch 2.7.1). Both are
 * right, but they round what lies near the middle of two steps differently: some activations differ
 * by one step, and ResNet-20's outputs by up to 0.7 % (47 dB, measured). One channel whose integers
 * and zero point are all moved by one stands for the same weights, and keeps the whole layer with
 * FBGEMM everywhere. It is the channel that is farthest from saturation; if moving it would
 * saturate, it is rounded a little coarser, by less than 2 % where the plan kept pairs safe.
 */
final class KeepToOneLibrary {

    /** What neighbours may reach before one is taken from each of the two. */
    private static final int ROOM = PairSafeScale.LIMIT - 2;

    /** How much coarser a channel is rounded at a time. */
    private static final float STEP = 1 + 0x1p-8f;

    private KeepToOneLibrary() {}

    static Graph apply(Graph graph, Target target) {
        if (target.cpu() != null) {
            return graph;
        }
        GraphEditor editor = graph.edit();
        for (Node node : graph.nodes()) {
            PackedWeights.of(graph, node)
                    .filter(KeepToOneLibrary::choosesLibrary)
                    .ifPresent(weights -> move(editor, node, weights));
        }
        return editor.build();
    }

    private static boolean choosesLibrary(PackedWeights weights) {
        return weights.kind() == PackedWeights.Kind.CONVOLUTION
                && !weights.window().map(Window::transposed).orElse(false)
                && weights.weight().dataType() == DataType.INT8
                && weights.weight().elementCount() > 0
                && Arrays.stream(weights.zeroPoints().toLongs()).allMatch(zero -> zero == 0);
    }

    private static void move(GraphEditor editor, Node node, PackedWeights weights) {
        Channels channels = Channels.of(weights);
        int channel = channels.roomiest();
        float ratio = 1;
        while (!channels.hasRoom(channel, ratio)) {
            ratio *= STEP;
        }
        int[] integers = channels.moved(channel, ratio);
        float[] scales = weights.scales().toFloats();
        scales[channel] *= ratio;
        long[] zeroPoints = new long[scales.length];
        zeroPoints[channel] = -1;
        Tensor moved = Tensor.ofInts(DataType.INT8, integers, weights.weight().shape().toArray());
        Tensor scaled = Tensor.ofFloats(scales, weights.scales().shape().toArray());
        editor.put(
                node.withInput(0, editor.newConstant(node.input(0), moved))
                        .withInput(1, editor.newConstant(node.input(1), scaled))
                        .withInput(
                                2, editor.newConstant(node.input(2), like(weights, zeroPoints))));
    }

    private static Tensor like(PackedWeights weights, long[] zeroPoints) {
        long[] sizes = weights.zeroPoints().shape().toArray();
        return weights.zeroPoints().dataType() == DataType.INT64
                ? Tensor.ofLongs(zeroPoints, sizes)
                : Tensor.ofInts(
                        weights.zeroPoints().dataType(),
                        Arrays.stream(zeroPoints).mapToInt(Math::toIntExact).toArray(),
                        sizes);
    }

    /**
     * The integers of a convolution's output channels.
     *
     * @param integers all of them, [channels, inputs, positions]
     * @param count output channels, or 1 if they share one scale
     * @param inputs input channels of a group
     * @param positions of the kernel
     */
    private record Channels(int[] integers, int count, int inputs, int positions) {

        static Channels of(PackedWeights weights) {
            int[] integers = weights.weight().toInts();
            int count = Math.toIntExact(weights.scales().elementCount());
            int inputs = Math.toIntExact(weights.weight().shape().size(1));
            return new Channels(integers, count, inputs, integers.length / count / inputs);
        }

        private int at(int channel, int index, float ratio) {
            int position = index / inputs;
            int input = index % inputs;
            int integer = integers[(channel * inputs + input) * positions + position];
            return (int) Math.rint(integer / ratio);
        }

        /** The channel that needs to be rounded least. */
        int roomiest() {
            int best = 0;
            int least = Integer.MAX_VALUE;
            for (int channel = 0; channel < count; channel++) {
                int need = largestPair(channel, 1);
                if (need < least) {
                    best = channel;
                    least = need;
                }
            }
            return best;
        }

        boolean hasRoom(int channel, float ratio) {
            return largestPair(channel, ratio) <= ROOM;
        }

        /** How far neighbours get below zero together, in each order of {@code PairOrder}. */
        private int largestPair(int channel, float ratio) {
            int largest = 0;
            int length = inputs * positions;
            for (int i = 0; i < length; i++) {
                int here = Math.min(at(channel, i, ratio), 0);
                boolean row = i % 2 == 0 && i + 1 < length;
                boolean position = i % inputs % 2 == 0 && i % inputs + 1 < inputs;
                int next = row || position ? Math.min(at(channel, i + 1, ratio), 0) : 0;
                largest = Math.max(largest, -here - next);
            }
            return largest;
        }

        int[] moved(int channel, float ratio) {
            int[] result = integers.clone();
            int length = inputs * positions;
            for (int i = channel * length; i < (channel + 1) * length; i++) {
                result[i] = (int) Math.rint(integers[i] / ratio) - 1;
            }
            return result;
        }
    }
}
