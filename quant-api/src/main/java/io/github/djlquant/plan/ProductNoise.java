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
package io.github.djlquant.plan;

import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import io.github.djlquant.observe.ChannelProfile;
import io.github.djlquant.op.OpCatalog;
import io.github.djlquant.op.OpSpec;
import io.github.djlquant.op.Port;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The rounding noise of products that read one value; the formulas are {@link OutlierChannels}'s.
 * Limits are asked for from above: a channel's weights are read when the first limit falls below
 * it.
 */
final class ProductNoise {

    /** Variance of a rounding error over the square of its step. */
    private static final double UNIFORM = 1.0 / 12;

    private static final double ACTIVATION_STEPS = 255;
    private static final double WEIGHT_STEPS = 127;

    private final ChannelProfile profile;
    private final boolean perChannel;
    private final List<Matrix> matrices;

    /** The summed squares of each channel's weights. */
    private final double[] squares;

    /** Channels, the largest first, and how many of them are divided by now. */
    private final int[] order;

    private int divided;
    private double lowest = Double.POSITIVE_INFINITY;

    private ProductNoise(List<Matrix> matrices, ChannelProfile profile, boolean perChannel) {
        this.matrices = matrices;
        this.profile = profile;
        this.perChannel = perChannel;
        this.squares = new double[profile.channels()];
        matrices.forEach(matrix -> matrix.measure(squares));
        this.order =
                IntStream.range(0, profile.channels())
                        .boxed()
                        .sorted(Comparator.comparingDouble(k -> -profile.peak(k)))
                        .mapToInt(Integer::intValue)
                        .toArray();
    }

    /**
     * Prepares.
     *
     * @param graph the graph
     * @param catalog its operators
     * @param layers products with constant matrices that read the value
     * @param profile the value's channels
     * @param perChannel true if each output's weights have a scale of their own
     * @return empty if the layers don't have a weight for each channel
     */
    static Optional<ProductNoise> of(
            Graph graph,
            OpCatalog catalog,
            List<Node> layers,
            ChannelProfile profile,
            boolean perChannel) {
        List<Matrix> matrices = new ArrayList<>();
        for (Node layer : layers) {
            OpSpec spec = catalog.spec(layer);
            Tensor weight =
                    graph.constant(spec.input(layer, Port.WEIGHT).orElseThrow()).orElseThrow();
            int outputs = spec.layer().weightAxis(graph, layer).orElseThrow();
            if (weight.shape().size(1 - outputs) != profile.channels()) {
                return Optional.empty();
            }
            matrices.add(new Matrix(weight, outputs == 0));
        }
        return Optional.of(new ProductNoise(matrices, profile, perChannel));
    }

    /** The number of outputs of all products together. */
    int outputs() {
        return matrices.stream().mapToInt(matrix -> matrix.peaks.length).sum();
    }

    /** The largest element of all channels. */
    double peak() {
        return order.length == 0 ? 0 : profile.peak(order[0]);
    }

    /** The summed power of the products. */
    double signal() {
        double sum = 0;
        for (int k = 0; k < squares.length; k++) {
            sum += profile.meanSquare()[k] * squares[k];
        }
        return sum;
    }

    /**
     * The power of the noise with larger channels divided down to a limit.
     *
     * @param limit positive, not above the limit of the call before
     */
    double dividedTo(double limit) {
        if (limit > lowest) {
            throw new IllegalArgumentException(limit + " after " + lowest);
        }
        lowest = limit;
        for (; divided < order.length && profile.peak(order[divided]) > limit; divided++) {
            int channel = order[divided];
            matrices.forEach(matrix -> matrix.divide(channel, (float) profile.peak(channel)));
        }
        double low = 0;
        double high = 0;
        double gain = 0;
        double power = 0;
        for (int k = 0; k < squares.length; k++) {
            double factor = Math.max(1, profile.peak(k) / limit);
            low = Math.min(low, profile.min()[k] / factor);
            high = Math.max(high, profile.max()[k] / factor);
            gain += factor * factor * squares[k];
            power += profile.meanSquare()[k] / (factor * factor);
        }
        double step = (high - low) / ACTIVATION_STEPS;
        return UNIFORM * (step * step * gain + power * weightSteps(limit));
    }

    /** The summed squares of the outputs' weight steps. */
    private double weightSteps(double limit) {
        double sum = 0;
        for (Matrix matrix : matrices) {
            double ofMatrix = 0;
            double largest = 0;
            for (int o = 0; o < matrix.peaks.length; o++) {
                double peak = Math.max(matrix.peaks[o], matrix.divided[o] / limit);
                ofMatrix += peak * peak;
                largest = Math.max(largest, peak);
            }
            sum += perChannel ? ofMatrix : matrix.peaks.length * largest * largest;
        }
        return sum / (WEIGHT_STEPS * WEIGHT_STEPS);
    }

    /** A weight as it lies in memory. */
    private static final class Matrix {
        private final float[] weights;
        private final int columns;
        private final boolean outputsFirst;

        /** The largest weight of each output. */
        private final float[] peaks;

        /** The largest weight of each output among divided channels, times its channel's peak. */
        private final float[] divided;

        Matrix(Tensor tensor, boolean outputsFirst) {
            this.weights = tensor.toFloats();
            this.columns = (int) tensor.shape().size(1);
            this.outputsFirst = outputsFirst;
            this.peaks = new float[(int) tensor.shape().size(outputsFirst ? 0 : 1)];
            this.divided = new float[peaks.length];
        }

        /** Reads every weight once: peaks of outputs, squares of channels. */
        void measure(double[] squares) {
            for (int row = 0; row < weights.length / columns; row++) {
                if (outputsFirst) {
                    peaks[row] = measureOutput(row * columns, squares);
                } else {
                    squares[row] += measureChannel(row * columns);
                }
            }
        }

        private float measureOutput(int first, double[] squares) {
            float largest = 0;
            for (int channel = 0; channel < columns; channel++) {
                float weight = weights[first + channel];
                squares[channel] += (double) weight * weight;
                largest = Math.max(largest, Math.abs(weight));
            }
            return largest;
        }

        private double measureChannel(int first) {
            double sum = 0;
            for (int output = 0; output < columns; output++) {
                float weight = weights[first + output];
                sum += (double) weight * weight;
                peaks[output] = Math.max(peaks[output], Math.abs(weight));
            }
            return sum;
        }

        void divide(int channel, float peak) {
            int first = outputsFirst ? channel : channel * columns;
            int step = outputsFirst ? columns : 1;
            for (int o = 0; o < divided.length; o++) {
                divided[o] = Math.max(divided[o], Math.abs(weights[first + o * step]) * peak);
            }
        }
    }
}
