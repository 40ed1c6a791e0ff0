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
import io.github.djlquant.recipe.QuantizedEngine;
import io.github.djlquant.transform.round.PairSafeScale;
import java.util.Arrays;
import java.util.Optional;

/**
 * Keeps convolutions from oneDNN where it would compute something else, or not on every CPU.
 *
 * <pre>
 * conv_prepack(w, zero points 0, 0, ...)    =>    conv_prepack(w', zero points 0, -1, ...)
 * </pre>
 *
 * libtorch packs a convolution for oneDNN where the CPU has 8-bit dot products and every zero point
 * of the weights is 0, else for FBGEMM ({@code should_use_onednn_quant}, libtorch 2.7.1). Integers
 * and their zero point, both moved by one, stand for the same weights, and keep the layer with
 * FBGEMM everywhere.
 *
 * <p>Transposed convolutions always move: oneDNN's computes something else (measured in libtorch
 * 2.7.1). Their weights have one scale and move as a whole, unless one of them is -128 already.
 *
 * <p>Others move for FBGEMM alone ({@code quantizedEngine}), and for targets that name no CPU. Both
 * libraries are right, but they round what lies near the middle of two steps differently: some
 * activations differ by one step, and ResNet-20's outputs by up to 0.7 % (47 dB, measured). One
 * channel is enough. It is the channel that is farthest from saturation; if moving it would
 * saturate, it is rounded a little coarser, by less than 2 % where the plan kept pairs safe. oneDNN
 * itself takes no moved weights.
 */
final class KeepFromOneDnn {

    /** What neighbours may reach before one is taken from each of the two. */
    private static final int ROOM = PairSafeScale.LIMIT - 2;

    /** What two neighbours may reach where no sum of pairs saturates. */
    private static final int UNBOUND = 2 * Byte.MAX_VALUE;

    /** How much coarser a channel is rounded at a time. */
    private static final float STEP = 1 + 0x1p-8f;

    private KeepFromOneDnn() {}

    static Graph apply(Graph graph, Target target) {
        if (target.kernels().library().engine().equals(Optional.of(QuantizedEngine.ONEDNN))) {
            return graph;
        }
        GraphEditor editor = graph.edit();
        boolean changed = false;
        for (Node node : graph.nodes()) {
            Optional<Moved> moved =
                    PackedWeights.of(graph, node)
                            .filter(KeepFromOneDnn::isForOneDnn)
                            .flatMap(weights -> moved(weights, target));
            moved.ifPresent(m -> m.replace(editor, node));
            changed |= moved.isPresent();
        }
        return changed ? editor.build() : graph;
    }

    private static boolean isForOneDnn(PackedWeights weights) {
        return weights.kind() == PackedWeights.Kind.CONVOLUTION
                && weights.weight().dataType() == DataType.INT8
                && weights.weight().elementCount() > 0
                && Arrays.stream(weights.zeroPoints().toLongs()).allMatch(zero -> zero == 0);
    }

    private static Optional<Moved> moved(PackedWeights weights, Target target) {
        if (weights.window().map(Window::transposed).orElse(false)) {
            int[] integers = weights.weight().toInts();
            boolean fits =
                    weights.scales().elementCount() == 1
                            && Arrays.stream(integers).noneMatch(i -> i == Byte.MIN_VALUE);
            return fits
                    ? Optional.of(Moved.of(weights, Channels.of(weights), 0, 1))
                    : Optional.empty();
        }
        boolean fbgemm =
                target.kernels().library().engine().equals(Optional.of(QuantizedEngine.FBGEMM));
        if (target.cpu() != null && !fbgemm) {
            return Optional.empty();
        }
        Channels channels = Channels.of(weights);
        int channel = channels.roomiest();
        int room = target.pairSafeWeights() ? ROOM : UNBOUND;
        float ratio = 1;
        while (!channels.hasRoom(channel, ratio, room)) {
            ratio *= STEP;
        }
        return Optional.of(Moved.of(weights, channels, channel, ratio));
    }

    /** Weights of which one channel, or all that share one scale, are moved by one. */
    private record Moved(Tensor weight, Tensor scales, Tensor zeroPoints) {

        static Moved of(PackedWeights weights, Channels channels, int channel, float ratio) {
            float[] scales = weights.scales().toFloats();
            scales[channel] *= ratio;
            long[] zeroPoints = new long[scales.length];
            zeroPoints[channel] = -1;
            return new Moved(
                    Tensor.ofInts(
                            DataType.INT8,
                            channels.moved(channel, ratio),
                            weights.weight().shape().toArray()),
                    Tensor.ofFloats(scales, weights.scales().shape().toArray()),
                    like(weights, zeroPoints));
        }

        void replace(GraphEditor editor, Node node) {
            editor.put(
                    node.withInput(0, editor.newConstant(node.input(0), weight))
                            .withInput(1, editor.newConstant(node.input(1), scales))
                            .withInput(2, editor.newConstant(node.input(2), zeroPoints)));
        }
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

        boolean hasRoom(int channel, float ratio, int room) {
            return largestPair(channel, ratio) <= room && least(channel, ratio) > Byte.MIN_VALUE;
        }

        private int least(int channel, float ratio) {
            int least = 0;
            for (int i = 0; i < inputs * positions; i++) {
                least = Math.min(least, at(channel, i, ratio));
            }
            return least;
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
