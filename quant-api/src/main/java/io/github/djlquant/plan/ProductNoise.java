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
import java.util.List;
import java.util.Optional;

/**
 * The rounding noise of products that read one value; the formulas are {@link OutlierChannels}'s.
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

    private ProductNoise(List<Matrix> matrices, ChannelProfile profile, boolean perChannel) {
        this.matrices = matrices;
        this.profile = profile;
        this.perChannel = perChannel;
        this.squares = new double[profile.channels()];
        matrices.forEach(matrix -> matrix.addSquares(squares));
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
            int outputs = spec.weightAxis().apply(graph, layer).orElseThrow();
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

    /** The summed power of the products. */
    double signal() {
        double sum = 0;
        for (int k = 0; k < squares.length; k++) {
            sum += profile.meanSquare()[k] * squares[k];
        }
        return sum;
    }

    /** The power of the noise with channels divided by factors of at least 1. */
    double of(float[] factors) {
        double low = 0;
        double high = 0;
        double gain = 0;
        double power = 0;
        for (int k = 0; k < factors.length; k++) {
            double factor = factors[k];
            low = Math.min(low, profile.min()[k] / factor);
            high = Math.max(high, profile.max()[k] / factor);
            gain += factor * factor * squares[k];
            power += profile.meanSquare()[k] / (factor * factor);
        }
        double step = (high - low) / ACTIVATION_STEPS;
        return UNIFORM * (step * step * gain + power * weightSteps(factors));
    }

    /** The summed squares of the outputs' weight steps. */
    private double weightSteps(float[] factors) {
        double sum = 0;
        for (Matrix matrix : matrices) {
            double ofMatrix = 0;
            double largest = 0;
            for (float peak : matrix.peaksWith(factors)) {
                ofMatrix += (double) peak * peak;
                largest = Math.max(largest, peak);
            }
            sum += perChannel ? ofMatrix : matrix.peaks.length * largest * largest;
        }
        return sum / (WEIGHT_STEPS * WEIGHT_STEPS);
    }

    /** A weight as it lies in memory, read row by row. */
    private static final class Matrix {
        private final float[] weights;
        private final int columns;
        private final boolean outputsFirst;

        /** The largest weight of each output. */
        private final float[] peaks;

        Matrix(Tensor tensor, boolean outputsFirst) {
            this.weights = tensor.toFloats();
            this.columns = (int) tensor.shape().size(1);
            this.outputsFirst = outputsFirst;
            this.peaks = new float[(int) tensor.shape().size(outputsFirst ? 0 : 1)];
            for (int row = 0; row < weights.length / columns; row++) {
                raise(peaks, row, 1);
            }
        }

        void addSquares(double[] squares) {
            for (int row = 0; row < weights.length / columns; row++) {
                for (int column = 0; column < columns; column++) {
                    float weight = weights[row * columns + column];
                    squares[outputsFirst ? column : row] += (double) weight * weight;
                }
            }
        }

        /** Only channels with a factor above 1 raise a peak. */
        float[] peaksWith(float[] factors) {
            float[] raised = peaks.clone();
            for (int k = 0; k < factors.length; k++) {
                if (factors[k] <= 1) {
                    continue;
                }
                if (outputsFirst) {
                    for (int o = 0; o < raised.length; o++) {
                        float weight = Math.abs(weights[o * columns + k]) * factors[k];
                        raised[o] = Math.max(raised[o], weight);
                    }
                } else {
                    raise(raised, k, factors[k]);
                }
            }
            return raised;
        }

        private void raise(float[] raised, int row, float factor) {
            for (int column = 0; column < columns; column++) {
                int output = outputsFirst ? row : column;
                float weight = Math.abs(weights[row * columns + column]) * factor;
                raised[output] = Math.max(raised[output], weight);
            }
        }
    }
}
