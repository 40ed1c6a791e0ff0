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
package io.github.djlquant.evaluate;

import io.github.djlquant.graph.DataType;
import io.github.djlquant.graph.Graph;
import io.github.djlquant.graph.Node;
import io.github.djlquant.graph.Tensor;
import java.util.Optional;

/**
 * Looks at the source's numbers of one value: how they lie in its quantized range, and whether few
 * channels tower above the rest. One number of the range for the whole tensor.
 */
final class ValueRange {

    private final Optional<double[]> range;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private long count;
    private long clipped;
    private float[] channelMaxima = new float[0];

    private ValueRange(Optional<double[]> range) {
        this.range = range;
    }

    /** Reads the range from the scale and zero point of the node that quantizes the value. */
    static ValueRange of(Graph quantized, Node quantize) {
        return new ValueRange(range(quantized, quantize));
    }

    /** Takes the least and the largest number that the integers say, and their step, if known. */
    static ValueRange of(Optional<double[]> range) {
        return new ValueRange(range);
    }

    /** The least and the largest number that the integers say, and their step. */
    static Optional<double[]> range(Graph quantized, Node quantize) {
        if (quantize == null || quantize.inputs().size() < 2) {
            return Optional.empty();
        }
        Optional<Tensor> scale = quantized.constant(quantize.input(1));
        Optional<Tensor> zero =
                quantize.inputs().size() > 2
                        ? quantized.constant(quantize.input(2))
                        : Optional.empty();
        if (scale.isEmpty() || scale.get().elementCount() != 1) {
            return Optional.empty();
        }
        DataType type = zero.map(Tensor::dataType).orElse(DataType.UINT8);
        if (type.bits() > 16 || zero.isPresent() && zero.get().elementCount() != 1) {
            return Optional.empty();
        }
        double offset = zero.map(z -> (double) z.toInts()[0]).orElse(0.0);
        boolean signed = type == DataType.INT8 || type == DataType.INT16;
        return Optional.of(range(type.bits(), signed, scale.get().toFloats()[0], offset));
    }

    /** What integers of so many bits stand for. */
    static double[] range(int bits, boolean signed, double step, double offset) {
        double least = signed ? -Math.scalb(1.0, bits - 1) : 0;
        double most = least + Math.scalb(1.0, bits) - 1;
        return new double[] {(least - offset) * step, (most - offset) * step, step};
    }

    void add(Tensor value) {
        float[] numbers = value.toFloats();
        int rank = value.shape().rank();
        int axis = rank == 4 ? 1 : rank - 1;
        int channels = rank < 2 ? 1 : (int) value.shape().size(axis);
        int inner = rank == 4 ? (int) (value.shape().size(2) * value.shape().size(3)) : 1;
        if (channelMaxima.length != channels) {
            channelMaxima = new float[channels];
        }
        // Half a step outside still rounds to the last integer.
        double slack = range.map(r -> r[2] / 2).orElse(0.0);
        double low = range.map(r -> r[0]).orElse(Double.NEGATIVE_INFINITY) - slack;
        double high = range.map(r -> r[1]).orElse(Double.POSITIVE_INFINITY) + slack;
        for (int i = 0; i < numbers.length; i++) {
            float number = numbers[i];
            min = Math.min(min, number);
            max = Math.max(max, number);
            clipped += number < low || number > high ? 1 : 0;
            int channel = i / inner % channels;
            channelMaxima[channel] = Math.max(channelMaxima[channel], Math.abs(number));
        }
        count += numbers.length;
    }

    Optional<LayerError.RangeUse> use() {
        return range.filter(r -> count > 0)
                .map(r -> new LayerError.RangeUse(r[0], r[1], min, max, clipped / (double) count));
    }

    /** Channels that are 0 throughout say nothing. */
    Optional<Double> outlier() {
        float[] sorted = channelMaxima.clone();
        java.util.Arrays.sort(sorted);
        float middle = sorted.length < 4 ? 0 : sorted[sorted.length / 2];
        return middle > 0
                ? Optional.of((double) sorted[sorted.length - 1] / middle)
                : Optional.empty();
    }
}
